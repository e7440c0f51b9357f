import { ALL, countRows, elementCount, type NdArray, type ReadRequest, type RowRanges } from "@lazynwb/core";
import { guessedBytes, rowBytesOf, type StoredArray } from "../stored-array.ts";
import { blankArray, noRows } from "../values/empty.ts";

/**
 * One stage of reading a column: what to ask for, and what follows from the answers. The stages of all columns of a read
 * are asked for together.
 */
export type Step =
  | { readonly requests: readonly ReadRequest[]; readonly next: (answers: readonly NdArray[]) => Step }
  | { readonly requests: readonly ReadRequest[]; readonly finish: (answers: readonly NdArray[]) => NdArray };

/** Where the values of a column come from. Rows asked of it lie inside of `length`. */
export interface ColumnSource {
  /** Rows that it has; the table may have more or fewer. */
  readonly length: number;
  /** The first stage of reading rows; the last one gives their values as they are stored. I/O: none. */
  begin(rows: RowRanges): Step;
  /** As `begin`, of all that must be known before data can be asked for; its last stage is never read. */
  prepare(rows: RowRanges): Step;
  /** What would be read; whole arrays where only values that were not read tell which part. */
  locations(rows: RowRanges): { readonly requests: readonly ReadRequest[]; readonly exact: boolean };
  /** Arrays that are read once other values are known: whole, for their chunk indexes to be looked up meanwhile. */
  ahead(): readonly ReadRequest[];
  /** Decoded bytes of rows, where they are known; else null. */
  bytes(rows: RowRanges): number | null;
}

const NOTHING: Step = { requests: [], finish: () => blankArray({ kind: "bool" }, [0]) };

/** A stage for the rows of an array; none is asked for where there are no elements. */
export function readRows(array: StoredArray, rows: RowRanges): Step {
  const count = countRows(rows);
  const shape = [count, ...array.shape.slice(1)];
  if (elementCount(shape) === 0) return { requests: [], finish: () => blankArray(array.dtype, shape) };
  return { requests: [{ path: array.path, selection: { rows } }], finish: (answers) => answers[0]! };
}

/** The rows of an array along its first axis. */
export function arraySource(array: StoredArray): ColumnSource {
  return {
    length: array.shape[0] ?? 1,
    begin: (rows) => readRows(array, rows),
    prepare: (rows) => readRows(array, rows),
    locations: (rows) => ({ requests: readRows(array, rows).requests, exact: true }),
    ahead: () => [],
    bytes: (rows) => countRows(rows) * rowBytesOf(array),
  };
}

/** Values that need no I/O. */
export function computedSource(length: number, rowBytes: number, compute: (rows: RowRanges) => NdArray): ColumnSource {
  return {
    length,
    begin: (rows) => ({ requests: [], finish: () => compute(rows) }),
    prepare: () => NOTHING,
    locations: () => ({ requests: [], exact: true }),
    ahead: () => [],
    bytes: (rows) => countRows(rows) * rowBytes,
  };
}

/** The one value of a whole array, as the value of a single row. */
export function wholeArraySource(array: StoredArray, asOneRow: (whole: NdArray) => NdArray): ColumnSource {
  const size = elementCount(array.shape);
  const read = (rows: RowRanges): Step => {
    if (countRows(rows) === 0) {
      const blank = blankArray(array.dtype, array.shape.length === 0 ? [] : array.shape.with(0, 0));
      return { requests: [], finish: () => noRows(asOneRow(blank)) };
    }
    if (size === 0) return { requests: [], finish: () => asOneRow(blankArray(array.dtype, array.shape)) };
    return { requests: [{ path: array.path, selection: ALL }], finish: (answers) => asOneRow(answers[0]!) };
  };
  return {
    length: 1,
    begin: read,
    prepare: read,
    locations: (rows) => ({ requests: read(rows).requests, exact: true }),
    ahead: () => [],
    bytes: (rows) => (countRows(rows) === 0 ? 0 : size * guessedBytes(array.dtype)),
  };
}

/** Values of another source, changed after they were read; `extra` arrays are read whole beside them, once. */
export function mappedSource(
  source: ColumnSource,
  map: (values: NdArray, extra: readonly NdArray[]) => NdArray,
  extra: readonly StoredArray[] = [],
): ColumnSource {
  let known: readonly NdArray[] | null = extra.length === 0 ? [] : null;
  const requests = extra.map(({ path }): ReadRequest => ({ path, selection: ALL }));
  const wrap = (step: Step): Step => {
    const { length } = step.requests;
    const asked = known === null ? [...step.requests, ...requests] : step.requests;
    const learn = (answers: readonly NdArray[]) => {
      known ??= answers.slice(length);
      return answers.slice(0, length);
    };
    if ("next" in step) return { requests: asked, next: (answers) => wrap(step.next(learn(answers))) };
    return { requests: asked, finish: (answers) => map(step.finish(learn(answers)), known ?? []) };
  };
  return {
    length: source.length,
    begin: (rows) => wrap(source.begin(rows)),
    prepare: (rows) => wrap(source.prepare(rows)),
    locations: (rows) => {
      const found = source.locations(rows);
      return { requests: [...found.requests, ...(known === null ? requests : [])], exact: found.exact };
    },
    ahead: () => source.ahead(),
    bytes: (rows) => source.bytes(rows),
  };
}
