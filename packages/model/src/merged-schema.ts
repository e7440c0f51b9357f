import type { Warning } from "@lazynwb/core";
import type { ColumnType } from "./column-type.ts";

/** A column of a scan over one or many files. */
export interface MergedColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The columns of all files, with the internal ones (`_nwb_path`, `_table_path`, `_table_index`) last. */
export interface MergedSchema {
  readonly columns: readonly MergedColumn[];
  /** Columns whose types differed between files: code `COLUMN_TYPES`, details `{ column, types, files }`. */
  readonly warnings: readonly Warning[];
}

/** The names that every scan adds, last. `_table_index` is UInt32: the row in that file's table. */
export const INTERNAL_COLUMNS = ["_nwb_path", "_table_path", "_table_index"] as const;
