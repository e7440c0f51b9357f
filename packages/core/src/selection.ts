import { LimitError, QueryError } from "./errors/index.ts";

/**
 * The elements to read of an array.
 *
 * `rows` are positions along the first axis: `"all"`, or sorted, disjoint, half-open ranges as start, stop, start, stop ...
 * They come back concatenated. `step` keeps every step-th row of each range. `trailing[d]` cuts axis d + 1. A scalar is
 * read by `{ rows: "all" }`.
 */
export interface Selection {
  readonly rows: "all" | Float64Array;
  readonly step?: number | undefined;
  readonly trailing?:
    | readonly { readonly start: number; readonly stop: number; readonly step?: number | undefined }[]
    | undefined;
}

/** Sorted, disjoint, half-open row ranges: start, stop, start, stop ... */
export type RowRanges = Float64Array;

/** Everything. */
export const ALL: Selection = Object.freeze({ rows: "all" });

/**
 * Row ranges from pairs.
 *
 * @example rowRanges([0, 2], [5, 6]) // rows 0, 1 and 5
 */
export function rowRanges(...pairs: readonly (readonly [start: number, stop: number])[]): RowRanges {
  const ranges = new Float64Array(pairs.length * 2);
  for (let at = 0; at < pairs.length; at++) ranges.set(pairs[at]!, at * 2);
  return ranges;
}

/** Number of rows in ranges. */
export function countRows(ranges: RowRanges): number {
  let count = 0;
  for (let at = 0; at < ranges.length; at += 2) count += ranges[at + 1]! - ranges[at]!;
  return count;
}

/** The ranges that a selection names on a first axis of `length` rows. */
export function rangesOf(rows: "all" | RowRanges, length: number): RowRanges {
  return rows === "all" ? (length > 0 ? rowRanges([0, length]) : new Float64Array(0)) : rows;
}

/** Ranges from the rows whose mask is 1, counted from `offset`. */
export function rangesFromMask(mask: Uint8Array, offset = 0): RowRanges {
  let edges = 0;
  let before = 0;
  for (let at = 0; at < mask.length; at++) {
    const now = mask[at]! ? 1 : 0;
    if (now !== before) edges++;
    before = now;
  }
  if (before) edges++;
  const ranges = new Float64Array(edges);
  let next = 0;
  before = 0;
  for (let at = 0; at < mask.length; at++) {
    const now = mask[at]! ? 1 : 0;
    if (now !== before) ranges[next++] = offset + at;
    before = now;
  }
  if (before) ranges[next] = offset + mask.length;
  return ranges;
}

/**
 * Among the rows that `ranges` name, concatenated, those at the positions `kept`: ranges of ranges.
 *
 * @example rangesWithin(rowRanges([10, 13], [20, 22]), rowRanges([2, 4])) // rows 12 and 20
 */
export function rangesWithin(ranges: RowRanges, kept: RowRanges): RowRanges {
  const found: number[] = [];
  let at = 0;
  let passed = 0;
  for (let next = 0; next < kept.length; next += 2) {
    let start = kept[next]!;
    const stop = kept[next + 1]!;
    while (start < stop && at < ranges.length) {
      const first = ranges[at]!;
      const length = ranges[at + 1]! - first;
      if (start >= passed + length) {
        passed += length;
        at += 2;
        continue;
      }
      const end = Math.min(stop, passed + length);
      const from = first + start - passed;
      const to = first + end - passed;
      if (found.length > 0 && found[found.length - 1] === from) found[found.length - 1] = to;
      else found.push(from, to);
      start = end;
    }
  }
  return Float64Array.from(found);
}

/** The first `count` rows of ranges. */
export function headOfRanges(ranges: RowRanges, count: number): RowRanges {
  let left = count;
  for (let at = 0; at < ranges.length; at += 2) {
    const length = ranges[at + 1]! - ranges[at]!;
    if (length >= left) {
      const head = ranges.slice(0, at + 2);
      head[at + 1] = ranges[at]! + left;
      return left > 0 ? head : head.subarray(0, at);
    }
    left -= length;
  }
  return ranges;
}

/** The rows of both. */
export function intersectRanges(left: RowRanges, right: RowRanges): RowRanges {
  const found: number[] = [];
  let a = 0;
  let b = 0;
  while (a < left.length && b < right.length) {
    const start = Math.max(left[a]!, right[b]!);
    const stop = Math.min(left[a + 1]!, right[b + 1]!);
    if (start < stop) found.push(start, stop);
    if (left[a + 1]! < right[b + 1]!) a += 2;
    else b += 2;
  }
  return Float64Array.from(found);
}

/**
 * A selection that was checked against a shape: whole numbers, sorted, disjoint, inside.
 *
 * @throws QueryError where it is not so, naming the axis.
 */
export function checkSelection(selection: Selection, shape: readonly number[]): void {
  const { rows, step, trailing } = selection;
  if (step !== undefined && !(Number.isSafeInteger(step) && step > 0))
    throw new QueryError(`a step must be a whole number above 0, not ${step}`);
  if (rows !== "all") {
    if (shape.length === 0 && rows.length > 0) throw new QueryError("a scalar has no rows to choose from; select all");
    if (rows.length % 2 !== 0) throw new QueryError("row ranges come in pairs of start and stop");
    let before = 0;
    for (let at = 0; at < rows.length; at += 2) {
      const start = rows[at]!;
      const stop = rows[at + 1]!;
      if (!Number.isSafeInteger(start) || !Number.isSafeInteger(stop))
        throw new QueryError(`rows ${start} to ${stop} are not whole numbers`);
      if (start < before || stop < start)
        throw new QueryError(`row ranges must be sorted and disjoint: ${start} to ${stop} comes after ${before}`);
      if (stop > shape[0]!) throw new QueryError(`rows ${start} to ${stop} lie outside of the ${shape[0]} there are`);
      before = stop;
    }
  }
  if (trailing !== undefined && trailing.length > Math.max(0, shape.length - 1))
    throw new QueryError(
      `${trailing.length} trailing axes were cut of an array that has ${Math.max(0, shape.length - 1)}`,
    );
  trailing?.forEach((cut, at) => {
    const size = shape[at + 1]!;
    if (
      !Number.isSafeInteger(cut.start) ||
      !Number.isSafeInteger(cut.stop) ||
      cut.start < 0 ||
      cut.stop < cut.start ||
      cut.stop > size
    ) {
      throw new QueryError(`axis ${at + 1} has ${size} elements; ${cut.start} to ${cut.stop} is no part of them`);
    }
    if (cut.step !== undefined && !(Number.isSafeInteger(cut.step) && cut.step > 0))
      throw new QueryError(`a step must be a whole number above 0, not ${cut.step}`);
  });
}

/** The shape that reading a selection gives. */
export function selectedShape(selection: Selection, shape: readonly number[]): number[] {
  if (shape.length === 0) return [];
  const step = selection.step ?? 1;
  const ranges = rangesOf(selection.rows, shape[0]!);
  let rows = 0;
  for (let at = 0; at < ranges.length; at += 2) rows += Math.ceil((ranges[at + 1]! - ranges[at]!) / step);
  const result = [rows];
  for (let axis = 1; axis < shape.length; axis++) {
    const cut = selection.trailing?.[axis - 1];
    result.push(cut === undefined ? shape[axis]! : Math.ceil((cut.stop - cut.start) / (cut.step ?? 1)));
  }
  const elements = result.reduce((product, size) => product * size, 1);
  if (elements > 2 ** 31 - 1)
    throw new LimitError(`a selection of ${elements} elements does not fit one array; read it in parts`, {
      limit: "elements",
      wanted: elements,
      allowed: 2 ** 31 - 1,
    });
  return result;
}
