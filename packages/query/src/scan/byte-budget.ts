import { deferred } from "./abortable.ts";

/** Where a piece of work stands in the order of delivery: file, table, batch, part. */
export type Place = readonly number[];

/** Bytes that a piece of work has been given, until it gives them back. */
export interface Ticket {
  /** What it turned out to take. */
  resize(bytes: number): void;
  release(): void;
}

interface Waiter {
  readonly place: Place;
  readonly bytes: number;
  readonly signal: AbortSignal;
  readonly granted: PromiseWithResolvers<Ticket>;
}

interface Holding {
  readonly place: Place;
  bytes: number;
}

/**
 * Bytes in flight, shared by all work of a run and given in the order of delivery. Nothing overtakes; and the piece that is
 * delivered next is let through even where the bytes are used up, so that work ahead of it can never lock it out. So at most
 * one piece goes beyond the limit.
 */
export class ByteBudget {
  readonly #max: number;
  readonly #holdings = new Set<Holding>();
  readonly #waiters: Waiter[] = [];
  #used = 0;

  constructor(maxBytes: number) {
    this.#max = maxBytes;
  }

  get used(): number {
    return this.#used;
  }

  /** @throws signal.reason where it aborts while waiting. */
  acquire(place: Place, bytes: number, signal: AbortSignal): Promise<Ticket> {
    signal.throwIfAborted();
    const waiter: Waiter = { place, bytes, signal, granted: deferred() };
    const after = this.#waiters.findIndex((other) => comparePlaces(other.place, place) > 0);
    this.#waiters.splice(after < 0 ? this.#waiters.length : after, 0, waiter);
    const leave = () => {
      const at = this.#waiters.indexOf(waiter);
      if (at >= 0) this.#waiters.splice(at, 1);
      waiter.granted.reject(signal.reason);
      this.#grant();
    };
    signal.addEventListener("abort", leave, { once: true });
    waiter.granted.promise.finally(() => signal.removeEventListener("abort", leave)).catch(() => {});
    this.#grant();
    return waiter.granted.promise;
  }

  #grant(): void {
    for (;;) {
      const waiter = this.#waiters[0];
      if (waiter === undefined) return;
      const fits = this.#used + waiter.bytes <= this.#max;
      if (!fits && this.#isHeldBefore(waiter.place)) return;
      this.#waiters.shift();
      waiter.granted.resolve(this.#hold(waiter.place, waiter.bytes));
    }
  }

  #isHeldBefore(place: Place): boolean {
    for (const holding of this.#holdings) if (comparePlaces(holding.place, place) < 0) return true;
    return false;
  }

  #hold(place: Place, bytes: number): Ticket {
    const holding: Holding = { place, bytes };
    this.#holdings.add(holding);
    this.#used += bytes;
    return {
      resize: (now) => {
        if (!this.#holdings.has(holding)) return;
        this.#used += now - holding.bytes;
        holding.bytes = now;
        this.#grant();
      },
      release: () => {
        if (!this.#holdings.delete(holding)) return;
        this.#used -= holding.bytes;
        this.#grant();
      },
    };
  }
}

function comparePlaces(left: Place, right: Place): number {
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const difference = (left[at] ?? -1) - (right[at] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}
