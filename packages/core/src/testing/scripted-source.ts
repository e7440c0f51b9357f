import type { ByteRange, ByteSource, ByteSourceHints, ByteWindow } from "../byte-source.ts";
import type { CallOptions } from "../call-options.ts";

export interface ScriptedRead {
  readonly range: ByteRange;
  readonly signal: AbortSignal | undefined;
  readonly priority: number | undefined;
}

export interface Script {
  /** Runs before a read is answered; what it throws is what the read fails with. */
  readonly before?: ((read: ScriptedRead, count: number) => void) | undefined;
  /** Alters an answer. */
  readonly answer?: ((window: ByteWindow, count: number) => ByteWindow) | undefined;
  readonly hints?: ByteSourceHints | undefined;
}

/** Bytes in memory behind a script, with the fields a wrapper must not lose sight of: private ones, and a log of what it was asked. */
export class ScriptedSource implements ByteSource {
  readonly id = "scripted";
  readonly hints: ByteSourceHints | undefined;
  readonly reads: ScriptedRead[] = [];
  closed = 0;
  readonly #bytes: Uint8Array;
  readonly #script: Script;
  #gate: Promise<void> = Promise.resolve();
  #open: () => void = () => {};

  constructor(bytes: Uint8Array, script: Script = {}) {
    this.#bytes = bytes;
    this.#script = script;
    this.hints = script.hints;
  }

  /** From now on reads wait, until `release` or the abort of their signal. */
  hold(): void {
    this.#gate = new Promise((resolve) => {
      this.#open = resolve;
    });
  }

  release(): void {
    this.#open();
  }

  async read(range: ByteRange, options?: CallOptions): Promise<ByteWindow> {
    const { signal, priority } = options ?? {};
    signal?.throwIfAborted();
    const read = { range, signal, priority };
    const count = this.reads.push(read);
    await this.#pass(signal);
    this.#script.before?.(read, count);
    const size = this.#bytes.length;
    const start = Math.min(size, "suffix" in range ? Math.max(0, size - range.suffix) : range.offset);
    const stop = "suffix" in range ? size : Math.min(size, start + range.length);
    const window = { bytes: this.#bytes.subarray(start, stop), offset: start, size };
    return this.#script.answer?.(window, count) ?? window;
  }

  async #pass(signal: AbortSignal | undefined): Promise<void> {
    if (signal === undefined) return this.#gate;
    let stop = () => {};
    const left = new Promise<never>((_, reject) => {
      stop = () => reject(signal.reason);
      signal.addEventListener("abort", stop, { once: true });
    });
    try {
      await Promise.race([this.#gate, left]);
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  async close(): Promise<void> {
    this.closed++;
  }
}

/** The same, planning its reads itself. */
export class PlanningScriptedSource extends ScriptedSource {
  readonly batches: number[] = [];
  readMany(ranges: readonly ByteRange[], options?: CallOptions): readonly Promise<ByteWindow>[] {
    this.batches.push(ranges.length);
    return ranges.map((range) => this.read(range, options));
  }
}
