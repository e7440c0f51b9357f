import type { RecordBatch } from "apache-arrow";
import type { OutputAdapter } from "../output-adapter.ts";
import { objectReader } from "./json-text.ts";
import { type OutputSink, TextBuffer, type WriteSummary } from "./sink.ts";

/** What stands before, between and after the rows. */
interface Frame {
  readonly open: string;
  readonly between: string;
  readonly close: string;
  /** Where there are no rows. */
  readonly empty: string;
}

/**
 * Rows as one JSON array of objects, one a line.
 *
 * All digits of integers are written, also beyond 2^53; NaN and infinities are the texts `"NaN"`, `"Infinity"` and
 * `"-Infinity"`, which JSON has no number for, and so differ from null.
 */
export function jsonAdapter(sink: OutputSink): OutputAdapter<WriteSummary> {
  return new JsonRows(sink, { open: "[\n", between: ",\n", close: "\n]\n", empty: "[]\n" });
}

/** Rows as one JSON object a line (newline-delimited JSON), values as `jsonAdapter` writes them. */
export function ndjsonAdapter(sink: OutputSink): OutputAdapter<WriteSummary> {
  return new JsonRows(sink, { open: "", between: "\n", close: "\n", empty: "" });
}

class JsonRows implements OutputAdapter<WriteSummary> {
  readonly #buffer: TextBuffer;
  readonly #frame: Frame;
  #rows = 0;
  #batches = 0;

  constructor(sink: OutputSink, frame: Frame) {
    this.#buffer = new TextBuffer(sink);
    this.#frame = frame;
  }

  begin(): void {
    this.#rows = 0;
    this.#batches = 0;
  }

  async write(batch: RecordBatch): Promise<void> {
    const read = objectReader(
      batch.schema.fields.map(({ name }) => name),
      batch.data.children,
    );
    for (let row = 0; row < batch.numRows; row++) {
      this.#buffer.add((this.#rows++ === 0 ? this.#frame.open : this.#frame.between) + read(row));
      if (this.#buffer.full) await this.#buffer.flush();
    }
    this.#batches++;
    await this.#buffer.flush();
  }

  async finish(): Promise<WriteSummary> {
    this.#buffer.add(this.#rows === 0 ? this.#frame.empty : this.#frame.close);
    await this.#buffer.flush();
    return { rows: this.#rows, batches: this.#batches };
  }

  abort(): void {}
}
