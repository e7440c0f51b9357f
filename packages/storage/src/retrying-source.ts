import {
  type ByteRange,
  type ByteSource,
  type ByteWindow,
  type CallOptions,
  type HttpStatusError,
  isLazyNwbError,
} from "@lazynwb/core";
import { pause } from "./abort.ts";
import { retryAfterMs } from "./http/http-errors.ts";
import { passThrough } from "./pass-through.ts";

/** Defaults of `retryingSource`. */
export const DEFAULT_RETRY = {
  /** Attempts in all. 4: of a store that fails one request in twenty, one read in 160,000 fails. */
  attempts: 4,
  /** The first wait is a random time below this, each further one below the double: AWS' "full jitter". */
  baseDelayMs: 200,
  /** No wait is longer; a server that asks for a longer one (Retry-After) is not asked again. */
  maxDelayMs: 20_000,
} as const;

export interface RetryOptions {
  readonly attempts?: number | undefined;
  readonly baseDelayMs?: number | undefined;
  readonly maxDelayMs?: number | undefined;
  /** A number from 0 to 1, in place of Math.random. */
  readonly random?: (() => number) | undefined;
}

/** Answers that another attempt may better: too many requests, and a server's own or its gateway's trouble. */
const PASSING: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

function mayPass(error: unknown): boolean {
  if (isLazyNwbError(error, "NETWORK")) return true;
  return isLazyNwbError(error, "HTTP_STATUS") && PASSING.has((error as HttpStatusError).status);
}

/** Makes reads again that failed for a passing reason: a broken connection, or a server that says it is busy. */
export function retryingSource(source: ByteSource, options: RetryOptions = {}): ByteSource {
  const { attempts, baseDelayMs, maxDelayMs, random } = { ...DEFAULT_RETRY, random: Math.random, ...defined(options) };

  /** How long to wait after the failed attempt of this number; undefined where the failure stands. */
  const delayAfter = (error: unknown, attempt: number, call: CallOptions | undefined): number | undefined => {
    if (attempt >= attempts || call?.signal?.aborted || !mayPass(error)) return undefined;
    const asked = retryAfterMs(error);
    if (asked !== undefined && asked > maxDelayMs) return undefined;
    return Math.max(asked ?? 0, random() * Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1)));
  };

  const retry = async (first: Promise<ByteWindow>, range: ByteRange, call?: CallOptions) => {
    let read = first;
    for (let attempt = 1; ; attempt++) {
      try {
        return await read;
      } catch (error) {
        const delay = delayAfter(error, attempt, call);
        if (delay === undefined) throw error;
        await pause(delay, call?.signal);
        read = source.read(range, call);
      }
    }
  };

  return {
    ...passThrough(source),
    read: async (range, call) => retry(source.read(range, call), range, call),
    ...(source.readMany && {
      readMany: (ranges, call) => source.readMany!(ranges, call).map((read, at) => retry(read, ranges[at]!, call)),
    }),
  };
}

/** Options without those left undefined, so that they do not hide defaults. */
function defined(options: RetryOptions): { [Key in keyof RetryOptions]: Exclude<RetryOptions[Key], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
