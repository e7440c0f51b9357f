import { type Data, makeData, RecordBatch, type Schema, Struct } from "apache-arrow/Arrow";

/** A batch of `length` rows. One without columns keeps its number of rows. */
export function batchOf(schema: Schema, children: readonly Data[], length: number): RecordBatch {
  const data = makeData({ type: new Struct(schema.fields), length, nullCount: 0, children: [...children] });
  const batch = new RecordBatch(schema, data);
  // Arrow's constructor takes the length from the longest column, and so loses it where there is none.
  if (children.length === 0) Object.defineProperty(batch, "data", { value: data });
  return batch;
}

/** Bytes that the buffers of a batch take; a buffer shared by columns counts in each. */
export function batchBytes(batch: RecordBatch): number {
  return batch.data.byteLength;
}
