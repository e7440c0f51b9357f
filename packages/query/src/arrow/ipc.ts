import {
  AsyncByteQueue,
  type RecordBatch,
  RecordBatchFileWriter,
  RecordBatchStreamWriter,
  type Schema,
  type Table,
} from "apache-arrow/Arrow";
import { writableBatch } from "./writable-batch.ts";

/** `file`: Arrow's IPC file, which can be read from the middle; `stream`: its stream. */
export type IpcFormat = "file" | "stream";

/** Keeps what the writer writes until it is taken. */
class ChunkQueue extends AsyncByteQueue {
  #chunks: Uint8Array[] = [];

  override write(chunk: Uint8Array): void {
    if (chunk.byteLength > 0) this.#chunks.push(chunk);
  }

  take(): Uint8Array[] {
    const chunks = this.#chunks;
    this.#chunks = [];
    return chunks;
  }
}

/**
 * Writes batches as Arrow IPC, and gives the bytes as they come: views of the batches' own buffers where it can.
 *
 * @example
 * const ipc = new IpcEncoder(schema, "stream")
 * for await (const batch of scan.batches()) for (const bytes of ipc.write(batch)) socket.write(bytes)
 * for (const bytes of ipc.finish()) socket.write(bytes)
 */
export class IpcEncoder {
  readonly #queue = new ChunkQueue();
  readonly #writer: RecordBatchFileWriter | RecordBatchStreamWriter;

  constructor(schema: Schema, format: IpcFormat = "stream") {
    this.#writer =
      format === "file" ? new RecordBatchFileWriter({ autoDestroy: false }) : new RecordBatchStreamWriter();
    this.#writer.reset(this.#queue, schema);
  }

  write(batch: RecordBatch): readonly Uint8Array[] {
    this.#writer.write(writableBatch(batch));
    return this.#queue.take();
  }

  finish(): readonly Uint8Array[] {
    this.#writer.close();
    return this.#queue.take();
  }
}

/**
 * A table as Arrow IPC bytes, uncompressed. Readable by polars also where a boolean column holds nulls alone, which
 * apache-arrow's own `tableToIPC` is not.
 */
export function toIpc(table: Table, format: IpcFormat = "file"): Uint8Array {
  const encoder = new IpcEncoder(table.schema, format);
  const chunks = table.batches.flatMap((batch) => encoder.write(batch));
  chunks.push(...encoder.finish());
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.byteLength;
  }
  return bytes;
}
