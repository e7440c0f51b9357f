import type { ByteWindow } from "@lazynwb/core";
import { WindowList } from "./window-list.ts";

/** Defaults of `memoryCache`. */
export const DEFAULT_CACHE = {
  /** 64 MiB in all: head, tail and headers of 150 files, or the index columns of a large one. lazynwb 1.0 takes as much for each file. */
  maxBytes: 64 * 2 ** 20,
} as const;

/** A window larger than this part of the cache would push out too much, and is mostly data that is read once. */
const LARGEST_PART = 1 / 8;

/** Windows of many objects in one bounded memory; the least recently used go first. */
export interface MemoryCache {
  readonly maxBytes: number;
  /** Bytes held: of the buffers that windows keep alive. */
  readonly bytes: number;
  /** The windows of one object, for one reader of it. */
  object(id: string): CachedObject;
  clear(): void;
}

/** What a cache holds of an object. Nothing is found until the first answer has told which version of it is being read. */
export interface CachedObject {
  add(window: ByteWindow): void;
  /** Windows that together hold whatever is held of `start` to `stop`, ascending. */
  find(start: number, stop: number): readonly ByteWindow[];
  /** Forgets windows that nobody else could ever use. */
  close(): void;
}

export function memoryCache(options: { readonly maxBytes?: number | undefined } = {}): MemoryCache {
  return new LruCache(options.maxBytes ?? DEFAULT_CACHE.maxBytes);
}

class LruCache implements MemoryCache {
  readonly maxBytes: number;
  #bytes = 0;
  #objects = 0;
  readonly #lists = new Map<string, WindowList>();
  /** In the order of their last use. */
  readonly #used = new Map<ByteWindow, WindowList>();

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  object(id: string): CachedObject {
    const reader = this.#objects++;
    let list: WindowList | undefined;
    return {
      add: (window) => {
        list ??= this.#list(versionKey(id, window) ?? `reader ${reader}`);
        this.#add(list, window);
      },
      find: (start, stop) => (list === undefined ? [] : this.#find(list, start, stop)),
      close: () => {
        if (list?.key === `reader ${reader}`) for (const window of [...list.all()]) this.#remove(window, list);
        list = undefined;
      },
    };
  }

  clear(): void {
    for (const [window, list] of [...this.#used]) this.#remove(window, list);
  }

  #list(key: string): WindowList {
    return this.#lists.get(key) ?? new WindowList(key);
  }

  #find(list: WindowList, start: number, stop: number): readonly ByteWindow[] {
    const found = list.overlapping(start, stop);
    for (const window of found) {
      this.#used.delete(window);
      this.#used.set(window, list);
    }
    return found;
  }

  #add(list: WindowList, window: ByteWindow): void {
    const { length } = window.bytes;
    if (length === 0 || length > this.maxBytes * LARGEST_PART || list.holds(window.offset, window.offset + length))
      return;
    const kept = ownBytes(window);
    for (const superfluous of list.insert(kept)) this.#forget(superfluous);
    this.#used.set(kept, list);
    this.#bytes += costOf(kept);
    this.#lists.set(list.key, list);
    for (const [oldest, owner] of this.#used) {
      if (this.#bytes <= this.maxBytes) break;
      this.#remove(oldest, owner);
    }
  }

  #forget(window: ByteWindow): void {
    if (this.#used.delete(window)) this.#bytes -= costOf(window);
  }

  #remove(window: ByteWindow, list: WindowList): void {
    list.remove(window);
    this.#forget(window);
    if (list.count === 0) this.#lists.delete(list.key);
  }
}

/** Windows of one version may be shared by all its readers; without any mark of a version nobody else may have them. */
function versionKey(id: string, { etag, lastModified, size }: ByteWindow): string | undefined {
  if (etag === undefined && (lastModified === undefined || size === undefined)) return undefined;
  return JSON.stringify([id, etag ?? [lastModified, size]]);
}

/** A small view would keep a large buffer alive: it is copied. */
function ownBytes(window: ByteWindow): ByteWindow {
  const { bytes } = window;
  return bytes.length * 2 < bytes.buffer.byteLength ? { ...window, bytes: bytes.slice() } : window;
}

function costOf({ bytes }: ByteWindow): number {
  return bytes.buffer.byteLength;
}
