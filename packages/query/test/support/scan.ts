import type { RecordBatch, Table } from "apache-arrow";
import { type PlainRow, rowsOf } from "../../src/arrow/plain-values.ts";
import { scanTablesOf } from "../../src/scan/scan-tables.ts";
import type { AnySchema, TableScan } from "../../src/scan/table-scan.ts";
import type { ScanOptions } from "../../src/scan-request.ts";
import type { TestColumn } from "./arrays.ts";
import { AskedLog, FakeFile, type FakeOptions, type FakeSource, FakeTable, fakeModel } from "./fake-table.ts";

export interface TestScan {
  readonly scan: TableScan<AnySchema>;
  readonly log: AskedLog;
  readonly files: readonly FakeFile[];
  readonly opened: readonly string[];
}

export type TestFile =
  | (FakeOptions & { readonly id?: string; readonly columns: Readonly<Record<string, TestColumn>> })
  | { readonly id?: string; readonly error: Error }
  | {
      readonly id?: string;
      readonly tables: readonly (FakeOptions & { readonly columns: Record<string, TestColumn> })[];
    };

/** A scan of tables in memory; the log is empty once it is open. */
export async function scanOf(files: readonly TestFile[], options: ScanOptions = {}): Promise<TestScan> {
  const log = new AskedLog();
  const sources = files.map((given, at): FakeSource => {
    const file = new FakeFile(given.id ?? `f${at}.nwb`);
    if ("error" in given) return { file, tables: given.error };
    const tables = "tables" in given ? given.tables : [given];
    return { file, tables: tables.map(({ columns, ...rest }) => new FakeTable(file, columns, log, rest)) };
  });
  const model = fakeModel(sources, log);
  const fakes = sources.map(({ file }) => file);
  const scan = await scanTablesOf(model, { files: fakes, table: "units" }, options);
  return { scan, log, files: fakes, opened: model.opened };
}

/** Rows of a table as plain objects. */
export function plainRows(table: Table): PlainRow[] {
  return table.batches.flatMap((batch) => [...rowsOf(batch)]);
}

export async function gather(batches: AsyncIterable<RecordBatch>): Promise<RecordBatch[]> {
  const found: RecordBatch[] = [];
  for await (const batch of batches) found.push(batch);
  return found;
}
