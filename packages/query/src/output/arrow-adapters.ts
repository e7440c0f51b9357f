import { type RecordBatch, Schema, Table } from "apache-arrow/Arrow";
import { IpcEncoder, type IpcFormat } from "../arrow/ipc.ts";
import type { OutputAdapter } from "../output-adapter.ts";
import type { OutputSink, WriteSummary } from "./sink.ts";

/** Rows as one Arrow table in memory. */
export function arrowTableAdapter(): OutputAdapter<Table> {
  let schema = new Schema();
  let batches: RecordBatch[] = [];
  return {
    begin(given) {
      schema = given;
      batches = [];
    },
    write(batch) {
      batches.push(batch);
    },
    finish: () => new Table(schema, batches),
    abort() {
      batches = [];
    },
  };
}

/** Rows as an Arrow IPC file (`.arrow`, also known as Feather version 2). */
export function arrowFileAdapter(sink: OutputSink): OutputAdapter<WriteSummary> {
  return new IpcRows(sink, "file");
}

/** Rows as an Arrow IPC stream (`.arrows`): readable while it is still written. */
export function arrowStreamAdapter(sink: OutputSink): OutputAdapter<WriteSummary> {
  return new IpcRows(sink, "stream");
}

class IpcRows implements OutputAdapter<WriteSummary> {
  readonly #sink: OutputSink;
  readonly #format: IpcFormat;
  #encoder: IpcEncoder | undefined;
  #rows = 0;
  #batches = 0;

  constructor(sink: OutputSink, format: IpcFormat) {
    this.#sink = sink;
    this.#format = format;
  }

  begin(schema: Schema): void {
    this.#encoder = new IpcEncoder(schema, this.#format);
  }

  async write(batch: RecordBatch): Promise<void> {
    await this.#send(this.#encoder!.write(batch));
    this.#rows += batch.numRows;
    this.#batches++;
  }

  async finish(): Promise<WriteSummary> {
    await this.#send(this.#encoder!.finish());
    return { rows: this.#rows, batches: this.#batches };
  }

  abort(): void {
    this.#encoder = undefined;
  }

  async #send(chunks: readonly Uint8Array[]): Promise<void> {
    for (const chunk of chunks) await this.#sink.write(chunk);
  }
}
