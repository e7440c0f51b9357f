import type { RunOptions, ScanQuery } from "@lazynwb/query";
import type { RecordBatch, Schema } from "apache-arrow";

/**
 * What a frame reads from: rows of known columns, of which a query names those it wants. A scan of @lazynwb/query is one.
 */
export interface FrameScan {
  /** All columns, internal ones included, in their order. */
  readonly arrowSchema: Schema;
  /** The rows that a query asks for, in a fixed order, as batches of its columns. */
  run(query: ScanQuery, options: RunOptions): AsyncIterable<RecordBatch>;
  /** What `run` would read, printable; reads no data. */
  explain(query: ScanQuery): Promise<{ toString(): string }>;
  close(): Promise<void>;
}
