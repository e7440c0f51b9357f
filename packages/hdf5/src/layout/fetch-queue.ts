import { type CallOptions, throwIfAborted } from "@lazynwb/core";
import type { FileBytes } from "../file-bytes.ts";

/**
 * Bytes that one call has under way or waiting to be decoded. Reads up to this size cost one round; larger ones go on as
 * earlier bytes are used up, so that memory holds the result and this much. Units: bytes.
 */
const MAX_IN_FLIGHT_BYTES = 64 * 1024 * 1024;

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
  maxInFlightBytes = MAX_IN_FLIGHT_BYTES,
): Promise<void> {
  let next = 0;
  let inFlight = 0;
  let running = 0;
  let wake = () => {};
  /** Until no more bytes are under way than `bytes`. */
  const drained = async (bytes: number) => {
    while (running > 0 && (inFlight > bytes || bytes === 0))
      await new Promise<void>((resolve) => {
        wake = () => {
          if (running === 0 || (bytes > 0 && inFlight <= bytes)) resolve();
        };
      });
  };
  const take = (): Fetch[] => {
    const batch: Fetch[] = [];
    for (; next < fetches.length; next++) {
      const fetch = fetches[next]!;
      if (fetch.owner.failed) continue;
      if (inFlight > 0 && inFlight + fetch.length > maxInFlightBytes) break;
      inFlight += fetch.length;
      batch.push(fetch);
    }
    return batch;
  };
  while (next < fetches.length) {
    throwIfAborted(options);
    const batch = take();
    const answers = batch.length === 0 ? [] : file.readData(batch, options);
    running += batch.length;
    batch.forEach((fetch, at) => {
      useUp(fetch, answers[at]!, options).then(() => {
        inFlight -= fetch.length;
        running--;
        wake();
      });
    });
    const waiting = fetches[next];
    // A quarter at a time, so that what is asked for next can still be joined; more where the next one needs it.
    if (waiting !== undefined)
      await drained(Math.min(0.75 * maxInFlightBytes, Math.max(0, maxInFlightBytes - waiting.length)));
  }
  await drained(0);
}

/** Never rejects: what goes wrong is the owner's. */
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
