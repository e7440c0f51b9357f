import type { CallOptions, DType, Hierarchy, NdArray, ReadRequest, RowRanges } from "@lazynwb/core";
import type { TableColumn } from "../column-type.ts";
import { presentValues } from "../values/present.ts";
import { holdsReferences, referencesIn, resolverOf } from "../values/references.ts";
import type { ColumnSource, Step } from "./column-source.ts";
import { splitBy } from "./split.ts";

/** A column of a table and where its values come from. */
export interface PlannedColumn {
  readonly column: TableColumn;
  readonly source: ColumnSource;
  /** Type of the values that the source gives, where references in them are still to be resolved. */
  readonly stored: DType;
}

/** How columns are read, and who is told of texts in them that are no UTF-8. */
export interface ReadColumnsOptions extends CallOptions {
  readonly onReplaced?: ((column: string) => void) | undefined;
}

interface Running {
  readonly at: number;
  readonly step: Step;
}

/**
 * The values of columns at rows, as they are shown. Each stage asks for all columns together, and never waits for data that
 * it does not need: what decides the next stage is asked for beside the data of plain columns.
 *
 * @remarks I/O: one read for plain columns; one more for each level of a ragged column whose ends are not known; references
 * are resolved in one call a stage, beside the next stage.
 */
export async function readColumns(
  hierarchy: Hierarchy,
  columns: readonly PlannedColumn[],
  rows: RowRanges,
  { onReplaced = () => {}, ...options }: ReadColumnsOptions = {},
): Promise<NdArray[]> {
  const results: Promise<NdArray>[] = new Array(columns.length);
  let running = columns.map(({ source }, at): Running => ({ at, step: source.begin(rows) }));
  try {
    for (let first = true; running.length > 0; first = false) {
      const requests = running.flatMap(({ step }) => step.requests);
      const answers = requests.length > 0 ? hierarchy.read(requests, options) : [];
      const unfinished: { readonly at: number; readonly next: Promise<Step> }[] = [];
      const finished: { readonly at: number; readonly values: Promise<NdArray> }[] = [];
      const shares = splitBy(
        answers,
        running.map(({ step }) => step.requests.length),
      );
      for (const [position, { at, step }] of running.entries()) {
        const mine = Promise.all(shares[position]!);
        if ("next" in step) unfinished.push({ at, next: mine.then(step.next) });
        else finished.push({ at, values: mine.then(step.finish) });
      }
      present(hierarchy, columns, finished, results, { ...options, onReplaced });
      // Chunk indexes of what is asked for next are looked up beside the ends that tell which part of it.
      const targets = first ? unfinished.flatMap(({ at }) => columns[at]!.source.ahead()) : [];
      const [steps] = await Promise.all([
        Promise.all(unfinished.map(({ next }) => next)),
        locate(hierarchy, targets, options),
      ]);
      running = unfinished.map(({ at }, position) => ({ at, step: steps[position]! }));
    }
  } catch (error) {
    await Promise.allSettled(results.filter(Boolean));
    throw error;
  }
  return Promise.all(results);
}

/**
 * Reads what reading these rows needs first: chunk indexes, and ends of ragged columns. Data is not read.
 *
 * @remarks I/O: as the stages of `readColumns` before data is asked for.
 */
export async function prepareColumns(
  hierarchy: Hierarchy,
  columns: readonly PlannedColumn[],
  rows: RowRanges,
  options: CallOptions = {},
): Promise<void> {
  const located = locate(
    hierarchy,
    columns.flatMap(({ source }) => [...plainRequests(source, rows), ...source.ahead()]),
    options,
  );
  const follow = async () => {
    let steps = columns.map(({ source }) => source.prepare(rows)).filter((step) => "next" in step);
    while (steps.length > 0) {
      const answers = hierarchy.read(
        steps.flatMap(({ requests }) => requests),
        options,
      );
      const shares = splitBy(
        answers,
        steps.map(({ requests }) => requests.length),
      );
      const following = steps.map(({ next }, at) => Promise.all(shares[at]!).then(next));
      steps = (await Promise.all(following)).filter((step) => "next" in step);
    }
  };
  await Promise.all([located, follow()]);
}

/** What a source reads at once, where no other values decide it. */
function plainRequests(source: ColumnSource, rows: RowRanges): readonly ReadRequest[] {
  const step = source.begin(rows);
  return "finish" in step ? step.requests : [];
}

async function locate(hierarchy: Hierarchy, requests: readonly ReadRequest[], options: CallOptions): Promise<void> {
  try {
    if (requests.length > 0) await hierarchy.locate?.(requests, options);
  } catch {
    // Looking ahead saves a round and decides nothing: what cannot be located may still be read, or fails there with its cause.
  }
}

/** Makes what users see of finished columns: those without references as soon as they arrive, the others together. */
function present(
  hierarchy: Hierarchy,
  columns: readonly PlannedColumn[],
  finished: readonly { readonly at: number; readonly values: Promise<NdArray> }[],
  results: Promise<NdArray>[],
  { onReplaced, ...options }: ReadColumnsOptions,
): void {
  const pointing = finished.filter(({ at }) => holdsReferences(columns[at]!.stored));
  const paths = Promise.all(pointing.map(({ values }) => values)).then((arrays) => {
    const references = referencesIn(arrays);
    return resolverOf(hierarchy).resolve(hierarchy, references, options);
  });
  for (const { at, values } of finished) {
    const { type, name } = columns[at]!.column;
    const tell = () => onReplaced?.(name);
    const shown = pointing.some((other) => other.at === at)
      ? Promise.all([values, paths]).then(([array, known]) => presentValues(array, type, known, tell))
      : values.then((array) => presentValues(array, type, undefined, tell));
    // Whoever reads awaits it in the end; until then a failure is no stray one.
    shown.catch(() => {});
    results[at] = shown;
  }
}
