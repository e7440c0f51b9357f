import {
  type ByteCounters,
  type ByteSource,
  type ByteStore,
  type CallOptions,
  type Source,
  StorageError,
  throwIfAborted,
  UnsupportedError,
} from "@lazynwb/core";
import type { CountedSource } from "./counting-source.ts";
import type { Fetch } from "./http/http-client.ts";
import { type Limiter, limiter } from "./limiter.ts";
import { type MemoryCache, memoryCache } from "./memory-cache.ts";
import type { MergeOptions } from "./merged-source.ts";
import { type OpenSourceOptions, openSource, openStore } from "./open-source.ts";
import { ledgerOf, RequestLedger, totalCounters } from "./request-ledger.ts";
import type { RetryOptions } from "./retrying-source.ts";
import { type SourceInput, schemeOf, type Transport, type TransportContext } from "./transport.ts";
import { blobTransport, httpTransport, memoryTransport } from "./web-transports.ts";

export interface StorageOptions {
  /** Asked before those for memory, Blobs and HTTP. `nodeTransports()` adds local files. */
  readonly transports?: readonly Transport[] | undefined;
  /** One for all sources; false keeps nothing. */
  readonly cache?: MemoryCache | false | undefined;
  /** One for all sources. */
  readonly limiter?: Limiter | undefined;
  readonly fetch?: Fetch | undefined;
  /** For every URL that the user names, or by URL. They are never sent to another origin that such a URL redirects to. */
  readonly headers?: HeadersInit | ((url: URL) => HeadersInit | undefined) | undefined;
  readonly retry?: RetryOptions | false | undefined;
  readonly merge?: MergeOptions | undefined;
}

export interface StorageCounters {
  /** Of all sources; rounds are those of the deepest. */
  readonly total: ByteCounters;
  /** By the source's id; siblings that links led to are there too. */
  readonly sources: ReadonlyMap<string, ByteCounters>;
}

/** Turns what users name into sources, behind one limiter and one cache. */
export interface Storage extends AsyncDisposable {
  /**
   * Sources in the order of the inputs; a glob's in the order of their paths.
   *
   * @throws SourceNotFoundError for a glob that matches nothing. A single file that is missing is found out when it is read.
   * @throws UnsupportedError for a scheme that no transport knows.
   * @remarks I/O: local paths are looked up. No network.
   */
  resolve(input: SourceInput | readonly SourceInput[], options?: CallOptions): Promise<Source[]>;
  /** What was spent since this storage was made. */
  counters(): StorageCounters;
  /** Closes the sources that are still open. */
  close(): Promise<void>;
}

/**
 * The registry of transports, and what they share.
 *
 * @example
 * const storage = createStorage({ transports: nodeTransports() })
 * const [source] = await storage.resolve("sessions/*.nwb")
 */
export function createStorage(options: StorageOptions = {}): Storage {
  return new TransportStorage(options);
}

class TransportStorage implements Storage {
  readonly #transports: readonly Transport[];
  readonly #shared: OpenSourceOptions;
  readonly #ledgers = new Map<string, RequestLedger>();
  /** By id, then by what counts: several openings of one source count together. */
  readonly #counters = new Map<string, Map<object, () => ByteCounters>>();
  readonly #open = new Set<ByteSource | ByteStore>();
  readonly #context: TransportContext;
  #closed = false;

  constructor(options: StorageOptions) {
    this.#transports = [...(options.transports ?? []), memoryTransport, blobTransport, httpTransport];
    const { cache = memoryCache(), headers, merge, retry } = options;
    this.#shared = { limiter: options.limiter ?? limiter(), cache, merge, retry };
    const copied = typeof headers === "function" || headers === undefined ? headers : new Headers(headers);
    this.#context = {
      fetch: options.fetch,
      headersFor: (url) => (typeof copied === "function" ? copied(url) : copied),
      nameOf: objectNames(),
      ledger: (id) => this.#ledger(id),
    };
  }

  #ledger(id: string): RequestLedger {
    const ledger = this.#ledgers.get(id) ?? new RequestLedger();
    this.#ledgers.set(id, ledger);
    return ledger;
  }

  async resolve(input: SourceInput | readonly SourceInput[], options?: CallOptions): Promise<Source[]> {
    throwIfAborted(options);
    if (this.#closed) throw new StorageError("this storage was closed; make another one");
    const inputs: readonly SourceInput[] = isList(input) ? input : [input];
    const found = await Promise.all(inputs.map((one) => this.#resolveOne(one, options)));
    throwIfAborted(options);
    return found.flat().map((source) => this.#wrap(source));
  }

  async #resolveOne(input: SourceInput, options: CallOptions | undefined): Promise<readonly Source[]> {
    for (const transport of this.#transports) {
      const found = await transport.resolve(input, this.#context, options);
      if (found !== undefined) return found;
    }
    const given = givenSource(input);
    if (given !== undefined) return [given];
    throw unknownInput(input, this.#transports);
  }

  /** Puts merging, limits, cache and counters round a bare source. */
  #wrap(source: Source): Source {
    const { id } = source;
    const ledger = this.#ledger(id);
    const bytes = source.bytes && this.#keep(source.bytes, openSource(source.bytes, { ...this.#shared, ledger }));
    const asOne = bytes === undefined;
    const onSibling = (sibling: CountedSource) => this.#count(sibling.id, sibling, sibling);
    const options = { ...this.#shared, asOne, ledger: asOne ? ledger : undefined, onSibling };
    const store = source.store && this.#keep(source.store, openStore(source.store, options));
    const counted = bytes ?? store;
    // Who counts for itself does so once an opening; our own ledgers go on.
    const given = source.bytes ?? source.store;
    const ownCounts = given?.counters !== undefined && ledgerOf(given) === undefined;
    if (counted !== undefined) this.#count(id, ownCounts ? given : ledger, counted);
    return { id, ...(bytes && { bytes }), ...(store && { store }) };
  }

  #count(id: string, key: object, counted: Pick<CountedSource, "counters">): void {
    const counters = this.#counters.get(id) ?? new Map<object, () => ByteCounters>();
    this.#counters.set(
      id,
      counters.set(key, () => counted.counters()),
    );
  }

  /** Remembers what has to be closed, until it is. What the caller opened by itself is the caller's. */
  #keep<Kept extends ByteSource | ByteStore>(given: ByteSource | ByteStore, kept: Kept): Kept {
    if (given === kept) return kept;
    const close = kept.close?.bind(kept);
    const tracked: Kept = Object.assign(kept, {
      close: async () => {
        this.#open.delete(tracked);
        await close?.();
      },
    });
    this.#open.add(tracked);
    return tracked;
  }

  counters(): StorageCounters {
    const sources = new Map(
      [...this.#counters].map(
        ([id, all]) => [id, totalCounters([...all.values()].map((counters) => counters()))] as const,
      ),
    );
    return { total: totalCounters(sources.values()), sources };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#open].map((open) => open.close?.()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function isList(input: SourceInput | readonly SourceInput[]): input is readonly SourceInput[] {
  return Array.isArray(input);
}

/** Names for objects that may have the same: the second `a.nwb` is `a.nwb#2`. */
function objectNames(): TransportContext["nameOf"] {
  const names = new WeakMap<object, string>();
  const counts = new Map<string, number>();
  return (object, name) => {
    const known = names.get(object);
    if (known !== undefined) return known;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    const given = count === 1 ? name : `${name}#${count}`;
    names.set(object, given);
    return given;
  };
}

/** A source, byte source or byte store that the caller made. */
function givenSource(input: SourceInput): Source | undefined {
  if (typeof input !== "object" || input === null || !("id" in input)) return undefined;
  const { id } = input;
  if ("read" in input && typeof input.read === "function") return { id, bytes: input };
  if ("open" in input && typeof input.open === "function") return { id, store: input };
  if ("bytes" in input || "store" in input) return input as Source;
  return undefined;
}

/** Says what is wrong with an input, and nothing of what it holds: there may be a credential in it. */
function unknownInput(input: SourceInput, transports: readonly Transport[]): Error {
  const known = transports.map(({ name }) => name).join(", ");
  if (!(typeof input === "string" || input instanceof URL))
    return new StorageError("this is no source: give a path, a URL, a Blob, bytes, a ByteSource or a ByteStore");
  const scheme = schemeOf(input);
  if (scheme === undefined)
    return new UnsupportedError(
      `paths are read on Node only, with nodeTransports() of @lazynwb/storage/node (here are: ${known})`,
      { feature: "local paths" },
    );
  return new UnsupportedError(
    `addresses of the scheme ${scheme}: are not read by this version (here are: ${known}); objects in a public bucket can be read by their https address`,
    { feature: `scheme ${scheme}:` },
  );
}
