import type { ByteWindow } from "@lazynwb/core";

/** Windows of one version of an object, ascending; none lies wholly inside another. */
export class WindowList {
  readonly key: string;
  readonly #windows: ByteWindow[] = [];

  constructor(key: string) {
    this.key = key;
  }

  get count(): number {
    return this.#windows.length;
  }

  /** Position of the first window that begins behind `offset`. Since none lies inside another, ends ascend too. */
  #after(offset: number): number {
    let low = 0;
    let high = this.#windows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#windows[middle]!.offset <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Whether one window holds all of it. */
  holds(start: number, stop: number): boolean {
    const before = this.#windows[this.#after(start) - 1];
    return before !== undefined && endOf(before) >= stop;
  }

  /** Puts a window in, and takes out those that it makes superfluous. It must not be held already. */
  insert(window: ByteWindow): ByteWindow[] {
    let from = this.#after(window.offset);
    if (this.#windows[from - 1]?.offset === window.offset) from--;
    let to = from;
    while (to < this.#windows.length && endOf(this.#windows[to]!) <= endOf(window)) to++;
    return this.#windows.splice(from, to - from, window);
  }

  remove(window: ByteWindow): void {
    const at = this.#after(window.offset) - 1;
    if (this.#windows[at] === window) this.#windows.splice(at, 1);
  }

  /** Windows that together hold whatever is held of `start` to `stop`, ascending. */
  overlapping(start: number, stop: number): ByteWindow[] {
    const found: ByteWindow[] = [];
    for (let at = Math.max(0, this.#after(start) - 1); at < this.#windows.length; at++) {
      const window = this.#windows[at]!;
      if (window.offset >= stop) break;
      if (endOf(window) > start) found.push(window);
    }
    return found;
  }

  all(): readonly ByteWindow[] {
    return this.#windows;
  }
}

export function endOf(window: ByteWindow): number {
  return window.offset + window.bytes.length;
}
