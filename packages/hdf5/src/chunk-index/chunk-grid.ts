/** Sorted, disjoint, half-open intervals along one axis: start, stop, start, stop ... Units: chunks. */
export type Intervals = Float64Array;

/**
 * Chunks of a grid, numbered in row-major order, of which some are wanted: a set of intervals along each axis, all
 * combinations of them. Answers which wanted chunk comes next without listing them, as a grid may have billions.
 */
export class WantedChunks {
  readonly #counts: readonly number[];
  readonly #strides: readonly number[];
  readonly #intervals: readonly Intervals[];
  readonly #position: number[];
  readonly #isEmpty: boolean;

  /**
   * @param counts - Chunks along each axis, slowest first. The first may be `Infinity`.
   * @param intervals - Wanted ones along each axis.
   */
  constructor(counts: readonly number[], intervals: readonly Intervals[]) {
    this.#counts = counts;
    this.#strides = gridStrides(counts);
    this.#intervals = intervals;
    this.#position = counts.map(() => 0);
    this.#isEmpty = intervals.some((set) => set.length === 0);
  }

  /** How many are wanted. */
  get count(): number {
    return this.#intervals.reduce((product, set) => {
      let length = 0;
      for (let at = 0; at < set.length; at += 2) length += set[at + 1]! - set[at]!;
      return product * length;
    }, 1);
  }

  has(number: number): boolean {
    return this.next(number) === number;
  }

  /** The first wanted chunk at or after `number`; Infinity where there is none. */
  next(number: number): number {
    const position = this.#position;
    const rank = position.length;
    if (this.#isEmpty) return Number.POSITIVE_INFINITY;
    for (let axis = 0, rest = number; axis < rank; axis++) {
      position[axis] = Math.floor(rest / this.#strides[axis]!);
      rest -= position[axis]! * this.#strides[axis]!;
    }
    for (let axis = 0; axis < rank; ) {
      const next = atOrAfter(this.#intervals[axis]!, position[axis]!);
      if (next === position[axis]) axis++;
      else if (next !== Number.POSITIVE_INFINITY) {
        position[axis] = next;
        for (let inner = axis + 1; inner < rank; inner++) position[inner] = this.#intervals[inner]![0]!;
        break;
      } else {
        if (axis === 0) return Number.POSITIVE_INFINITY;
        axis--;
        position[axis]!++;
        position.fill(0, axis + 1);
      }
    }
    return this.numberOf(position);
  }

  /**
   * The number of the chunk at a position. One outside of the grid gives the number of the first chunk behind it, so that the
   * order of positions is kept.
   */
  numberOf(position: ArrayLike<number>): number {
    let number = 0;
    for (let axis = 0; axis < this.#counts.length; axis++) {
      const at = position[axis]!;
      if (at >= this.#counts[axis]!) return number + this.#counts[axis]! * this.#strides[axis]!;
      number += at * this.#strides[axis]!;
    }
    return number;
  }

  /** Whether a position lies in the grid. */
  holds(position: ArrayLike<number>): boolean {
    return this.#counts.every((count, axis) => position[axis]! < count);
  }
}

/** Chunks between neighbours along each axis. */
export function gridStrides(counts: readonly number[]): number[] {
  const strides = counts.map(() => 1);
  for (let axis = counts.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * counts[axis + 1]!;
  return strides;
}

/** The smallest member of `intervals` that is not below `value`. */
function atOrAfter(intervals: Intervals, value: number): number {
  let low = 0;
  let high = intervals.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (intervals[2 * middle + 1]! <= value) low = middle + 1;
    else high = middle;
  }
  return 2 * low < intervals.length ? Math.max(value, intervals[2 * low]!) : Number.POSITIVE_INFINITY;
}
