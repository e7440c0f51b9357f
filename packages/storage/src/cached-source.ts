import { type ByteRange, type ByteSource, type ByteWindow, type CallOptions, ShortReadError } from "@lazynwb/core";
import { checkRange, locateRange } from "./byte-range.ts";
import { type Identity, KnownIdentity } from "./identity.ts";
import { type CachedObject, type MemoryCache, memoryCache } from "./memory-cache.ts";
import { type MergeOptions, mergedSource } from "./merged-source.ts";
import { NO_COUNTERS } from "./request-ledger.ts";
import { endOf } from "./window-list.ts";

export interface CacheOptions {
  /** Shared by all sources that shall be bounded together. A new one where left out. */
  readonly cache?: MemoryCache | undefined;
  /** How the reads that miss are merged. */
  readonly merge?: MergeOptions | undefined;
  /** Called for each read that needed no request; `counters` then leaves counting them to it. */
  readonly onHit?: (() => void) | undefined;
}

/** Where less than this part of a range is cached, all of it is fetched: putting it together would cost more than it saves. */
const WORTH_JOINING = 1 / 4;

/**
 * Keeps what was read in a bounded memory, and merges the reads that miss (`mergedSource`). What was fetched between the ranges asked
 * for is kept too. Ranges may overlap cached windows in any way. Failures are never kept.
 *
 * @remarks Copies: none where one window holds a range; one where several do.
 */
export function cachedSource(
  source: ByteSource,
  options: CacheOptions = {},
): ByteSource & Required<Pick<ByteSource, "readMany">> {
  const held = (options.cache ?? memoryCache()).object(source.id);
  const identity = new KnownIdentity(source.id);
  let hits = 0;
  const inner = mergedSource(source, {
    ...options.merge,
    onWindow: (window) => {
      identity.accept(window);
      held.add(window);
    },
  });

  /** The window, or the range that has to be fetched for it. */
  const look = (range: ByteRange): ByteWindow | Missing => {
    const { size } = identity;
    const place = size === undefined ? range : locateRange(range, size);
    if ("suffix" in place) return new Missing(range);
    const found = lookUp(held, place, identity.facts);
    if (!(found instanceof Missing)) {
      hits++;
      options.onHit?.();
    }
    return found;
  };

  const readMany = (ranges: readonly ByteRange[], call?: CallOptions): readonly Promise<ByteWindow>[] => {
    if (call?.signal?.aborted) return ranges.map(() => Promise.reject(call.signal!.reason));
    const looks = ranges.map((range): ByteWindow | Missing | Promise<ByteWindow> => {
      try {
        checkRange(range, source.id);
        return look(range);
      } catch (error) {
        return Promise.reject(error);
      }
    });
    const missing = looks.filter((found) => found instanceof Missing);
    const fetched = inner.readMany(
      missing.map(({ range }) => range),
      call,
    );
    let next = 0;
    return looks.map((found) => {
      if (!(found instanceof Missing)) return Promise.resolve(found);
      const read = fetched[next++]!;
      return found.join === undefined ? read : read.then((window) => found.join!(window, source.id));
    });
  };

  return {
    ...inner,
    read: (range, call) => readMany([range], call)[0]!,
    readMany,
    ...(source.counters && {
      counters: () => {
        const counters = source.counters?.() ?? NO_COUNTERS;
        return options.onHit === undefined ? { ...counters, cacheHits: counters.cacheHits + hits } : counters;
      },
    }),
    close: async () => {
      held.close();
      await inner.close?.();
    },
  };
}

/** What has to be fetched, and how it becomes the window that was asked for. */
class Missing {
  readonly range: ByteRange;
  readonly join: ((fetched: ByteWindow, source: string) => ByteWindow) | undefined;

  constructor(range: ByteRange, join?: (fetched: ByteWindow, source: string) => ByteWindow) {
    this.range = range;
    this.join = join;
  }
}

function lookUp(
  held: CachedObject,
  place: { readonly offset: number; readonly length: number },
  facts: Identity,
): ByteWindow | Missing {
  const { offset: start, length } = place;
  const stop = start + length;
  if (length === 0) return { ...facts, bytes: new Uint8Array(0), offset: start };
  const windows = held.find(start, stop);
  let from = start;
  for (const window of windows) if (window.offset <= from) from = Math.max(from, endOf(window));
  if (from >= stop) {
    const only = windows.find((window) => window.offset <= start && endOf(window) >= stop);
    const bytes = only?.bytes.subarray(start - only.offset, stop - only.offset) ?? joined(start, length, windows);
    return { ...facts, bytes, offset: start };
  }
  let to = stop;
  for (const window of windows.toReversed()) if (endOf(window) >= to) to = Math.min(to, window.offset);
  if (length - (to - from) < length * WORTH_JOINING) return new Missing(place);
  return new Missing({ offset: from, length: to - from }, (fetched, source) => {
    const short = from + fetched.bytes.length < to;
    // The end of an object of unknown size lay inside: what is cached behind it would be of another version.
    if (short && to < stop)
      throw new ShortReadError(`${source}: ${fetched.bytes.length} of ${to - from} bytes came from ${from}`, {
        source,
        expected: to - from,
        found: fetched.bytes.length,
      });
    const known = short ? endOf(fetched) - start : length;
    return { ...fetched, bytes: joined(start, known, [...windows, fetched]), offset: start };
  });
}

/** One buffer of what windows hold of a range. */
function joined(start: number, length: number, windows: readonly ByteWindow[]): Uint8Array {
  const bytes = new Uint8Array(length);
  for (const window of windows) {
    const from = Math.max(start, window.offset);
    const to = Math.min(start + length, endOf(window));
    if (from < to) bytes.set(window.bytes.subarray(from - window.offset, to - window.offset), from - start);
  }
  return bytes;
}
