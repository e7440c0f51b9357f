import {
  type CallOptions,
  checkSelection,
  closeNames,
  countRows,
  type Extent,
  type Hierarchy,
  type NdArray,
  QueryError,
  type ReadRequest,
  type RowRanges,
  rangesOf,
  UnknownColumnError,
  type Warning,
} from "@lazynwb/core";
import type { TableColumn } from "../column-type.ts";
import { INTERNAL_COLUMNS } from "../merged-schema.ts";
import type { NwbFile } from "../nwb-file.ts";
import type { NwbTable } from "../nwb-table.ts";
import { padRows } from "../values/shape.ts";
import type { WarningLog } from "../warning-log.ts";
import { type PlannedColumn, prepareColumns, readColumns } from "./read-columns.ts";
import { splitBy } from "./split.ts";

export interface TableParts {
  readonly file: NwbFile;
  readonly path: string;
  readonly kind: NwbTable["kind"];
  readonly neurodataType: string | null;
  readonly rowCount: number;
  readonly columns: readonly PlannedColumn[];
  readonly log: WarningLog;
}

/** A table over the columns that were planned for it. */
export class StoredTable implements NwbTable {
  readonly file: NwbFile;
  readonly path: string;
  readonly kind: NwbTable["kind"];
  readonly neurodataType: string | null;
  readonly rowCount: number;
  readonly columns: readonly TableColumn[];
  readonly #planned: ReadonlyMap<string, PlannedColumn>;
  readonly #log: WarningLog;

  constructor(parts: TableParts) {
    this.file = parts.file;
    this.path = parts.path;
    this.kind = parts.kind;
    this.neurodataType = parts.neurodataType;
    this.rowCount = parts.rowCount;
    this.#log = parts.log;
    this.#planned = uniqueNames(parts);
    this.columns = [...this.#planned.values()].map(({ column }) => column);
  }

  get warnings(): readonly Warning[] {
    return this.#log.warnings;
  }

  async read(columns: readonly string[], rows: "all" | RowRanges, options?: CallOptions): Promise<readonly NdArray[]> {
    const { planned, ranges } = this.#select(columns, rows);
    const total = countRows(ranges);
    const groups = byLength(planned, ranges);
    const onReplaced = (column: string) => {
      const message = `${this.path} has text that is no UTF-8 in its column '${column}'; what is none is shown as U+FFFD`;
      this.#log.warn("TEXT_NOT_UTF8", this.path, message, { column });
    };
    const read = (hierarchy: Hierarchy) =>
      Promise.all(
        groups.map(async ({ columns, rows }) => {
          const values = await readColumns(hierarchy, columns, rows, { ...options, onReplaced });
          return values.map((array) => padRows(array, total));
        }),
      );
    const values = await this.file.use(read, options);
    const found = new Map(
      groups.flatMap((group, at) => group.columns.map((one, i) => [one, values[at]![i]!] as const)),
    );
    return planned.map((one) => found.get(one)!);
  }

  async prepare(columns: readonly string[], rows: "all" | RowRanges, options?: CallOptions): Promise<void> {
    const { planned, ranges } = this.#select(columns, rows);
    await this.file.use(
      (hierarchy) =>
        Promise.all(
          byLength(planned, ranges).map((group) => prepareColumns(hierarchy, group.columns, group.rows, options)),
        ),
      options,
    );
  }

  async locate(
    columns: readonly string[],
    rows: "all" | RowRanges,
    options: CallOptions & { readonly exact?: boolean } = {},
  ): Promise<readonly Extent[]> {
    const { planned, ranges } = this.#select(columns, rows);
    if (options.exact) await this.prepare(columns, rows, options);
    return this.file.use(async (hierarchy) => {
      const wanted = planned.map(({ source }) => source.locations(clip(ranges, source.length)));
      const requests = wanted.flatMap(({ requests }) => requests);
      const extents = (await hierarchy.locate?.(requests, options)) ?? requests.map(unknownExtent);
      const shares = splitBy(
        extents,
        wanted.map(({ requests }) => requests.length),
      );
      return wanted.map(({ exact }, at) => {
        return joinExtents(shares[at]!, exact, this.#bytesOf(planned[at]!, ranges));
      });
    }, options);
  }

  estimateBytes(columns: readonly string[], rows: RowRanges): number {
    const { planned, ranges } = this.#select(columns, rows);
    return planned.reduce((sum, column) => sum + this.#bytesOf(column, ranges), 0);
  }

  #bytesOf({ source, column }: PlannedColumn, rows: RowRanges): number {
    return source.bytes(clip(rows, source.length)) ?? countRows(rows) * column.rowBytes;
  }

  #select(columns: readonly string[], rows: "all" | RowRanges): { planned: PlannedColumn[]; ranges: RowRanges } {
    const ranges = rangesOf(rows, this.rowCount);
    if ((ranges.at(-1) ?? 0) > this.rowCount)
      throw new QueryError(`${this.path} has ${this.rowCount} rows; row ${ranges.at(-1)! - 1} was asked for`, {
        source: this.file.id,
        path: this.path,
      });
    checkSelection({ rows: ranges }, [this.rowCount]);
    const planned = columns.map((name) => this.#planned.get(name) ?? this.#unknown(name));
    return { planned, ranges };
  }

  #unknown(name: string): never {
    const available = [...this.#planned.keys()];
    const [close] = closeNames(name, available, 1);
    const hint = close === undefined ? `it has ${available.join(", ")}` : `did you mean '${close}'?`;
    throw new UnknownColumnError(`${this.path} has no column '${name}'; ${hint}`, {
      source: this.file.id,
      path: this.path,
      column: name,
      available,
    });
  }
}

/** Rows below `length`. */
function clip(rows: RowRanges, length: number): RowRanges {
  if ((rows.at(-1) ?? 0) <= length) return rows;
  const clipped: number[] = [];
  for (let at = 0; at < rows.length && rows[at]! < length; at += 2)
    clipped.push(rows[at]!, Math.min(length, rows[at + 1]!));
  return Float64Array.from(clipped);
}

/** Columns that lack some of the rows are read apart: each group asks for the rows that all its columns have. */
function byLength(
  columns: readonly PlannedColumn[],
  rows: RowRanges,
): { readonly columns: readonly PlannedColumn[]; readonly rows: RowRanges }[] {
  const last = rows.at(-1) ?? 0;
  const groups = Map.groupBy(new Set(columns), ({ source }) => Math.min(last, source.length));
  return [...groups].map(([length, group]) => ({ columns: group, rows: clip(rows, length) }));
}

/** Names that `_nwb_path` and its like would hide get `_file` behind them; of two columns of one name the first stays. */
function uniqueNames({ columns, log, path }: TableParts): Map<string, PlannedColumn> {
  const internal: ReadonlySet<string> = new Set(INTERNAL_COLUMNS);
  const taken = new Set(columns.map(({ column }) => column.name));
  const named = new Map<string, PlannedColumn>();
  for (const planned of columns) {
    const { name } = planned.column;
    if (!internal.has(name)) {
      if (named.has(name)) log.warn("COLUMN_REPEATED", path, `there are two columns '${name}'; the second is left out`);
      else named.set(name, planned);
      continue;
    }
    let renamed = `${name}_file`;
    while (taken.has(renamed)) renamed += "_file";
    taken.add(renamed);
    const message = `the stored column '${name}' is called '${renamed}', as every table has a '${name}' that tells where rows are from`;
    log.warn("COLUMN_RENAMED", path, message, { column: name, renamed });
    named.set(renamed, { ...planned, column: { ...planned.column, name: renamed } });
  }
  return named;
}

function unknownExtent(_request: ReadRequest): Extent {
  return { offsets: new Float64Array(0), lengths: new Float64Array(0), decodedBytes: 0, exact: false };
}

/** The pieces of several arrays as those of one column, in the order of the file. */
function joinExtents(extents: readonly Extent[], exact: boolean, decodedBytes: number): Extent {
  const isExact = exact && extents.every((extent) => extent.exact);
  if (extents.length === 1) return { ...extents[0]!, decodedBytes, exact: isExact };
  const pieces = extents.flatMap(({ offsets, lengths }) => Array.from(offsets, (offset, at) => [offset, lengths[at]!]));
  pieces.sort((left, right) => left[0]! - right[0]!);
  return {
    offsets: Float64Array.from(pieces, ([offset]) => offset!),
    lengths: Float64Array.from(pieces, ([, length]) => length!),
    decodedBytes,
    exact: isExact,
  };
}
