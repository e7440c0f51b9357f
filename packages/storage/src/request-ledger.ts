import type { ByteCounters } from "@lazynwb/core";

/**
 * What an object, or a store whose keys count as one object, has cost so far.
 *
 * A request's level is 1 + the deepest level already answered when it was sent; `rounds` is the deepest level: the length of
 * the chain of requests that had to wait for one another.
 */
export class RequestLedger {
  #answered = 0;
  #rounds = 0;
  #requests = 0;
  #bytes = 0;
  #cacheHits = 0;

  /**
   * Notes that a request leaves.
   *
   * @returns notes the bytes that came, and whether they were the whole answer: nothing waits for one that was given up.
   */
  send(): (bytes: number, complete?: boolean) => void {
    const level = this.#answered + 1;
    this.#requests++;
    this.#rounds = Math.max(this.#rounds, level);
    return (bytes, complete = true) => {
      this.#bytes += bytes;
      if (complete) this.#answered = Math.max(this.#answered, level);
    };
  }

  /** Notes a read that needed no request. */
  hit(): void {
    this.#cacheHits++;
  }

  counters(): ByteCounters {
    return { rounds: this.#rounds, requests: this.#requests, bytes: this.#bytes, cacheHits: this.#cacheHits };
  }
}

const ledgers = new WeakMap<object, RequestLedger>();

/** Tells the wrappers that a source, or a store, counts its requests here by itself. */
export function countsIn(counted: object, ledger: RequestLedger): void {
  ledgers.set(counted, ledger);
}

/** Where a source or store counts by itself. */
export function ledgerOf(counted: object): RequestLedger | undefined {
  return ledgers.get(counted);
}

export const NO_COUNTERS: ByteCounters = Object.freeze({ rounds: 0, requests: 0, bytes: 0, cacheHits: 0 });

/** Costs of objects that were read side by side: rounds do not add up. */
export function totalCounters(all: Iterable<ByteCounters>): ByteCounters {
  let total = NO_COUNTERS;
  for (const one of all)
    total = {
      rounds: Math.max(total.rounds, one.rounds),
      requests: total.requests + one.requests,
      bytes: total.bytes + one.bytes,
      cacheHits: total.cacheHits + one.cacheHits,
    };
  return total;
}
