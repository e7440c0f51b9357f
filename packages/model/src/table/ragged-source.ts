import { ALL, countRows, type NdArray, type RowRanges } from "@lazynwb/core";
import { rowBytesOf, type StoredArray } from "../stored-array.ts";
import { blankArray } from "../values/empty.ts";
import { asFloat64 } from "../values/numbers.ts";
import { type ColumnSource, readRows, type Step } from "./column-source.ts";
import type { Spans, VectorIndex } from "./vector-index.ts";

/** Lists of lists: the offsets of each level, outermost first, around the values of the innermost. */
function nest(levels: readonly Int32Array[], values: NdArray): NdArray {
  return levels.reduceRight<NdArray>(
    (inner, offsets) => ({
      dtype: { kind: "list", item: inner.dtype },
      shape: [offsets.length - 1],
      data: { kind: "list", offsets, values: inner },
    }),
    values,
  );
}

/** Arrays of at most so many chunks have their chunk index looked up as a whole. */
const MAX_CHUNKS_AHEAD = 4096;

function hasSmallChunkIndex({ chunks, shape }: StoredArray): boolean {
  if (chunks === undefined || shape.includes(0)) return false;
  return chunks.reduce((count, size, axis) => count * Math.ceil((shape[axis] ?? 1) / size), 1) <= MAX_CHUNKS_AHEAD;
}

/**
 * A ragged column: rows of the outermost index are spans of the next one, and so on down to the target. Only the spans of
 * the wanted rows are read, a stage for each level whose ends are not known yet.
 *
 * @param indexes - outermost first; at least one.
 */
export function raggedSource(indexes: readonly VectorIndex[], target: StoredArray): ColumnSource {
  const lengthBelow = (level: number) => indexes[level + 1]?.length ?? target.shape[0] ?? 0;

  const stage = (level: number, rows: RowRanges, above: readonly Int32Array[], preparing: boolean): Step => {
    const index = indexes[level];
    if (index === undefined) {
      const last = readRows(target, rows);
      if (!("finish" in last)) throw new TypeError("reading rows is one stage");
      return { requests: last.requests, finish: (answers) => nest(above, last.finish(answers)) };
    }
    const follow = ({ offsets, ranges }: Spans) => stage(level + 1, ranges, [...above, offsets], preparing);
    const request = index.request(rows);
    if (request === null) return follow(index.spans(rows, lengthBelow(level)));
    // What would not be kept is read when it is needed, not before.
    if (preparing && !index.keeps(request)) return { requests: [], finish: () => blankArray(target.dtype, [0]) };
    return {
      requests: [request],
      next: (answers) => {
        const read = { rows: request.selection.rows, ends: asFloat64(answers[0]!) };
        return follow(index.spans(rows, lengthBelow(level), read));
      },
    };
  };

  /** Rows of the target, as far as the ends that were read tell. */
  const known = (rows: RowRanges): { level: number; rows: RowRanges; lists: number } => {
    let [at, lists] = [rows, 0];
    for (let level = 0; level < indexes.length; level++) {
      if (indexes[level]!.request(at) !== null) return { level, rows: at, lists };
      lists += countRows(at);
      at = indexes[level]!.spans(at, lengthBelow(level)).ranges;
    }
    return { level: indexes.length, rows: at, lists };
  };

  return {
    length: indexes[0]!.length,
    begin: (rows) => stage(0, rows, [], false),
    prepare: (rows) => stage(0, rows, [], true),
    locations: (rows) => {
      const found = known(rows);
      if (found.level === indexes.length) return { requests: readRows(target, found.rows).requests, exact: true };
      const whole = [...indexes.slice(found.level + 1).map(({ array }) => array), target];
      return {
        requests: [
          indexes[found.level]!.request(found.rows)!,
          ...whole.filter(({ shape }) => shape[0]! > 0).map(({ path }) => ({ path, selection: ALL })),
        ],
        exact: false,
      };
    },
    ahead: () =>
      [...indexes.slice(1).map(({ array }) => array), target]
        .filter((array) => hasSmallChunkIndex(array))
        .map(({ path }) => ({ path, selection: ALL })),
    bytes: (rows) => {
      const found = known(rows);
      return found.level < indexes.length ? null : countRows(found.rows) * rowBytesOf(target) + found.lists * 4;
    },
  };
}
