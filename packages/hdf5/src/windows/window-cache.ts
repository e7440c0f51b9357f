import type { Span } from "./plan-windows.ts";

/** Bytes of the object that were fetched, or are on their way. */
export interface Window {
  readonly start: number;
  /** Where it ends; moved back where the object turns out to end before. */
  stop: number;
  /** Absent while under way, and for good where the fetch failed. */
  bytes?: Uint8Array;
  failure?: { readonly error: unknown };
  /** The fetch that brings it, while under way. */
  batch?: WindowBatch | undefined;
  /** The turn in which it was last looked at. */
  used: number;
}

/** Windows that were asked for together. It is given up when nobody waits for any of them any more. */
export interface WindowBatch {
  /** Settles when all windows have come or failed; never rejects. */
  readonly ready: Promise<void>;
  readonly controller: AbortController;
  readonly windows: readonly Window[];
  waiting: number;
}

/** Windows in order, bounded in bytes: those not looked at for longest go first. None lies inside of another. */
export class WindowCache {
  readonly #windows: Window[] = [];
  readonly #maxBytes: number;
  #bytes = 0;
  #turn = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The first window that covers `offset` or begins behind it. */
  from(offset: number): Span | undefined {
    const at = this.#lastFrom(offset);
    const before = this.#windows[at];
    return before !== undefined && before.stop > offset ? before : this.#windows[at + 1];
  }

  /** The windows that together cover a span; null where a byte is missing. */
  covering({ start, stop }: Span): Window[] | null {
    const found: Window[] = [];
    let at = start;
    do {
      const window = this.#windows[this.#lastFrom(at)];
      if (window === undefined || window.stop <= at) return null;
      window.used = ++this.#turn;
      found.push(window);
      at = window.stop;
    } while (at < stop);
    return found;
  }

  add(window: Window): void {
    const first = this.#lastFrom(window.start - 1) + 1;
    let inside = 0;
    for (let at = first; at < this.#windows.length && this.#windows[at]!.stop <= window.stop; at++) {
      this.#bytes -= this.#windows[at]!.bytes?.length ?? 0;
      inside++;
    }
    window.used = ++this.#turn;
    this.#windows.splice(first, inside, window);
  }

  /** Counts the bytes of a window that came, and lets go of others where there are too many. */
  settle(window: Window): void {
    if (!this.#windows.includes(window)) return;
    this.#bytes += window.bytes?.length ?? 0;
    while (this.#bytes > this.#maxBytes) {
      const oldest = this.#oldest(window);
      if (oldest === undefined) return;
      this.remove(oldest);
    }
  }

  remove(window: Window): void {
    const at = this.#windows.indexOf(window);
    if (at < 0) return;
    this.#windows.splice(at, 1);
    this.#bytes -= window.bytes?.length ?? 0;
  }

  clear(): void {
    this.#windows.length = 0;
    this.#bytes = 0;
  }

  #oldest(except: Window): Window | undefined {
    let oldest: Window | undefined;
    for (const window of this.#windows)
      if (window !== except && window.bytes !== undefined && (oldest === undefined || window.used < oldest.used))
        oldest = window;
    return oldest;
  }

  /** Position of the last window that begins at or before `offset`; -1 where there is none. */
  #lastFrom(offset: number): number {
    let low = 0;
    let high = this.#windows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#windows[middle]!.start <= offset) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

/** The bytes of a span out of windows that cover it; null where they end before. Copies: none within one window. */
export function bytesFrom(windows: readonly Window[], { start, stop }: Span): Uint8Array | null {
  const [first] = windows;
  if (first?.bytes !== undefined && first.stop >= stop)
    return first.bytes.subarray(start - first.start, stop - first.start);
  const joined = new Uint8Array(stop - start);
  let at = start;
  for (const window of windows) {
    if (window.bytes === undefined || window.stop <= at) continue;
    if (window.start > at) return null;
    const until = Math.min(stop, window.stop);
    joined.set(window.bytes.subarray(at - window.start, until - window.start), at - start);
    at = until;
  }
  return at === stop ? joined : null;
}
