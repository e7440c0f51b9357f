import type { CallOptions, Extent, NdArray, ReportOptions, RowRanges, Warning } from "@lazynwb/core";
import type { TableColumn } from "./column-type.ts";
import type { NwbFile } from "./nwb-file.ts";

/**
 * Which table is meant: a path (`/units`), a shortcut (`trials`), a name that only one table bears, a glob
 * (`/intervals/*`), or a type, subtypes included. Never fuzzy.
 */
export type TableSelector = string | { readonly type: string };

export interface TableOptions extends CallOptions, ReportOptions {
  /** Take every dataset of the table's length as a column, though colnames does not name it. */
  readonly allDatasets?: boolean | undefined;
  /** Time series: data as Float64 in `unit`, conversion and offset applied. */
  readonly inUnits?: boolean | undefined;
  /** Time series: the channels of `data` (its second axis) to take, in this order; only those are read. */
  readonly channels?: readonly number[] | undefined;
}

/** A table of one file: a DynamicTable, a TimeSeries, or a group as a table of one row. */
export interface NwbTable {
  readonly file: NwbFile;
  /** Absolute path inside the file, with a leading `/`: `_table_path`. */
  readonly path: string;
  readonly kind: "dynamic-table" | "time-series" | "group";
  readonly neurodataType: string | null;
  /** Rows; known from headers, without reading data. */
  readonly rowCount: number;
  /** In the order of DESIGN section 6, without `_nwb_path`, `_table_path` and `_table_index`. */
  readonly columns: readonly TableColumn[];
  /** What a caller should know about this table; already given to `onWarning` of the call that opened it. */
  readonly warnings: readonly Warning[];
  /**
   * Values of columns at rows, concatenated; one NdArray a column, in the order asked for, each of the column's own type
   * and as many rows as asked. All columns are planned together: one round for plain columns whose chunk index is known,
   * two for ragged ones whose index column was not prepared.
   */
  read(columns: readonly string[], rows: "all" | RowRanges, options?: CallOptions): Promise<readonly NdArray[]>;
  /**
   * Reads what a later `read` of these columns needs before it can ask for data: chunk indexes, and the values of
   * VectorIndex columns. Meant to run in the same tick as the `read` of the predicate's columns, so that both share rounds.
   */
  prepare(columns: readonly string[], rows: "all" | RowRanges, options?: CallOptions): Promise<void>;
  /** Where the bytes lie that `read` would fetch; reads chunk indexes (and VectorIndex values with `exact`), no data. */
  locate(
    columns: readonly string[],
    rows: "all" | RowRanges,
    options?: CallOptions & { readonly exact?: boolean },
  ): Promise<readonly Extent[]>;
  /** Decoded bytes of each of these rows over the columns, where it is known (indexes prepared), else by `rowBytes`. */
  estimateBytes(columns: readonly string[], rows: RowRanges): number;
}
