import type { CallOptions } from "@lazynwb/core";
import { SharedTask } from "./shared-task.ts";

/**
 * What was parsed, by address, bounded in bytes: what was not asked for longest is forgotten first. Callers who ask at the
 * same time share the work. Failures are not kept.
 */
export class Memo<Value> {
  readonly #maxBytes: number;
  readonly #bytesOf: (value: Value) => number;
  readonly #values = new Map<number, { readonly value: Value; readonly bytes: number }>();
  readonly #tasks = new Map<number, SharedTask<Value>>();
  #bytes = 0;

  /** @param bytesOf - About how much memory a value holds; one without bound is not kept, one that is too large only alone. */
  constructor(maxBytes: number, bytesOf: (value: Value) => number) {
    this.#maxBytes = maxBytes;
    this.#bytesOf = bytesOf;
  }

  /** A value that is there. */
  known(address: number): Value | undefined {
    const known = this.#values.get(address);
    if (known === undefined) return undefined;
    this.#values.delete(address);
    this.#values.set(address, known);
    return known.value;
  }

  async get(
    address: number,
    compute: (options: CallOptions) => Promise<Value>,
    options: CallOptions | undefined,
  ): Promise<Value> {
    const known = this.known(address);
    if (known !== undefined) return known;
    let task = this.#tasks.get(address);
    if (task === undefined || task.abandoned) {
      task = this.#start(address, compute, options);
    }
    return task.join(options?.signal);
  }

  #start(address: number, compute: (options: CallOptions) => Promise<Value>, options: CallOptions | undefined) {
    const task = new SharedTask(compute, options);
    this.#tasks.set(address, task);
    const finish = () => {
      if (this.#tasks.get(address) === task) this.#tasks.delete(address);
    };
    task.observe((value) => {
      finish();
      this.#keep(address, value);
    }, finish);
    return task;
  }

  clear(): void {
    this.#values.clear();
    this.#bytes = 0;
  }

  #keep(address: number, value: Value): void {
    const bytes = this.#bytesOf(value);
    if (!Number.isFinite(bytes)) return;
    this.#values.set(address, { value, bytes });
    this.#bytes += bytes;
    for (const [oldest, kept] of this.#values) {
      if (this.#bytes <= this.#maxBytes || oldest === address) return;
      this.#values.delete(oldest);
      this.#bytes -= kept.bytes;
    }
  }
}
