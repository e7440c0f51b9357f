import type { CallOptions } from "@lazynwb/core";
import { onAbort } from "../windows/on-abort.ts";

/**
 * Work that several callers wait for. One caller's abort rejects that caller alone; the work stops when its last caller has
 * left, and nobody may join it then.
 */
export class SharedTask<Result> {
  readonly #controller = new AbortController();
  readonly #result: Promise<Result>;
  #waiting = 0;
  #settled = false;

  /** @param options - Of the first caller; its signal is not used: callers join with their own. */
  constructor(run: (options: CallOptions) => Promise<Result>, options?: CallOptions) {
    this.#result = run({ signal: this.#controller.signal, priority: options?.priority });
    const settle = () => {
      this.#settled = true;
    };
    this.#result.then(settle, settle);
  }

  /** All callers have left before the work was done. */
  get abandoned(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Looks on without being a caller. */
  observe(fulfilled: (result: Result) => void, rejected: () => void): void {
    this.#result.then(fulfilled, rejected);
  }

  join(signal: AbortSignal | undefined): Promise<Result> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    this.#waiting++;
    if (signal === undefined) return this.#result;
    return new Promise((resolve, reject) => {
      const stay = onAbort(signal, () => {
        reject(signal.reason);
        this.#waiting--;
        if (this.#waiting === 0 && !this.#settled) this.#controller.abort();
      });
      this.#result.then(resolve, reject).finally(stay);
    });
  }
}
