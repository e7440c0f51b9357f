import { abortable, deferred } from "./abortable.ts";

/** Items in the order in which they were put, taken by one reader that may be ahead or behind. */
export class OrderedQueue<Item> {
  #items: Item[] = [];
  #ended = false;
  #changed = deferred<void>();

  put(item: Item): void {
    this.#items.push(item);
    this.#changed.resolve();
  }

  end(): void {
    this.#ended = true;
    this.#changed.resolve();
  }

  /** The next item; undefined once the queue has ended. */
  async take(signal: AbortSignal): Promise<Item | undefined> {
    while (this.#items.length === 0) {
      if (this.#ended) return undefined;
      await abortable(this.#changed.promise, signal);
      this.#changed = deferred();
    }
    return this.#items.shift();
  }
}
