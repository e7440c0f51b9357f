import type { CallOptions } from "@lazynwb/core";
import type { FileBytes } from "../file-bytes.ts";
import { collectHeapObjects, type HeapObjects, type StoredElements } from "../global-heap.ts";
import { SharedTask } from "../hierarchy/shared-task.ts";
import { nextTurn } from "../windows/next-turn.ts";

interface Collection {
  readonly parts: StoredElements[];
  readonly task: SharedTask<HeapObjects>;
}

/**
 * Fetches the heap objects of attributes. All objects that are described in one turn share one collection, so that each
 * heap collection of the file is read and parsed once for all of them.
 */
export class HeapLoader {
  readonly #file: FileBytes;
  #next: Collection | undefined;

  constructor(file: FileBytes) {
    this.#file = file;
  }

  load(parts: readonly StoredElements[], options?: CallOptions): Promise<HeapObjects> {
    this.#next ??= this.#start(options);
    this.#next.parts.push(...parts);
    return this.#next.task.join(options?.signal);
  }

  #start(options: CallOptions | undefined): Collection {
    const parts: StoredElements[] = [];
    const task = new SharedTask(async (shared) => {
      await new Promise<void>(nextTurn);
      this.#next = undefined;
      return collectHeapObjects(this.#file, parts, shared);
    }, options);
    return { parts, task };
  }
}
