/** Bytes from `start` to `stop`, half-open, counted from the beginning of the object. */
export interface Span {
  readonly start: number;
  readonly stop: number;
}

export interface PlanOptions {
  /** Bytes to read at least from where a missing span begins, and before it, as neighbours are likely wanted next. */
  readonly overReadBytes: number;
  /** Two spans closer than this become one. */
  readonly maxGapBytes: number;
  /** No span is made larger than this by joining. */
  readonly maxSpanBytes: number;
  /** Nothing is asked for behind this. */
  readonly size?: number | undefined;
  /** Where cached bytes that begin at or cover `offset` lie: the first such span, in ascending order. */
  readonly coveredFrom: (offset: number) => Span | undefined;
}

/** Over-reading of one batch in all, on either side; with many structures each gets less. 40 headers want 16 KiB each. */
const OVER_READ_PER_BATCH = 1024 * 1024;
const LEAST_OVER_READ = 1024;

/** What has to be fetched so that every wanted span is covered: sorted, disjoint, over-read, joined. Pure. */
export function planWindows(wanted: readonly Span[], options: PlanOptions): Span[] {
  const missing = mergeSpans(
    wanted.flatMap((span) => uncovered(span, options)),
    { maxGapBytes: 0, maxSpanBytes: Number.POSITIVE_INFINITY },
  );
  const share = Math.max(LEAST_OVER_READ, Math.floor(OVER_READ_PER_BATCH / Math.max(1, missing.length)));
  const overReadBytes = Math.min(options.overReadBytes, share);
  const end = options.size ?? Number.POSITIVE_INFINITY;
  const widened = missing.map(({ start, stop }) => {
    const far = Math.max(stop, Math.min(start + overReadBytes, end));
    return {
      start: widenedStart(start, overReadBytes, options),
      stop: Math.max(stop, Math.min(far, options.coveredFrom(stop)?.start ?? far)),
    };
  });
  return mergeSpans(widened, options);
}

/** Bytes before a span that no cached span covers. */
function widenedStart(start: number, bytes: number, { coveredFrom }: PlanOptions): number {
  let at = Math.max(0, start - bytes);
  for (let next = coveredFrom(at); next !== undefined && next.start < start; next = coveredFrom(at))
    at = Math.min(start, next.stop);
  return at;
}

/** The parts of a span that no cached span covers. */
function uncovered({ start, stop }: Span, { coveredFrom }: PlanOptions): Span[] {
  const parts: Span[] = [];
  let at = start;
  while (at < stop) {
    const next = coveredFrom(at);
    if (next === undefined || next.start >= stop) {
      parts.push({ start: at, stop });
      break;
    }
    if (next.start > at) parts.push({ start: at, stop: next.start });
    at = Math.max(at, next.stop);
  }
  return parts;
}

/** Sorts spans and joins those that overlap, or lie closer than the gap while the joined one stays small enough. */
export function mergeSpans(
  spans: readonly Span[],
  { maxGapBytes, maxSpanBytes }: Pick<PlanOptions, "maxGapBytes" | "maxSpanBytes">,
): Span[] {
  const merged: { start: number; stop: number }[] = [];
  for (const { start, stop } of [...spans].sort((left, right) => left.start - right.start || left.stop - right.stop)) {
    const last = merged.at(-1);
    const joined = last === undefined ? 0 : Math.max(last.stop, stop) - last.start;
    const overlaps = last !== undefined && start < last.stop;
    if (last !== undefined && (overlaps || (start - last.stop <= maxGapBytes && joined <= maxSpanBytes)))
      last.stop = Math.max(last.stop, stop);
    else merged.push({ start, stop });
  }
  return merged;
}
