import { type CallOptions, isLazyNwbError, throwIfAborted } from "@lazynwb/core";
import type { AddressRange, FileBytes } from "./file-bytes.ts";

/**
 * A walk over structures of the file that does no I/O itself: it yields the ranges it wants next and is resumed with their
 * bytes. So walks over many datasets can go level by level together, one round a level.
 */
export type Steps<Result> = Generator<readonly AddressRange[], Result, readonly Uint8Array[]>;

interface Walk<Result> {
  readonly steps: Steps<Result>;
  wanted: readonly AddressRange[];
}

/**
 * Runs walks side by side; what they want at one time is one batch of metadata reads. Each settles alone.
 *
 * @throws what stops all of them: an abort, or bytes that could not be had.
 */
export async function walkTogether<Result>(
  file: FileBytes,
  walks: readonly Steps<Result>[],
  options?: CallOptions,
): Promise<PromiseSettledResult<Result>[]> {
  const results: PromiseSettledResult<Result>[] = new Array(walks.length);
  const state: (Walk<Result> | null)[] = walks.map((steps) => ({ steps, wanted: [] }));
  const advance = (at: number, resume: (steps: Steps<Result>) => IteratorResult<readonly AddressRange[], Result>) => {
    const walk = state[at]!;
    try {
      const step = resume(walk.steps);
      if (!step.done) walk.wanted = step.value;
      else {
        results[at] = { status: "fulfilled", value: step.value };
        state[at] = null;
      }
    } catch (reason) {
      results[at] = { status: "rejected", reason };
      state[at] = null;
    }
  };
  for (let at = 0; at < walks.length; at++) advance(at, (steps) => steps.next([]));
  for (;;) {
    throwIfAborted(options);
    const active = [...state.keys()].filter((at) => state[at] !== null);
    if (active.length === 0) return results;
    const answers = await readAll(
      file,
      active.map((at) => state[at]!.wanted),
      options,
    );
    active.forEach((at, position) => {
      const answer = answers[position]!;
      if (answer.status === "fulfilled") advance(at, (steps) => steps.next(answer.value));
      else advance(at, (steps) => steps.throw(answer.reason));
    });
  }
}

/** One batch for all. Where a range of one walk leaves the file, each walk is read by itself, so that only that one fails. */
async function readAll(
  file: FileBytes,
  wanted: readonly (readonly AddressRange[])[],
  options: CallOptions | undefined,
): Promise<PromiseSettledResult<readonly Uint8Array[]>[]> {
  try {
    const bytes = await file.readMetadata(wanted.flat(), options);
    let next = 0;
    return wanted.map((ranges) => {
      next += ranges.length;
      return { status: "fulfilled", value: bytes.slice(next - ranges.length, next) };
    });
  } catch (error) {
    if (wanted.length === 1 && isLazyNwbError(error)) return [{ status: "rejected", reason: error }];
    if (!(error instanceof Error && isLazyNwbError(error, "TRUNCATED_FILE", "FORMAT", "LIMIT"))) throw error;
    return Promise.allSettled(wanted.map((ranges) => file.readMetadata(ranges, options)));
  }
}
