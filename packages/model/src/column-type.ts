import type { DType } from "@lazynwb/core";

/**
 * The type of a table's column as users see it: what a file stores, made into what Arrow can say (DESIGN section 6).
 *
 * The values of a column are an `NdArray` of this outline: `fixed-list` is a trailing axis of its shape, `list` its list
 * layout, `timestamp` int64 microseconds since 1970 in UTC, `dictionary` int32 codes into `values`.
 */
export type ColumnType =
  | { readonly kind: "int"; readonly bits: 8 | 16 | 32 | 64; readonly signed: boolean }
  | { readonly kind: "float"; readonly bits: 16 | 32 | 64 }
  | { readonly kind: "bool" }
  | { readonly kind: "text" }
  | { readonly kind: "dictionary"; readonly values: readonly string[] }
  | { readonly kind: "timestamp" }
  | { readonly kind: "list"; readonly item: ColumnType }
  | { readonly kind: "fixed-list"; readonly size: number; readonly item: ColumnType }
  | { readonly kind: "struct"; readonly fields: readonly { readonly name: string; readonly type: ColumnType }[] }
  | { readonly kind: "binary"; readonly bytes: number }
  /** No file has a value to tell the type by. */
  | { readonly kind: "null" };

/** A column of a table of one file. */
export interface TableColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Keys `description`, `unit`, `neurodata_type`, `category`, `lazynwb.reference`, `lazynwb.table`, where known. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Decoded bytes of one row, estimated without I/O where rows differ in length (text, lists). */
  readonly rowBytes: number;
  /** Stored element type of the array behind it; absent for computed columns such as timestamps from a rate. */
  readonly stored?: DType | undefined;
  /** True where the array behind it holds no value at all: its type then tells little, as writers have to put some. */
  readonly valueless?: boolean | undefined;
}
