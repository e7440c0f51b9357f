import type { RecordBatch } from "apache-arrow";

/**
 * Decides rows. Our own expressions become one, and so does an expression of another engine that runs over Arrow batches.
 * It must be elementwise: the answer for a row depends on that row alone, so that it can be asked for any batch of rows.
 */
export interface RowPredicate {
  /** The columns it looks at, internal ones included. */
  readonly columns: readonly string[];
  /** One byte a row: 1 keeps it. Null counts as not kept. The batch holds `columns`, in that order. */
  keep(batch: RecordBatch): Uint8Array | Promise<Uint8Array>;
  /** How `explain` prints it. */
  toString(): string;
  /** Float columns whose NaN it may keep though nobody asked for NaN: kept ones are counted and warned of (`NAN_KEPT`). */
  readonly nanColumns?: readonly string[] | undefined;
}
