import { type ByteCounters, type CallOptions, type Hierarchy, SourceChangedError, StorageError } from "@lazynwb/core";
import type { FileOpener } from "./file-pool.ts";
import type { NwbFile } from "./nwb-file.ts";
import type { Places } from "./places.ts";

const NO_COUNTERS: ByteCounters = { rounds: 0, requests: 0, bytes: 0, cacheHits: 0 };

function addCounters(left: ByteCounters, right: ByteCounters): ByteCounters {
  return {
    rounds: left.rounds + right.rounds,
    requests: left.requests + right.requests,
    bytes: left.bytes + right.bytes,
    cacheHits: left.cacheHits + right.cacheHits,
  };
}

/** Rejects with the signal's reason as soon as it is given up, and leaves the work to those who still wait. */
function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return work;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

interface Opening {
  readonly hierarchy: Promise<Hierarchy>;
  readonly stop: AbortController;
}

/** What a file needs of the pool that it is in. */
export interface Pool {
  readonly places: Places;
  /** Files that are open or opening, the longest unused first. */
  readonly open: Set<PooledFile>;
  closed: boolean;
}

/** A file that opens when it is used and gives its place up when others need it. */
export class PooledFile implements NwbFile {
  readonly id: string;
  readonly #opener: FileOpener;
  readonly #pool: Pool;
  #opening: Opening | undefined;
  #open: Hierarchy | undefined;
  #closing: Promise<void> | undefined;
  #borrowers = 0;
  #identity: string | undefined;
  #closed = false;
  #spent = NO_COUNTERS;
  readonly #whenIdle: (() => void)[] = [];

  constructor(opener: FileOpener, pool: Pool) {
    this.id = opener.id;
    this.#opener = opener;
    this.#pool = pool;
  }

  async use<Result>(work: (hierarchy: Hierarchy) => Promise<Result>, options: CallOptions = {}): Promise<Result> {
    options.signal?.throwIfAborted();
    if (this.#closed || this.#pool.closed) throw new StorageError(`${this.id} was closed`, { source: this.id });
    this.#borrowers++;
    this.#pool.open.delete(this);
    this.#pool.open.add(this);
    try {
      return await work(await this.#hierarchy(options));
    } finally {
      this.#borrowers--;
      if (this.#borrowers === 0) this.#idle();
    }
  }

  /** Opened, or being opened: all who need it meanwhile wait for the same opening, and it stops when all have left. */
  async #hierarchy(options: CallOptions): Promise<Hierarchy> {
    await this.#closing;
    if (this.#open !== undefined) return this.#open;
    this.#opening ??= this.#startOpening(options.priority);
    return untilAborted(this.#opening.hierarchy, options.signal);
  }

  #startOpening(priority: number | undefined): Opening {
    const stop = new AbortController();
    const hierarchy = this.#openNow({ signal: stop.signal, priority });
    const opening: Opening = { hierarchy, stop };
    hierarchy.then(
      (opened) => {
        if (this.#opening !== opening) return this.#abandon(opened);
        this.#open = opened;
        this.#opening = undefined;
        return undefined;
      },
      () => {
        if (this.#opening === opening) this.#opening = undefined;
      },
    );
    return opening;
  }

  /** Closes what came although nobody waited for it any more. */
  async #abandon(hierarchy: Hierarchy): Promise<void> {
    await hierarchy.close().catch(() => {});
    this.#pool.places.give();
  }

  async #openNow(options: CallOptions): Promise<Hierarchy> {
    await this.#pool.places.take(() => this.#makeRoom());
    let hierarchy: Hierarchy | undefined;
    try {
      options.signal?.throwIfAborted();
      hierarchy = await this.#opener.open(options);
      const identity = await this.#opener.identity?.();
      if (this.#identity !== undefined && identity !== this.#identity)
        throw new SourceChangedError(`${this.id} was replaced since it was first opened; open it anew`, {
          source: this.id,
        });
      this.#identity = identity;
      return hierarchy;
    } catch (error) {
      await hierarchy?.close().catch(() => {});
      this.#pool.places.give();
      throw error;
    }
  }

  #makeRoom(): void {
    for (const file of this.#pool.open) {
      if (file.#borrowers > 0 || file.#open === undefined) continue;
      void file.#release();
      return;
    }
  }

  /** Nobody uses it: what was asked to close closes, and a place that others wait for is given up. */
  #idle(): void {
    for (const tell of this.#whenIdle.splice(0)) tell();
    if (this.#opening !== undefined) {
      this.#opening.stop.abort(new DOMException(`nobody waits for ${this.id} any more`, "AbortError"));
      this.#opening = undefined;
      this.#pool.open.delete(this);
    } else if (this.#closed || this.#pool.places.wanted) void this.#release();
  }

  /** Closes the hierarchy and gives its place back; used again, the file reopens. */
  async #release(): Promise<void> {
    const hierarchy = this.#open;
    if (hierarchy === undefined) return this.#closing;
    this.#open = undefined;
    this.#pool.open.delete(this);
    this.#spent = addCounters(this.#spent, hierarchy.counters?.() ?? NO_COUNTERS);
    this.#closing = hierarchy
      .close()
      .catch(() => {})
      .finally(() => {
        this.#closing = undefined;
        this.#pool.places.give();
      });
    return this.#closing;
  }

  counters(): ByteCounters {
    return this.#opener.counters?.() ?? addCounters(this.#spent, this.#open?.counters?.() ?? NO_COUNTERS);
  }

  async close(): Promise<void> {
    this.#closed = true;
    while (this.#borrowers > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
    await this.#release();
  }
}
