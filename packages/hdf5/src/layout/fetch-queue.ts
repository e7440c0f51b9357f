import { type CallOptions, throwIfAborted } from "@lazynwb/core";
import type { FileBytes } from "../file-bytes.ts";

/**
 * Bytes that one call has under way or waiting to be decoded. Reads up to this size cost one round; larger ones go on as
 * earlier bytes are used up, so that memory holds the result and this much. Units: bytes.
 */
export const DEFAULT_IN_FLIGHT_BYTES = 64 * 1024 * 1024;

/** A read that is under way. `fail` may be called any number of times. */
export interface FetchOwner {
  readonly failed: boolean;
  fail(reason: unknown): void;
  /** Called as often as the owner has fetches. */
  finish(): void;
}

/** One range to be fetched and used up. */
export interface Fetch {
  readonly address: number;
  readonly length: number;
  readonly owner: FetchOwner;
  /** Uses the bytes up; they are let go once it is done. */
  use(bytes: Uint8Array): void | Promise<void>;
}

/**
 * Fetches everything, in order, as one batch where it fits the bound and as bytes are used up where it does not. A fetch that
 * fails stops its owner only.
 */
export async function fetchAll(
  file: FileBytes,
  fetches: readonly Fetch[],
  options: CallOptions | undefined,
  maxInFlightBytes = DEFAULT_IN_FLIGHT_BYTES,
): Promise<void> {
  let next = 0;
  let inFlight = 0;
  const running = new Set<Promise<void>>();
  const take = (): Fetch[] => {
    const batch: Fetch[] = [];
    while (next < fetches.length) {
      const fetch = fetches[next]!;
      if (!fetch.owner.failed) {
        if (inFlight > 0 && inFlight + fetch.length > maxInFlightBytes) break;
        inFlight += fetch.length;
        batch.push(fetch);
      }
      next++;
    }
    return batch;
  };
  while (next < fetches.length) {
    throwIfAborted(options);
    const batch = take();
    const answers = batch.length === 0 ? [] : file.readData(batch, options);
    batch.forEach((fetch, at) => {
      const done = useUp(fetch, answers[at]!, options).finally(() => {
        inFlight -= fetch.length;
        running.delete(done);
      });
      running.add(done);
    });
    // A quarter at a time, so that what is asked for next can still be joined.
    while (next < fetches.length && running.size > 0 && inFlight > 0.75 * maxInFlightBytes) await Promise.race(running);
  }
  await Promise.all(running);
}

async function useUp(fetch: Fetch, answer: Promise<Uint8Array>, options: CallOptions | undefined): Promise<void> {
  try {
    const bytes = await answer;
    throwIfAborted(options);
    if (!fetch.owner.failed) await fetch.use(bytes);
    fetch.owner.finish();
  } catch (reason) {
    fetch.owner.fail(reason);
  }
}
