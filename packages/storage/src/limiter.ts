import { onAbort } from "./abort.ts";

/** Defaults of `limiter`. */
export const DEFAULT_LIMITER = {
  /**
   * Requests under way at once, over all files. 64: a batch of 40 columns leaves in one round, and no server tried refused as
   * many connections; HTTP/1.1 browsers open 6 a host and queue the rest by themselves.
   */
  concurrency: 64,
} as const;

/** A place in the queue. */
interface Ticket {
  readonly enter: () => void;
}

/** Tickets that were asked for together, by one source. */
interface Batch {
  readonly tickets: Set<Ticket>;
  readonly source: object;
  readonly most: number;
  begun: boolean;
}

export interface Entry {
  /** Whose turn it is: batches of one source queue behind one another. */
  readonly source: object;
  /** Higher goes first. */
  readonly priority?: number | undefined;
  /** Places that this source may hold at once. */
  readonly most?: number | undefined;
}

/** Bounds how many requests are under way. One is shared by all sources. */
export interface Limiter {
  readonly concurrency: number;
  /** Requests under way. */
  readonly active: number;
  /** Requests that wait. */
  readonly waiting: number;
  /**
   * Asks for places together, one for each signal given. Each promise settles when its request may go, with what must be called
   * once when it is done; it rejects with its signal's reason where the caller leaves the queue.
   *
   * Higher priority goes first, then sources in turn, then first come, first served. A batch that fits the limit is let in as a
   * whole, so that it stays one round; a larger one as places become free.
   */
  enter(signals: readonly (AbortSignal | undefined)[], entry: Entry): Promise<() => void>[];
}

/** @param options.concurrency - requests under way at once. */
export function limiter(options: { readonly concurrency?: number } = {}): Limiter {
  const concurrency = options.concurrency ?? DEFAULT_LIMITER.concurrency;
  if (!(concurrency >= 1)) throw new RangeError(`at least one request must be allowed at once, not ${concurrency}`);
  return new QueueLimiter(concurrency);
}

class QueueLimiter implements Limiter {
  readonly concurrency: number;
  /** By priority, then by source in the order of their turns. */
  readonly #queues = new Map<number, Map<object, Batch[]>>();
  readonly #held = new WeakMap<object, number>();
  #active = 0;
  #waiting = 0;

  constructor(concurrency: number) {
    this.concurrency = concurrency;
  }

  get active(): number {
    return this.#active;
  }

  get waiting(): number {
    return this.#waiting;
  }

  enter(signals: readonly (AbortSignal | undefined)[], entry: Entry): Promise<() => void>[] {
    const { source, priority = 0, most = this.concurrency } = entry;
    const batch: Batch = {
      tickets: new Set(),
      source,
      most: Math.max(1, Math.min(most, this.concurrency)),
      begun: false,
    };
    const entered = signals.map((signal) => this.#ticket(batch, signal));
    const queue = this.#queues.get(priority) ?? new Map<object, Batch[]>();
    this.#queues.set(priority, queue);
    const turns = queue.get(source);
    if (turns === undefined) queue.set(source, [batch]);
    else turns.push(batch);
    this.#admit();
    return entered;
  }

  #ticket(batch: Batch, signal: AbortSignal | undefined): Promise<() => void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      const ticket: Ticket = {
        enter: () => {
          forget();
          resolve(this.#leave(batch.source));
        },
      };
      const forget = onAbort(signal, () => {
        if (!batch.tickets.delete(ticket)) return;
        this.#waiting--;
        reject(signal?.reason);
        // What is left of the batch may fit now, or the queue move on.
        this.#admit();
      });
      batch.tickets.add(ticket);
      this.#waiting++;
    });
  }

  #leave(source: object): () => void {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      this.#active--;
      this.#held.set(source, this.#held.get(source)! - 1);
      this.#admit();
    };
  }

  /** Lets in what may go now. */
  #admit(): void {
    for (;;) {
      const next = this.#next();
      if (next === undefined) return;
      const { batch, queue, turns } = next;
      const free = this.concurrency - this.#active;
      // A batch that fits the limit waits until there is room for all of it, and nothing overtakes it.
      if (free <= 0 || (isWhole(batch) && batch.tickets.size > free)) return;
      batch.begun = true;
      let room = Math.min(free, batch.most - this.#heldBy(batch.source));
      for (const ticket of batch.tickets) {
        if (room-- === 0) break;
        batch.tickets.delete(ticket);
        this.#waiting--;
        this.#active++;
        this.#held.set(batch.source, this.#heldBy(batch.source) + 1);
        ticket.enter();
      }
      if (batch.tickets.size === 0) turns.shift();
      // The source's next turn comes after the others'.
      queue.delete(batch.source);
      if (turns.length > 0) queue.set(batch.source, turns);
    }
  }

  #heldBy(source: object): number {
    return this.#held.get(source) ?? 0;
  }

  /** The batch whose turn it is: of the highest priority, of the first source that its own limit lets go. */
  #next(): { batch: Batch; queue: Map<object, Batch[]>; turns: Batch[] } | undefined {
    for (const priority of [...this.#queues.keys()].sort((left, right) => right - left)) {
      const queue = this.#queues.get(priority)!;
      for (const [source, turns] of queue) {
        while (turns.length > 0 && turns[0]!.tickets.size === 0) turns.shift();
        const batch = turns[0];
        if (batch === undefined) {
          queue.delete(source);
          continue;
        }
        const room = batch.most - this.#heldBy(source);
        if (room > 0 && !(isWhole(batch) && batch.tickets.size > room)) return { batch, queue, turns };
      }
      if (queue.size === 0) this.#queues.delete(priority);
    }
    return undefined;
  }
}

/** Whether a batch is let in at once or not at all. */
function isWhole(batch: Batch): boolean {
  return !batch.begun && batch.tickets.size <= batch.most;
}
