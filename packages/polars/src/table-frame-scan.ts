import type { ColumnName, ScanQuery, SchemaShape, TableScan } from "@lazynwb/query";
import type { FrameScan } from "./frame-scan.ts";

/** A table scan as what frames read from; what it selects, filters and limits itself counts. */
export function frameScanOf<Schema extends SchemaShape>(scan: TableScan<Schema>): FrameScan {
  return {
    arrowSchema: scan.arrowSchema,
    run: (query, options) => narrowed(scan, query).batches(options),
    explain: (query) => narrowed(scan, query).explain(),
    close: () => scan.close(),
  };
}

function narrowed<Schema extends SchemaShape>(scan: TableScan<Schema>, query: ScanQuery) {
  const filtered = query.predicates.reduce((rows, predicate) => rows.filter(predicate), scan);
  const selected = filtered.select(...(query.columns as readonly ColumnName<Schema>[]));
  const { offset = 0, limit } = query;
  return offset === 0 && limit === undefined ? selected : selected.slice(offset, limit);
}
