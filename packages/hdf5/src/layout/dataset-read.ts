import type { NdArray } from "@lazynwb/core";
import { type DecodeOptions, decodeValues } from "../datatype/decode.ts";
import type { HeapObjects } from "../global-heap.ts";
import type { FetchOwner } from "./fetch-queue.ts";
import type { ReadPlan } from "./read-plan.ts";

/** One request on its way from a plan to values. */
export class DatasetRead implements FetchOwner {
  readonly #values = Promise.withResolvers<NdArray>();
  readonly #stored = Promise.withResolvers<void>();
  #fetchesLeft = 0;
  #failed = false;
  /** Known once the chunk index was walked. */
  plan: ReadPlan | undefined;
  /** The selected elements as stored. */
  target: Uint8Array = new Uint8Array(0);

  constructor() {
    // Callers look at their promises one after another; one that fails early must not count as unhandled.
    this.#values.promise.catch(() => {});
    this.#stored.promise.catch(() => {});
  }

  get failed(): boolean {
    return this.#failed;
  }

  get values(): Promise<NdArray> {
    return this.#values.promise;
  }

  /** Settles when `target` is complete. */
  get stored(): Promise<void> {
    return this.#stored.promise;
  }

  begin(plan: ReadPlan, target: Uint8Array, fetches: number): void {
    this.plan = plan;
    this.target = target;
    this.#fetchesLeft = fetches;
    if (fetches === 0) this.#stored.resolve();
  }

  finish(): void {
    this.#fetchesLeft--;
    if (this.#fetchesLeft === 0) this.#stored.resolve();
  }

  fail(reason: unknown): void {
    this.#failed = true;
    this.target = new Uint8Array(0);
    this.#stored.reject(reason);
    this.#values.reject(reason);
  }

  /** Decodes what was stored. The bytes become the result, or are let go. */
  settle(heap: HeapObjects, options: DecodeOptions): void {
    if (this.#failed || this.plan === undefined) return;
    const { dataset, axes } = this.plan;
    try {
      const elements = { datatype: dataset.datatype, bytes: this.target, shape: axes.resultShape, owned: true };
      this.#values.resolve(decodeValues(elements, heap, options));
      this.target = new Uint8Array(0);
    } catch (reason) {
      this.fail(reason);
    }
  }
}
