import type { Backend, ByteCounters, CallOptions } from "@lazynwb/core";
import { type FilePool, filePool, type NwbFile } from "@lazynwb/model";
import { createStorage, type SourceInput, type Storage, type StorageOptions } from "@lazynwb/storage";
import { openSource } from "./open-source.ts";

/** A path, URL, glob, URL object, Blob or File, bytes, ByteSource, ByteStore, or a list of them. */
export type SourceInputs = SourceInput | readonly SourceInput[];

/** The parts that files are opened with. */
export interface SourceParts {
  /** Asked in this order which of them knows a source. */
  readonly backends: readonly Backend[];
  /** A storage that the caller made and closes, or options for one. */
  readonly storage?: Storage | StorageOptions | undefined;
  /** Files that stay open at once, others being closed and reopened. Default 64. */
  readonly maxOpenFiles?: number | undefined;
}

/** Up to so many files are worth reading far ahead in: with more, what is read in vain would be most of the bytes. */
const FEW_FILES = 8;
/** What is read of the head and the tail of each file of a longer list. Bytes. */
const READ_AHEAD_OF_MANY = { headBytes: 16 * 1024, tailBytes: 64 * 1024 } as const;

/** Turns what users name into files that open when they are read. */
export class NwbSources {
  readonly #backends: readonly Backend[];
  readonly #storage: Storage;
  readonly #ownsStorage: boolean;
  readonly #pool: FilePool;

  constructor(parts: SourceParts) {
    this.#backends = [...parts.backends];
    this.#ownsStorage = !isStorage(parts.storage);
    this.#storage = isStorage(parts.storage) ? parts.storage : createStorage(parts.storage);
    this.#pool = filePool({ maxOpenFiles: parts.maxOpenFiles });
  }

  /**
   * Files in the order in which they were named, those of a glob by path.
   *
   * @remarks I/O: local names are looked up; nothing is opened.
   */
  async files(inputs: SourceInputs, options: CallOptions = {}): Promise<NwbFile[]> {
    const sources = await this.#storage.resolve(inputs, options);
    const readAhead = sources.length > FEW_FILES ? READ_AHEAD_OF_MANY : {};
    return sources.map((source) =>
      this.#pool.file({
        id: source.id,
        open: (call) => openSource(source, this.#backends, { ...call, ...readAhead }),
        counters: () => (source.bytes ?? source.store)?.counters?.() ?? NOTHING_SPENT,
      }),
    );
  }

  /** What all files have cost so far; rounds are those of the deepest. */
  counters(): ByteCounters {
    return this.#storage.counters().total;
  }

  async close(): Promise<void> {
    await this.#pool.close();
    if (this.#ownsStorage) await this.#storage.close();
  }
}

const NOTHING_SPENT: ByteCounters = Object.freeze({ rounds: 0, requests: 0, bytes: 0, cacheHits: 0 });

function isStorage(storage: Storage | StorageOptions | undefined): storage is Storage {
  return storage !== undefined && "resolve" in storage;
}
