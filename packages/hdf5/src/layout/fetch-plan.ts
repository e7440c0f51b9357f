import { copyRuns } from "./copy-runs.ts";

/**
 * Pieces of unfiltered data closer than this are fetched as one. A request costs tens of milliseconds on a network and a
 * system call on a disk; 16 KiB more cost 1 ms at 100 Mbit/s. It also keeps the number of requests of a selection of
 * thousands of rows sane. Units: bytes.
 */
export const DEFAULT_DATA_GAP_BYTES = 16 * 1024;

/**
 * One fetch is not made larger than this by joining pieces, so that results are filled, and buffers let go, while later
 * bytes are still under way. The source may join fetches again. Units: bytes.
 */
export const MAX_FETCH_BYTES = 8 * 1024 * 1024;

/**
 * Which bytes of unfiltered data to fetch, and where they belong in the result. Holds no object per piece: thousands of row
 * ranges, or millions of short runs along a row, are a few numbers each or together.
 */
export class FetchPlan {
  /** One entry per fetch. */
  readonly addresses: number[] = [];
  readonly lengths: number[] = [];
  readonly #firstGroups: number[] = [];
  /** One entry per group of evenly spaced runs. */
  readonly #sources: number[] = [];
  readonly #sourceStrides: number[] = [];
  readonly #targets: number[] = [];
  readonly #targetStrides: number[] = [];
  readonly #runs: number[] = [];
  readonly #counts: number[] = [];
  readonly #maxGapBytes: number;
  readonly #maxFetchBytes: number;

  constructor(maxGapBytes = DEFAULT_DATA_GAP_BYTES, maxFetchBytes = MAX_FETCH_BYTES) {
    this.#maxGapBytes = maxGapBytes;
    this.#maxFetchBytes = maxFetchBytes;
  }

  get length(): number {
    return this.addresses.length;
  }

  /** Evenly spaced runs, the first at `source` of the file and `target` of the result. */
  add(source: number, sourceStride: number, target: number, targetStride: number, run: number, count: number): void {
    if (run > this.#maxFetchBytes) {
      for (let at = 0; at < count; at++)
        for (let done = 0; done < run; done += this.#maxFetchBytes)
          this.#push(
            source + at * sourceStride + done,
            0,
            target + at * targetStride + done,
            0,
            Math.min(this.#maxFetchBytes, run - done),
            1,
          );
      return;
    }
    const apart = sourceStride - run > this.#maxGapBytes;
    const together = apart ? 1 : Math.max(1, Math.floor((this.#maxFetchBytes - run) / Math.max(1, sourceStride)) + 1);
    for (let at = 0; at < count; at += together)
      this.#push(
        source + at * sourceStride,
        sourceStride,
        target + at * targetStride,
        targetStride,
        run,
        Math.min(together, count - at),
      );
  }

  #push(source: number, sourceStride: number, target: number, targetStride: number, run: number, count: number): void {
    const length = sourceStride * (count - 1) + run;
    const last = this.addresses.length - 1;
    const begin = last < 0 ? 0 : this.addresses[last]!;
    const end = last < 0 ? Number.NEGATIVE_INFINITY : begin + this.lengths[last]!;
    const joined = Math.max(end, source + length) - begin;
    if (source >= begin && source - end <= this.#maxGapBytes && joined <= this.#maxFetchBytes)
      this.lengths[last] = joined;
    else {
      this.addresses.push(source);
      this.lengths.push(length);
      this.#firstGroups.push(this.#sources.length);
    }
    this.#sources.push(source);
    this.#sourceStrides.push(sourceStride);
    this.#targets.push(target);
    this.#targetStrides.push(targetStride);
    this.#runs.push(run);
    this.#counts.push(count);
  }

  /** Copies what a fetch brought to where it belongs. */
  place(fetch: number, bytes: Uint8Array, target: Uint8Array): void {
    const stop = this.#firstGroups[fetch + 1] ?? this.#sources.length;
    for (let group = this.#firstGroups[fetch]!; group < stop; group++)
      copyRuns({
        source: bytes,
        sourceOffset: this.#sources[group]! - this.addresses[fetch]!,
        sourceStride: this.#sourceStrides[group]!,
        target,
        targetOffset: this.#targets[group]!,
        targetStride: this.#targetStrides[group]!,
        run: this.#runs[group]!,
        count: this.#counts[group]!,
      });
  }
}
