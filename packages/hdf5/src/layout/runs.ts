import type { AxisCut, SelectedAxes } from "./selected-axes.ts";

/** A box of an array, stored in row-major order: all of it, or one chunk. Units: elements. */
export interface Block {
  readonly origin: readonly number[];
  readonly shape: readonly number[];
}

/** Takes `count` runs of `run` bytes each: at these bytes of the block, and of the result. */
export type EmitRuns = (
  source: number,
  sourceStride: number,
  target: number,
  targetStride: number,
  run: number,
  count: number,
) => void;

/** What of a trailing axis lies in a block. */
interface Part {
  /** First selected position, counted from the block's origin. */
  readonly first: number;
  readonly step: number;
  readonly count: number;
  /** Its place in the result. */
  readonly result: number;
}

/**
 * The selected elements of a block as evenly spaced runs of bytes, ascending in the block.
 *
 * Inner axes that are selected whole melt into one run; the axis around them becomes the spacing of the runs; axes further out
 * are walked. So a row range is one call where rows are whole, and one channel of all rows is one call too.
 */
export function forEachRun(axes: SelectedAxes, block: Block, elementBytes: number, emit: EmitRuns): void {
  const rank = block.shape.length;
  const parts: Part[] = [];
  for (let axis = 1; axis < rank; axis++) {
    const part = partOf(axes.trailing[axis - 1]!, block.origin[axis]!, block.shape[axis]!);
    if (part === null) return;
    parts.push(part);
  }
  const sourceStrides = byteStrides(block.shape, elementBytes);
  const resultShape = axes.resultShape.length === 0 ? [1] : axes.resultShape;
  const targetStrides = byteStrides(resultShape, elementBytes);
  let run = elementBytes;
  let axis = rank - 1;
  for (; axis > 0; axis--) {
    const { step, count } = parts[axis - 1]!;
    if ((step !== 1 && count !== 1) || run !== sourceStrides[axis] || run !== targetStrides[axis]) break;
    run *= count;
  }
  const rowsMelt = axis === 0 && run === sourceStrides[0] && run === targetStrides[0] && axes.rowStep === 1;
  let source = 0;
  let target = 0;
  for (let inner = 1; inner < rank; inner++) {
    source += parts[inner - 1]!.first * sourceStrides[inner]!;
    target += parts[inner - 1]!.result * targetStrides[inner]!;
  }
  const walk = (at: number, from: number, to: number): void => {
    const { step, count } = parts[at - 1]!;
    const sourceStep = step * sourceStrides[at]!;
    const targetStep = targetStrides[at]!;
    if (at === axis) emit(from, sourceStep, to, targetStep, run, count);
    else for (let next = 0; next < count; next++) walk(at + 1, from + next * sourceStep, to + next * targetStep);
  };
  forEachRowPart(axes, block, (row, resultRow, count) => {
    const from = source + row * sourceStrides[0]!;
    const to = target + resultRow * targetStrides[0]!;
    if (rowsMelt) emit(from, run * count, to, run * count, run * count, 1);
    else if (axis === 0) emit(from, axes.rowStep * sourceStrides[0]!, to, targetStrides[0]!, run, count);
    else
      for (let at = 0; at < count; at++)
        walk(1, from + at * axes.rowStep * sourceStrides[0]!, to + at * targetStrides[0]!);
  });
}

/** Bytes between neighbours along each axis. */
function byteStrides(shape: readonly number[], elementBytes: number): number[] {
  const strides = shape.map(() => elementBytes);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

function partOf({ start, step, count }: AxisCut, origin: number, length: number): Part | null {
  const result = Math.max(0, Math.ceil((origin - start) / step));
  const first = start + result * step - origin;
  const within = Math.min(count - result, Math.ceil((length - first) / step));
  return within > 0 ? { first, step, count: within, result } : null;
}

/** Calls for every row range that has selected rows in the block: its first row there, that row's place, and how many. */
function forEachRowPart(
  { rows, rowStep, resultRows }: SelectedAxes,
  block: Block,
  visit: (row: number, resultRow: number, count: number) => void,
): void {
  const origin = block.origin[0]!;
  const end = origin + block.shape[0]!;
  for (let range = firstRangeBehind(rows, origin); range < resultRows.length; range++) {
    const start = rows[2 * range]!;
    if (start >= end) return;
    const skipped = start >= origin ? 0 : Math.ceil((origin - start) / rowStep);
    const row = start + skipped * rowStep;
    const count = Math.ceil((Math.min(end, rows[2 * range + 1]!) - row) / rowStep);
    if (count > 0) visit(row - origin, resultRows[range]! + skipped, count);
  }
}

/** The first range that ends behind `row`. */
function firstRangeBehind(rows: Float64Array, row: number): number {
  let low = 0;
  let high = rows.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[2 * middle + 1]! <= row) low = middle + 1;
    else high = middle;
  }
  return low;
}
