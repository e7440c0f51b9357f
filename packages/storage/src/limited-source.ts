import type { ByteRange, ByteSource, ByteWindow, CallOptions } from "@lazynwb/core";
import type { Limiter } from "./limiter.ts";
import { passThrough } from "./pass-through.ts";

interface WaitingRead {
  readonly range: ByteRange;
  readonly options: CallOptions | undefined;
  readonly resolve: (window: ByteWindow) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Lets a limiter decide when reads may go. Reads issued in one go (until the next microtask) enter as one batch.
 *
 * @param limiter - shared by all sources that shall be bounded together.
 * @param options.turn - whose turn it is: sources with the same one queue as if they were one.
 */
export function limitedSource(
  source: ByteSource,
  limiter: Limiter,
  options: { readonly turn?: object | undefined } = {},
): ByteSource {
  const turn = options.turn ?? source;
  const most = Math.max(1, Math.min(source.hints?.concurrency ?? limiter.concurrency, limiter.concurrency));
  let open: WaitingRead[] = [];

  const run = async (entered: Promise<() => void>, { range, options, resolve, reject }: WaitingRead) => {
    try {
      const leave = await entered;
      try {
        resolve(await source.read(range, options));
      } finally {
        leave();
      }
    } catch (error) {
      reject(error);
    }
  };

  const flush = () => {
    const byPriority = Map.groupBy(open, ({ options }) => options?.priority ?? 0);
    open = [];
    for (const [priority, reads] of byPriority) {
      const signals = reads.map(({ options }) => options?.signal);
      limiter.enter(signals, { source: turn, priority, most }).forEach((entered, at) => {
        run(entered, reads[at]!);
      });
    }
  };

  /** One batch of a source that plans its reads itself: it goes when there is room for all of it. */
  const runMany = (ranges: readonly ByteRange[], options: CallOptions | undefined): Promise<ByteWindow>[] => {
    const places = limiter.enter(new Array(ranges.length).fill(options?.signal), {
      source: turn,
      priority: options?.priority,
      most,
    });
    const begun = Promise.all(places).then(() => source.readMany!(ranges, options));
    begun.catch(() => {});
    return places.map(async (entered, at) => {
      const leave = await entered;
      try {
        return await (await begun)[at]!;
      } finally {
        leave();
      }
    });
  };

  return {
    ...passThrough(source),
    read(range, options) {
      return new Promise((resolve, reject) => {
        if (options?.signal?.aborted) {
          reject(options.signal.reason);
          return;
        }
        if (open.push({ range, options, resolve, reject }) === 1) queueMicrotask(flush);
      });
    },
    ...(source.readMany && {
      readMany(ranges, options) {
        const reads: Promise<ByteWindow>[] = [];
        for (let at = 0; at < ranges.length; at += most) reads.push(...runMany(ranges.slice(at, at + most), options));
        return reads;
      },
    }),
  };
}
