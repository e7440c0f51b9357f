/** What the asking process says of its own run. */
export type OwnCost = {
  readonly rows: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
};

/** What one run of one question cost, as the asking process and the server saw it. */
export type Run = OwnCost & { readonly rounds: number; readonly requests: number; readonly megabytes: number };

/** The runs of one question put together. */
export type Measurement = Run & {
  /** Seconds more for each second of latency: the trips that stood in a row. */
  readonly slope: number;
};

export type Outcome = { readonly measurement: Measurement } | { readonly failure: string };

/** What ours and the reference cost for one question. */
export type Row = {
  readonly question: string;
  readonly title: string;
  readonly ours: Outcome;
  readonly reference?: Outcome;
};

/** The run in the middle by seconds: one that happened, not a mixture. */
export function medianRun(runs: readonly Run[]): Run {
  const sorted = [...runs].sort((a, b) => a.seconds - b.seconds);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) throw new RangeError("there is no run to choose from");
  return middle;
}

/** Seconds of the run that was disturbed least: what else a machine does only adds. */
export const fastest = (runs: readonly Run[]): number => Math.min(...runs.map((run) => run.seconds));

/**
 * @param near - seconds at the lower latency.
 * @param far - seconds at the higher latency.
 * @param latencyMs - the two latencies, milliseconds.
 */
export function slopeOf(near: number, far: number, latencyMs: { near: number; far: number }): number {
  return ((far - near) * 1000) / (latencyMs.far - latencyMs.near);
}
