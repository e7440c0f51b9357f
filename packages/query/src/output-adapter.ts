import type { RecordBatch, Schema } from "apache-arrow";

/**
 * Makes something of record batches: a file, a frame, rows in a database. Four methods are all there is to it; each may be
 * asynchronous, and the next batch is read while one is written only as far as the byte budget allows.
 *
 * `begin` comes first and once; then `write` for every batch, in order, none empty; then either `finish`, whose result is
 * the result of `scan.write`, or `abort` with the reason, whatever failed: reading, writing or `finish` itself.
 */
export interface OutputAdapter<Out> {
  /** Types that it lacks, and that arrive in a wider one instead: float16 as float32. */
  readonly widen?: readonly "float16"[] | undefined;
  begin(schema: Schema): void | Promise<void>;
  write(batch: RecordBatch): void | Promise<void>;
  finish(): Out | Promise<Out>;
  abort(reason: unknown): void | Promise<void>;
}
