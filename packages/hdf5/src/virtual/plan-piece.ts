import { FormatError, type Selection } from "@lazynwb/core";
import type { SelectedAxes } from "../layout/selected-axes.ts";
import { coordinateOf, positionOf, positionsBelow, type SpacedAxes } from "./spaced-axes.ts";

/** Runs of elements: `lengths[i]` of them from `from[i]` of one array to `to[i]` of another. */
export interface ElementRuns {
  readonly from: number[];
  readonly to: number[];
  readonly lengths: number[];
}

/** What to read of one source of a virtual dataset, and where it belongs in the result. */
export interface PiecePlan {
  readonly selection: Selection;
  readonly runs: ElementRuns;
}

/** The wanted positions of one axis of a mapping, ascending, and their places in the result. */
interface WantedAxis {
  readonly positions: readonly number[];
  readonly places: readonly number[];
}

/**
 * What of one mapping a selection of the virtual dataset wants; null where that is nothing. Pure.
 *
 * @param lengths - Selected positions along each axis, of the virtual dataset and of the source: they make the same number.
 * @param sourceShape - [] of a scalar.
 * @throws FormatError where the mapping leaves its source.
 */
export function planPiece(
  wanted: SelectedAxes,
  virtual: SpacedAxes,
  virtualLengths: readonly number[],
  source: SpacedAxes,
  sourceLengths: readonly number[],
  sourceShape: readonly number[],
): PiecePlan | null {
  const axes = virtual.map((blocks, axis) => wantedOf(wanted, axis, virtualLengths[axis]!, blocks));
  if (axes.some(({ positions }) => positions.length === 0)) return null;
  source.forEach((blocks, axis) => {
    const found = positionsBelow(blocks, sourceShape[axis] ?? 1);
    if (found < sourceLengths[axis]!)
      throw new FormatError("a virtual dataset is mapped to elements that its source does not have", {
        expected: `${sourceLengths[axis]} along axis ${axis}`,
        found: `${found}`,
      });
  });
  const walker = new SourceWalker(source, sourceLengths, sourceShape);
  const runs = new RunList();
  const resultShape = wanted.resultShape.length === 0 ? [1] : wanted.resultShape;
  // The box of the source's trailing axes is known only once all elements are, so they are walked twice.
  visit(axes, virtualLengths, resultShape, (number) => walker.include(number));
  visit(axes, virtualLengths, resultShape, (number, place) => runs.push(walker.place(number), place));
  return { selection: walker.selection, runs };
}

function wantedOf(wanted: SelectedAxes, axis: number, length: number, blocks: SpacedAxes[number]): WantedAxis {
  const positions: number[] = [];
  const places: number[] = [];
  if (length === 0) return { positions, places };
  const first = blocks.start;
  const stop = coordinateOf(blocks, length - 1) + 1;
  const along = (start: number, end: number, step: number, place: number) => {
    const skipped = start >= first ? 0 : Math.ceil((first - start) / step);
    for (let at = start + skipped * step, to = place + skipped; at < Math.min(end, stop); at += step, to++) {
      const position = positionOf(blocks, at);
      if (position < 0 || position >= length) continue;
      positions.push(position);
      places.push(to);
    }
  };
  if (axis > 0) {
    const { start, step, count } = wanted.trailing[axis - 1]!;
    along(start, start + count * step, step, 0);
  } else
    for (let range = 0; range < wanted.resultRows.length; range++)
      along(wanted.rows[2 * range]!, wanted.rows[2 * range + 1]!, wanted.rowStep, wanted.resultRows[range]!);
  return { positions, places };
}

/** Calls for every wanted element, ascending: its number in the mapping, and its place in the result. */
function visit(
  axes: readonly WantedAxis[],
  lengths: readonly number[],
  resultShape: readonly number[],
  call: (number: number, place: number) => void,
): void {
  const walk = (axis: number, number: number, place: number): void => {
    const { positions, places } = axes[axis]!;
    for (let at = 0; at < positions.length; at++) {
      const inner = number * lengths[axis]! + positions[at]!;
      const to = place * resultShape[axis]! + places[at]!;
      if (axis === axes.length - 1) call(inner, to);
      else walk(axis + 1, inner, to);
    }
  };
  walk(0, 0, 0);
}

/** Finds elements of the source by their number in the mapping, and the smallest selection that holds them. */
class SourceWalker {
  readonly #axes: SpacedAxes;
  readonly #lengths: readonly number[];
  readonly #shape: readonly number[];
  readonly #coordinates: number[];
  readonly #low: number[];
  readonly #high: number[];
  readonly #rows: number[] = [];
  #range = 0;
  #before = 0;

  constructor(axes: SpacedAxes, lengths: readonly number[], shape: readonly number[]) {
    this.#axes = axes;
    this.#lengths = lengths;
    this.#shape = shape;
    this.#coordinates = axes.map(() => 0);
    this.#low = axes.map(() => Number.POSITIVE_INFINITY);
    this.#high = axes.map(() => -1);
  }

  /** Numbers come ascending, so rows never go back. */
  include(number: number): void {
    this.#locate(number);
    const rows = this.#rows;
    const row = this.#coordinates[0]!;
    if (rows.length === 0 || row > rows[rows.length - 1]!) rows.push(row, row + 1);
    else if (row === rows[rows.length - 1]!) rows[rows.length - 1] = row + 1;
    for (let axis = 1; axis < this.#axes.length; axis++) {
      this.#low[axis] = Math.min(this.#low[axis]!, this.#coordinates[axis]!);
      this.#high[axis] = Math.max(this.#high[axis]!, this.#coordinates[axis]!);
    }
  }

  get selection(): Selection {
    if (this.#shape.length === 0) return { rows: "all" };
    const trailing = this.#axes.slice(1).map((_, at) => ({ start: this.#low[at + 1]!, stop: this.#high[at + 1]! + 1 }));
    return { rows: Float64Array.from(this.#rows), ...(trailing.length > 0 && { trailing }) };
  }

  /** The place of an element among those of `selection`; numbers come ascending again. */
  place(number: number): number {
    this.#locate(number);
    const rows = this.#rows;
    while (this.#coordinates[0]! >= rows[this.#range + 1]!) {
      this.#before += rows[this.#range + 1]! - rows[this.#range]!;
      this.#range += 2;
    }
    let place = this.#before + this.#coordinates[0]! - rows[this.#range]!;
    for (let axis = 1; axis < this.#axes.length; axis++)
      place = place * (this.#high[axis]! - this.#low[axis]! + 1) + this.#coordinates[axis]! - this.#low[axis]!;
    return place;
  }

  #locate(number: number): void {
    let rest = number;
    for (let axis = this.#axes.length - 1; axis >= 0; axis--) {
      const length = this.#lengths[axis]!;
      this.#coordinates[axis] = coordinateOf(this.#axes[axis]!, rest % length);
      rest = Math.floor(rest / length);
    }
  }
}

/** Runs that grow as long as elements are neighbours on both sides. */
class RunList implements ElementRuns {
  readonly from: number[] = [];
  readonly to: number[] = [];
  readonly lengths: number[] = [];

  push(from: number, to: number): void {
    const last = this.from.length - 1;
    const length = this.lengths[last] ?? 0;
    if (last >= 0 && from === this.from[last]! + length && to === this.to[last]! + length) {
      this.lengths[last] = length + 1;
      return;
    }
    this.from.push(from);
    this.to.push(to);
    this.lengths.push(1);
  }
}
