import type { FrameSource } from "./frame-source.ts";
import type { LazyDataFrame } from "./polars-module.ts";

/**
 * The columns of each source that a chain needs, in the order of the source.
 *
 * polars itself says which: the chain is built over frames without rows, in which every column goes by a name of ours and is
 * renamed first. What polars' optimizer leaves of that renaming is what the chain reads, whatever its expressions do. Where
 * its plan does not say so beyond doubt, all columns are needed.
 *
 * @throws what polars throws about a chain that cannot run: wrong names, wrong types.
 * @remarks I/O: none.
 */
export function neededColumns(
  sources: readonly FrameSource[],
  build: (frames: readonly LazyDataFrame[]) => LazyDataFrame,
): readonly (readonly string[])[] {
  const prefixes = sources.map((_, at) => `${MARK}_${at}_`);
  const plan = build(sources.map((source, at) => source.marked(prefixes[at]!))).describeOptimizedPlan();
  return sources.map((source, at) => readPlan(plan, prefixes[at]!, source.columns));
}

/** A word that no file and no user has in a name or a text. */
const MARK = `z${Math.random().toString(36).slice(2, 12)}`;

function readPlan(plan: string, prefix: string, columns: readonly string[]): readonly string[] {
  const found = new Set<number>();
  for (const [, at] of plan.matchAll(new RegExp(`col\\("${prefix}(\\d+)"\\)`, "g"))) found.add(Number(at));
  const counted = projectedColumns(plan, prefix);
  return counted === undefined || found.size < counted ? columns : columns.filter((_, at) => found.has(at));
}

/** How many columns polars says it reads of the frame: `PROJECT["a", "b", ...] 5/12 COLUMNS`, or `*` for all. */
function projectedColumns(plan: string, prefix: string): number | undefined {
  const scan = new RegExp(`DF \\["${prefix}.*?\\]; PROJECT(?:\\[.*?\\])? (\\*|\\d+)/(\\d+) COLUMNS`, "g");
  const counts = [...plan.matchAll(scan)].map(([, read, all]) => Number(read === "*" ? all : read));
  return counts.length === 0 ? undefined : Math.max(...counts);
}
