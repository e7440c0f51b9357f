import { notify, type ProgressEvent, throwIfAborted, type Warning } from "@lazynwb/core";
import type { RunOptions, ScanStats } from "@lazynwb/query";
import type { LazyOptions } from "nodejs-polars";
import { type FrameNode, replay, sourceOf, sourcesOf } from "./frame-node.ts";
import { planReads, type ReadPlan, runRead } from "./leaf-read.ts";
import { nanKeptWarning } from "./nan-kept.ts";
import { neededColumns } from "./needed-columns.ts";
import { asQueryError } from "./polars-error.ts";
import type { DataFrame, LazyDataFrame } from "./polars-module.ts";
import { leavesOf } from "./pushdown.ts";

/** How a frame is collected: our own options, and those that nodejs-polars takes. */
export interface CollectOptions extends RunOptions, LazyOptions {}

/** What a chain reads of its sources. @throws QueryError where the chain cannot run. */
export function planNode(node: FrameNode): ReadPlan {
  const leaves = leavesOf(node);
  try {
    const sources = leaves.map((leaf) => leaf.source);
    return planReads(
      leaves,
      neededColumns(sources, (frames) => replayOver(node, frames)),
    );
  } catch (error) {
    throw asQueryError(error, node.columns);
  }
}

/** Fetches what a chain needs and runs the chain over it. */
export async function collectNode(node: FrameNode, options: CollectOptions): Promise<DataFrame> {
  throwIfAborted(options);
  const started = performance.now();
  const plan = planNode(node);
  const stats: ScanStats[] = [];
  const parts = await runAll(plan, stats, options);
  throwIfAborted(options);
  const frames = plan.readOfLeaf.map((read) => plan.reads[read]!.source.complete(parts[read]!));
  const answer = await runChain(node, plan, frames, options);
  throwIfAborted(options);
  const warnings = warnOfNan(plan, options);
  const run = sumOfRuns(stats, (performance.now() - started) / 1000, warnings);
  for (const source of sourcesOf(node)) source.lastRun = run;
  notify(options.onStats, run);
  return answer;
}

function replayOver(node: FrameNode, frames: readonly LazyDataFrame[], plan?: ReadPlan): LazyDataFrame {
  let next = 0;
  return replay(
    node,
    () => frames[next++]!,
    (call) => (plan?.taken.has(call) ? [{ method: "slice", args: [0, plan.taken.get(call)!] }] : call.call),
  );
}

async function runChain(
  node: FrameNode,
  plan: ReadPlan,
  frames: readonly LazyDataFrame[],
  options: CollectOptions,
): Promise<DataFrame> {
  try {
    const chain = replayOver(node, frames, plan);
    const given = lazyOptions(options);
    // Where polars gives up ("not yet implemented", common for fixed-size lists), its asynchronous run ends the process.
    return given === undefined ? chain.collectSync() : await chain.collect(given);
  } catch (error) {
    throw asQueryError(error, sourceOf(node).columns);
  }
}

const LAZY_OPTIONS = [
  "typeCoercion",
  "predicatePushdown",
  "projectionPushdown",
  "simplifyExpression",
  "slicePushdown",
  "noOptimization",
  "commSubplanElim",
  "commSubexprElim",
  "streaming",
] as const satisfies readonly (keyof LazyOptions)[];

/** The options of nodejs-polars among ours. It writes into what it is given. */
function lazyOptions(options: CollectOptions): LazyOptions | undefined {
  const given = LAZY_OPTIONS.filter((name) => options[name] !== undefined);
  return given.length === 0 ? undefined : Object.fromEntries(given.map((name) => [name, options[name]]));
}

/** Runs all reads side by side; when one fails, the others stop. */
async function runAll(plan: ReadPlan, stats: ScanStats[], options: CollectOptions): Promise<DataFrame[]> {
  const { reads } = plan;
  const failed = new AbortController();
  const signal = options.signal === undefined ? failed.signal : AbortSignal.any([options.signal, failed.signal]);
  const onProgress = sharedProgress(options.onProgress);
  const maxBytes =
    options.maxBytes === undefined ? undefined : Math.max(1, Math.floor(options.maxBytes / reads.length));
  const runs = reads.map(async (read) => {
    try {
      return await runRead(read, {
        signal,
        priority: options.priority,
        concurrency: options.concurrency,
        maxBytes,
        onWarning: options.onWarning,
        onProgress: onProgress?.(),
        onStats: (run) => stats.push(run),
      });
    } catch (error) {
      failed.abort(error);
      throw error;
    }
  });
  const settled = await Promise.allSettled(runs);
  throwIfAborted(options);
  if (failed.signal.aborted) throw failed.signal.reason;
  return settled.map((run) => (run as PromiseFulfilledResult<DataFrame>).value);
}

type OnProgress = NonNullable<RunOptions["onProgress"]>;

/** One listener for several runs: it is told their sums. */
function sharedProgress(listener: OnProgress | undefined): (() => OnProgress) | undefined {
  if (listener === undefined) return undefined;
  const latest: ProgressEvent[] = [];
  return () => {
    const at = latest.length;
    latest.push({ phase: "", done: 0, bytes: 0 });
    return (event) => {
      latest[at] = event;
      const same = latest.filter((other) => other.phase === event.phase);
      const total = same.every((other) => other.total !== undefined)
        ? { total: sum(same.map((other) => other.total!)) }
        : {};
      notify(listener, {
        phase: event.phase,
        done: sum(same.map((other) => other.done)),
        ...total,
        bytes: sum(latest.map((other) => other.bytes)),
      });
    };
  };
}

function warnOfNan(plan: ReadPlan, options: CollectOptions): readonly Warning[] {
  const kept = new Map<string, number>();
  for (const predicate of plan.reads.flatMap((read) => read.predicates))
    for (const [column, rows] of predicate.nanKept) kept.set(column, (kept.get(column) ?? 0) + rows);
  const warnings = [...kept].filter(([, rows]) => rows > 0).map(([column, rows]) => nanKeptWarning(column, rows));
  for (const warning of warnings) notify(options.onWarning, warning);
  return warnings;
}

function sumOfRuns(runs: readonly ScanStats[], seconds: number, warnings: readonly Warning[]): ScanStats {
  const total = (field: keyof ScanStats) => sum(runs.map((run) => run[field] as number));
  return {
    files: total("files"),
    filesRead: total("filesRead"),
    filesPruned: total("filesPruned"),
    rowsScanned: total("rowsScanned"),
    rowsKept: total("rowsKept"),
    batches: total("batches"),
    // The runs go side by side.
    rounds: Math.max(0, ...runs.map((run) => run.rounds)),
    requests: total("requests"),
    bytes: total("bytes"),
    cacheHits: total("cacheHits"),
    seconds,
    warnings: [...runs.flatMap((run) => run.warnings), ...warnings],
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((before, number) => before + number, 0);
}
