import type { RecordBatch, Schema } from "apache-arrow";
import { widenBatch, widenSchema } from "../arrow/widen-float16.ts";
import type { OutputAdapter } from "../output-adapter.ts";

/**
 * Runs an adapter over batches.
 *
 * @throws what reading or writing threw; an error of `abort` does not hide it.
 */
export async function writeBatches<Out>(
  schema: Schema,
  batches: AsyncIterable<RecordBatch> | Iterable<RecordBatch>,
  adapter: OutputAdapter<Out>,
): Promise<Out> {
  const widen = adapter.widen?.includes("float16") === true;
  const shown = widen ? widenSchema(schema) : schema;
  try {
    await adapter.begin(shown);
    for await (const batch of batches)
      if (batch.numRows > 0) await adapter.write(widen ? widenBatch(batch, shown) : batch);
    return await adapter.finish();
  } catch (error) {
    try {
      await adapter.abort(error);
    } catch {
      // What went wrong first is what the caller is told.
    }
    throw error;
  }
}
