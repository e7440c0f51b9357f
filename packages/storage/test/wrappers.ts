import type { ByteSource } from "@lazynwb/core";
import {
  cachedSource,
  countingSource,
  limitedSource,
  limiter,
  mergedSource,
  openSource,
  retryingSource,
  tailSource,
} from "../src/index.ts";

/** Everything that is put round a source, for the contract kit. */
export const wrappers: Readonly<Record<string, (source: ByteSource) => ByteSource>> = {
  counting: (source) => countingSource(source),
  limited: (source) => limitedSource(source, limiter()),
  "limited to 2": (source) => limitedSource(source, limiter({ concurrency: 2 })),
  retrying: (source) => retryingSource(source, { baseDelayMs: 1 }),
  tail: (source) => tailSource(source),
  merged: (source) => mergedSource(source),
  "merged without gaps, in pieces of 700 bytes": (source) =>
    mergedSource(source, { maxGapBytes: 0, maxRequestBytes: 700 }),
  cached: (source) => cachedSource(source),
  opened: (source) => openSource(source),
  "opened without suffix ranges": (source) =>
    openSource({
      id: source.id,
      hints: { suffix: false },
      read: (range, options) => source.read(range, options),
      close: async () => source.close?.(),
    }),
};
