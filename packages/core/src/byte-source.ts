import type { CallOptions } from "./call-options.ts";

/** Bytes of an object: `length` of them from `offset`, or its last `suffix` bytes. Units: bytes. */
export type ByteRange = { readonly offset: number; readonly length: number } | { readonly suffix: number };

/**
 * Bytes that were read.
 *
 * `bytes` is read-only, may be a view of a window shared with others at any alignment, and is never transferred:
 * who needs that copies.
 */
export interface ByteWindow {
  readonly bytes: Uint8Array;
  /** Where the first of them lies in the object. */
  readonly offset: number;
  /** Bytes of the whole object, where the answer told. A hidden Content-Range leaves it unknown. */
  readonly size?: number | undefined;
  readonly etag?: string | undefined;
  readonly lastModified?: number | undefined;
}

/** What a source asks its readers to heed. */
export interface ByteSourceHints {
  /** Whether `{ suffix }` ranges cost no extra request. Default true; false has the size learnt from a head read first. */
  readonly suffix?: boolean | undefined;
  /** Two ranges closer than this are worth one request. Bytes. */
  readonly maxGapBytes?: number | undefined;
  /** No request is made larger by merging than this. Bytes. */
  readonly maxRequestBytes?: number | undefined;
  /** Requests that may be under way at once. */
  readonly concurrency?: number | undefined;
}

/** What a source has cost since it was opened. */
export interface ByteCounters {
  /** Depth of dependent trips: 1 + the deepest one already answered when a request was sent. */
  readonly rounds: number;
  readonly requests: number;
  /** Bytes received. */
  readonly bytes: number;
  /** Reads answered without a request. */
  readonly cacheHits: number;
}

/**
 * One immutable object that can be read in ranges. `id` and `read` are enough to implement.
 *
 * A read gives fewer bytes than asked only where the object ends; else it throws ShortReadError. A range that begins at or
 * behind the end gives zero bytes.
 */
export interface ByteSource {
  /** The identity that users see as `_nwb_path`. Holds no credential. */
  readonly id: string;
  readonly hints?: ByteSourceHints | undefined;
  read(range: ByteRange, options?: CallOptions): Promise<ByteWindow>;
  /** Ranges that are planned together, sent in one round; each settles alone, in the order of `ranges`. */
  readMany?(ranges: readonly ByteRange[], options?: CallOptions): readonly Promise<ByteWindow>[];
  /** What was spent so far; sources that count have it. */
  counters?(): ByteCounters;
  close?(): Promise<void>;
}

/** Many objects under keys: a Zarr folder, the siblings of a file, a bucket's prefix. */
export interface ByteStore {
  readonly id: string;
  /** `key` is relative, with `/` between its parts. I/O: none until the source is read. */
  open(key: string): ByteSource;
  list?(
    prefix: string,
    options?: CallOptions,
  ): AsyncIterable<{ readonly key: string; readonly size?: number | undefined }>;
  counters?(): ByteCounters;
  close?(): Promise<void>;
}

/** What a user named, ready to be opened by a backend. */
export interface Source {
  readonly id: string;
  /** The object itself, where it is one. */
  readonly bytes?: ByteSource | undefined;
  /** The folder, or the siblings that links of the object may reach. */
  readonly store?: ByteStore | undefined;
}

/** Ranges planned together, whether or not the source plans them itself. */
export function readRanges(
  source: ByteSource,
  ranges: readonly ByteRange[],
  options?: CallOptions,
): readonly Promise<ByteWindow>[] {
  return source.readMany?.(ranges, options) ?? ranges.map((range) => source.read(range, options));
}
