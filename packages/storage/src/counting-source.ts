import type { ByteCounters, ByteSource, ByteWindow } from "@lazynwb/core";
import { passThrough } from "./pass-through.ts";
import { RequestLedger } from "./request-ledger.ts";

/** A byte source that tells what it has cost. */
export interface CountedSource extends ByteSource {
  counters(): ByteCounters;
}

/**
 * Counts the reads that reach a source, each as one request. A source that counts for itself, as HTTP sources do (they know of
 * redirects and of bodies they kept), is believed.
 *
 * @param options.ledger - where to count, for objects that shall count as one.
 */
export function countingSource(source: ByteSource, options: { readonly ledger?: RequestLedger } = {}): CountedSource {
  const own = source.counters;
  if (own !== undefined) return source as CountedSource;
  const ledger = options.ledger ?? new RequestLedger();
  const counted = (read: Promise<ByteWindow>, answered: (bytes: number) => void, signal: AbortSignal | undefined) => {
    read.then(
      (window) => answered(window.bytes.length),
      () => {
        if (!signal?.aborted) answered(0);
      },
    );
    return read;
  };
  return {
    ...passThrough(source),
    read(range, options) {
      if (options?.signal?.aborted) return Promise.reject(options.signal.reason);
      const answered = ledger.send();
      return counted(source.read(range, options), answered, options?.signal);
    },
    ...(source.readMany && {
      readMany(ranges, options) {
        if (options?.signal?.aborted) return ranges.map(() => Promise.reject(options.signal!.reason));
        const sent = ranges.map(() => ledger.send());
        return source.readMany!(ranges, options).map((read, at) => counted(read, sent[at]!, options?.signal));
      },
    }),
    counters: () => ledger.counters(),
  };
}
