/** Where bytes or text go: a file, a response, standard output. A promise holds the writer back until it is settled. */
export interface OutputSink {
  write(chunk: Uint8Array | string): void | Promise<void>;
}

/** What was written. */
export interface WriteSummary {
  readonly rows: number;
  readonly batches: number;
}

/** Characters gathered before a sink is written to: a write costs more than the text of a row. */
const CHUNK_CHARACTERS = 65_536;

/** Gathers lines of text and hands them on in chunks. */
export class TextBuffer {
  readonly #sink: OutputSink;
  #pieces: string[] = [];
  #length = 0;

  constructor(sink: OutputSink) {
    this.#sink = sink;
  }

  add(text: string): void {
    this.#pieces.push(text);
    this.#length += text.length;
  }

  /** Whether enough has been gathered for a write. */
  get full(): boolean {
    return this.#length >= CHUNK_CHARACTERS;
  }

  async flush(): Promise<void> {
    if (this.#length === 0) return;
    const text = this.#pieces.join("");
    this.#pieces = [];
    this.#length = 0;
    await this.#sink.write(text);
  }
}
