import type { ByteRange, ByteWindow, CallOptions } from "@lazynwb/core";
import { onAbort } from "./abort.ts";

/** One caller's read, waiting for its part of a request. */
export class MergedRead {
  readonly promise: Promise<ByteWindow>;
  readonly range: ByteRange;
  readonly signal: AbortSignal | undefined;
  readonly priority: number;
  /** Whether it was answered, refused or left by its caller. */
  settled = false;
  #request: MergedRequest | undefined;
  #resolve!: (window: ByteWindow) => void;
  #reject!: (reason: unknown) => void;
  #forget: () => void;

  constructor(range: ByteRange, options: CallOptions | undefined) {
    this.range = range;
    this.signal = options?.signal;
    this.priority = options?.priority ?? 0;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#forget = onAbort(this.signal, () => {
      this.reject(this.signal?.reason);
      this.#request?.leave(this.signal?.reason);
    });
  }

  join(request: MergedRequest): void {
    this.#request = request;
    request.reads.push(this);
    request.callers++;
  }

  resolve(window: ByteWindow): void {
    this.settled = true;
    this.#forget();
    this.#resolve(window);
  }

  reject(reason: unknown): void {
    this.settled = true;
    this.#forget();
    this.#reject(reason);
  }
}

/** A request that serves several reads, and is given up when all their callers have left. */
export class MergedRequest {
  readonly range: ByteRange;
  readonly reads: MergedRead[] = [];
  callers = 0;
  readonly #controller = new AbortController();
  readonly #onEmpty: (request: MergedRequest) => void;

  constructor(range: ByteRange, onEmpty: (request: MergedRequest) => void) {
    this.range = range;
    this.#onEmpty = onEmpty;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get priority(): number {
    let highest = Number.NEGATIVE_INFINITY;
    for (const read of this.reads) highest = Math.max(highest, read.priority);
    return highest;
  }

  leave(reason: unknown): void {
    this.callers--;
    if (this.callers > 0) return;
    this.#onEmpty(this);
    this.#controller.abort(reason);
  }

  /** Stops what is still under way of it. */
  stop(reason: unknown): void {
    this.#controller.abort(reason);
  }

  /** Whether a read of `length` bytes from `offset` is part of it. */
  holds(offset: number, length: number): boolean {
    const { range } = this;
    return !("suffix" in range) && offset >= range.offset && offset + length <= range.offset + range.length;
  }

  /** Gives each read its part: a view of the window. */
  answer(window: ByteWindow): void {
    const { bytes, offset, ...about } = window;
    for (const read of this.reads) {
      if (read.settled) continue;
      const { range } = read;
      const end = offset + bytes.length;
      const start = "suffix" in range ? Math.max(offset, end - range.suffix) : Math.min(range.offset, end);
      const stop = "suffix" in range ? end : Math.min(range.offset + range.length, end);
      const whole = start === offset && stop === end;
      read.resolve(whole ? window : { ...about, bytes: bytes.subarray(start - offset, stop - offset), offset: start });
    }
  }

  fail(reason: unknown): void {
    for (const read of this.reads) if (!read.settled) read.reject(reason);
  }
}
