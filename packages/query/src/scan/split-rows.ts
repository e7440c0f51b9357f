import { countRows, type RowRanges } from "@lazynwb/core";
import { windowOfRanges } from "./row-window.ts";

/** A run of the rows that were split: `ranges` are rows of the table, `start` where they begin among all of them. */
export interface RowPiece {
  readonly ranges: RowRanges;
  readonly start: number;
  readonly rows: number;
  /** As `estimate` says. */
  readonly bytes: number;
}

/**
 * Rows in pieces of at most `targetBytes` each, as `estimate` counts them; a row that is larger by itself is a piece alone.
 * Lazy, so that what was learnt meanwhile counts.
 *
 * @param target - asked anew for each piece: batches may grow.
 */
export function* splitRows(
  ranges: RowRanges,
  target: () => number,
  estimate: (ranges: RowRanges) => number,
): Generator<RowPiece> {
  let rest = ranges;
  let start = 0;
  for (let left = countRows(ranges); left > 0; ) {
    const targetBytes = target();
    let rows = left;
    let piece = rest;
    let bytes = estimate(piece);
    if (bytes > targetBytes && left > 1) {
      rows = largestFitting(left, (count) => estimate(windowOfRanges(rest, { skip: 0, take: count })) <= targetBytes);
      piece = windowOfRanges(rest, { skip: 0, take: rows });
      bytes = estimate(piece);
    }
    yield { ranges: piece, start, rows, bytes };
    rest = windowOfRanges(rest, { skip: rows, take: Number.POSITIVE_INFINITY });
    start += rows;
    left -= rows;
  }
}

/** The largest count from 1 to `most` that fits, 1 where none does; what fits, fits in smaller counts too. */
function largestFitting(most: number, fits: (count: number) => boolean): number {
  let low = 1;
  let high = most;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
