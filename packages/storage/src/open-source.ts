import type { ByteCounters, ByteSource, ByteStore } from "@lazynwb/core";
import { cachedSource } from "./cached-source.ts";
import { type CountedSource, countingSource } from "./counting-source.ts";
import { limitedSource } from "./limited-source.ts";
import { type Limiter, limiter } from "./limiter.ts";
import type { MemoryCache } from "./memory-cache.ts";
import { type MergeOptions, mergedSource } from "./merged-source.ts";
import { ledgerOf, RequestLedger, totalCounters } from "./request-ledger.ts";
import { type RetryOptions, retryingSource } from "./retrying-source.ts";
import { tailSource } from "./tail-source.ts";

export interface OpenSourceOptions {
  /** Shared by all sources that shall be bounded together. One of its own where left out. */
  readonly limiter?: Limiter | undefined;
  /** Whose turn it is in the limiter's queue; the source's own where left out. */
  readonly turn?: object | undefined;
  /** Shared likewise. false keeps nothing. */
  readonly cache?: MemoryCache | false | undefined;
  readonly retry?: RetryOptions | false | undefined;
  readonly merge?: MergeOptions | undefined;
  /** Where requests are counted, for objects that shall count as one. */
  readonly ledger?: RequestLedger | undefined;
}

const opened = new WeakSet<object>();

/**
 * Puts round a bare source what reading over a network wants. From the outside in:
 *
 * 1. cache: what is held is not asked for; it keeps merged windows whole, so it sees what merging fetched.
 * 2. merging: what is missing becomes few requests, all issued in one go.
 * 3. tails by offset, where the source says that suffix ranges are dear: it has to see which other reads are issued with them.
 * 4. retries: of one request, not of the batch it was in; their pauses hold no place of the limiter.
 * 5. limiter: a batch enters as one, so nothing that takes time may come before it.
 * 6. counting: each attempt is a request, at the moment when it leaves.
 *
 * A source that was opened already is given back as it is.
 *
 * @param source - its `id` and `read` are enough.
 */
export function openSource(source: ByteSource, options: OpenSourceOptions = {}): CountedSource {
  if (opened.has(source)) return source as CountedSource;
  const { cache, merge, retry, turn } = options;
  const ledger = ledgerOf(source) ?? options.ledger ?? new RequestLedger();
  let inner = limitedSource(countingSource(source, { ledger }), options.limiter ?? limiter(), { turn });
  if (retry !== false) inner = retryingSource(inner, retry);
  if (source.hints?.suffix === false) inner = tailSource(inner);
  const outer =
    cache === false ? mergedSource(inner, merge) : cachedSource(inner, { cache, merge, onHit: () => ledger.hit() });
  const result = { ...outer, counters: () => countersOf(source, ledger) };
  opened.add(result);
  return result;
}

/** What a source or store says of itself, with the reads that the cache answered; else what was counted for it. */
function countersOf(counted: { counters?(): ByteCounters }, ledger: RequestLedger): ByteCounters {
  const ours = ledger.counters();
  if (counted.counters === undefined || ledgerOf(counted) === ledger) return ours;
  const own = counted.counters();
  return { ...own, cacheHits: own.cacheHits + ours.cacheHits };
}

/**
 * Puts the same round every source of a store.
 *
 * @param options.asOne - whether all keys count as one object (a Zarr folder), or each by itself (siblings of a file).
 */
export function openStore(
  store: ByteStore,
  options: OpenSourceOptions & {
    readonly asOne: boolean;
    /** Hears of each sibling that is opened. */
    readonly onSibling?: ((source: CountedSource) => void) | undefined;
  },
): ByteStore & Required<Pick<ByteStore, "counters">> {
  if (opened.has(store)) return store as ReturnType<typeof openStore>;
  const { asOne, onSibling, ...each } = options;
  const ledger = ledgerOf(store) ?? options.ledger ?? new RequestLedger();
  const shared = { ...each, limiter: options.limiter ?? limiter(), ledger: asOne ? ledger : undefined };
  const siblings = new Map<string, CountedSource>();
  const open = (key: string): CountedSource => {
    if (asOne) return openSource(store.open(key), { ...shared, turn: store });
    const known = siblings.get(key);
    if (known !== undefined) return known;
    const source = openSource(store.open(key), shared);
    siblings.set(key, source);
    onSibling?.(source);
    return source;
  };
  const result = {
    id: store.id,
    open,
    ...(store.list && { list: store.list.bind(store) }),
    counters: () =>
      asOne ? countersOf(store, ledger) : totalCounters([...siblings.values()].map((source) => source.counters())),
    close: async () => {
      await Promise.all([...siblings.values()].map((source) => source.close?.()));
      siblings.clear();
      await store.close?.();
    },
  };
  opened.add(result);
  return result;
}
