import { checkSelection, rangesOf, type Selection, selectedShape } from "@lazynwb/core";

/** Evenly spaced positions along a trailing axis. */
export interface AxisCut {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** A checked selection of an array of some shape. A scalar counts as one row. */
export interface SelectedAxes {
  /** Never empty: [1] for a scalar. */
  readonly shape: readonly number[];
  /** Of the result; [] for a scalar. */
  readonly resultShape: readonly number[];
  /** Start, stop, start, stop ... */
  readonly rows: Float64Array;
  readonly rowStep: number;
  /** Row of the result that each range begins at. */
  readonly resultRows: Float64Array;
  /** Axes behind the first. */
  readonly trailing: readonly AxisCut[];
}

/** @throws QueryError where the selection does not fit the shape, LimitError where it has 2^31 elements or more. */
export function selectAxes(selection: Selection, shape: readonly number[]): SelectedAxes {
  checkSelection(selection, shape);
  const resultShape = selectedShape(selection, shape);
  if (shape.length === 0)
    return {
      shape: [1],
      resultShape,
      rows: Float64Array.of(0, 1),
      rowStep: 1,
      resultRows: new Float64Array(1),
      trailing: [],
    };
  const rowStep = selection.step ?? 1;
  const rows = rangesOf(selection.rows, shape[0]!);
  const resultRows = new Float64Array(rows.length / 2);
  for (let at = 0, row = 0; at < resultRows.length; at++) {
    resultRows[at] = row;
    row += Math.ceil((rows[2 * at + 1]! - rows[2 * at]!) / rowStep);
  }
  const trailing = shape.slice(1).map((length, axis) => {
    const { start, stop, step = 1 } = selection.trailing?.[axis] ?? { start: 0, stop: length };
    return { start, step, count: Math.ceil((stop - start) / step) };
  });
  return { shape, resultShape, rows, rowStep, resultRows, trailing };
}

/**
 * The chunks along each axis that a selection touches, as sorted disjoint intervals.
 *
 * @remarks Steps are not looked at: a chunk between two selected rows counts too, and turns out to hold none.
 */
export function chunkIntervals(axes: SelectedAxes, chunkShape: readonly number[]): Float64Array[] {
  const along = (starts: Float64Array, length: number) => {
    const intervals: number[] = [];
    for (let at = 0; at < starts.length; at += 2) {
      if (starts[at]! >= starts[at + 1]!) continue;
      const first = Math.floor(starts[at]! / length);
      const stop = Math.floor((starts[at + 1]! - 1) / length) + 1;
      const before = intervals.length > 0 ? intervals[intervals.length - 1]! : -1;
      if (first > before) intervals.push(first, stop);
      else intervals[intervals.length - 1] = Math.max(before, stop);
    }
    return Float64Array.from(intervals);
  };
  return [
    along(axes.rows, chunkShape[0]!),
    ...axes.trailing.map(({ start, step, count }, axis) =>
      along(Float64Array.of(start, count === 0 ? start : start + (count - 1) * step + 1), chunkShape[axis + 1]!),
    ),
  ];
}
