import { countRows, FormatError, type ReadRequest, type RowRanges } from "@lazynwb/core";
import type { StoredArray } from "../stored-array.ts";
import { checkElements } from "../values/limit.ts";

/** An index of at most so many rows is read whole: 64 Ki ends are one request, and later reads find them known. */
const READ_WHOLE_ROWS = 2 ** 16;

/** Ends that are kept of one index, between `prepare` and `read`: 16 MiB of them. */
const MAX_KEPT_ROWS = 2 ** 21;

/** Ends of consecutive runs of rows, concatenated. */
interface IndexWindow {
  readonly rows: RowRanges;
  readonly ends: Float64Array;
}

/** What rows of a ragged column are, as spans of its target. */
export interface Spans {
  /** Offsets of the rows in the concatenated spans; one more than there are rows. */
  readonly offsets: Int32Array;
  /** The spans, joined where they touch: row ranges of the target. */
  readonly ranges: RowRanges;
}

/**
 * The cells of an index that tell where rows begin and end: for rows [start, stop) the cells [start - 1, stop).
 *
 * @returns the cells as ranges, and for each range of rows where its first cell stands among them.
 */
function cellsOf(rows: RowRanges): { cells: RowRanges; firstCells: Float64Array } {
  const cells: number[] = [];
  const firstCells = new Float64Array(rows.length / 2);
  let count = 0;
  for (let at = 0; at < rows.length; at += 2) {
    const [start, stop] = [rows[at]!, rows[at + 1]!];
    if (start === stop) continue;
    const first = Math.max(0, start - 1);
    const last = cells.at(-1);
    if (last !== undefined && first <= last) {
      firstCells[at / 2] = count - (last - first);
      count += stop - last;
      cells[cells.length - 1] = stop;
    } else {
      firstCells[at / 2] = count;
      count += stop - first;
      cells.push(first, stop);
    }
  }
  return { cells: Float64Array.from(cells), firstCells };
}

/** The ends of `cells`, taken out of a window; null where it does not hold them all. */
function takeCells(window: IndexWindow, cells: RowRanges): Float64Array | null {
  const taken = new Float64Array(countRows(cells));
  let [next, passed, written] = [0, 0, 0];
  for (let at = 0; at < cells.length; at += 2) {
    const [start, stop] = [cells[at]!, cells[at + 1]!];
    while (next < window.rows.length && window.rows[next + 1]! <= start) {
      passed += window.rows[next + 1]! - window.rows[next]!;
      next += 2;
    }
    if (next >= window.rows.length || window.rows[next]! > start || window.rows[next + 1]! < stop) return null;
    const from = passed + start - window.rows[next]!;
    taken.set(window.ends.subarray(from, from + stop - start), written);
    written += stop - start;
  }
  return taken;
}

/** The ends that a VectorIndex holds: read as far as they are needed, kept within a bound, checked before use. */
export class VectorIndex {
  readonly array: StoredArray;
  #known: IndexWindow = { rows: new Float64Array(0), ends: new Float64Array(0) };

  constructor(array: StoredArray) {
    this.array = array;
  }

  get length(): number {
    return this.array.shape[0] ?? 0;
  }

  /** What to read before `spans` can tell about these rows; null where it is known. I/O: none. */
  request(rows: RowRanges): (ReadRequest & { readonly selection: { readonly rows: RowRanges } }) | null {
    const { cells } = cellsOf(rows);
    if (takeCells(this.#known, cells) !== null) return null;
    const whole = this.length <= READ_WHOLE_ROWS;
    return { path: this.array.path, selection: { rows: whole ? Float64Array.of(0, this.length) : cells } };
  }

  /** Whether the answer to a request would be kept for a later `read`. */
  keeps(request: { readonly selection: { readonly rows: RowRanges } }): boolean {
    return countRows(request.selection.rows) <= MAX_KEPT_ROWS;
  }

  /**
   * The spans of rows, the answer to `request` given where there was one.
   *
   * @throws FormatError when ends decrease or pass the end of the target, naming the row.
   */
  spans(rows: RowRanges, targetLength: number, read?: IndexWindow): Spans {
    const { cells, firstCells } = cellsOf(rows);
    const ends = takeCells(read ?? this.#known, cells);
    if (ends === null) throw new TypeError("the ends of these rows were not read");
    if (read !== undefined && read.ends.length <= MAX_KEPT_ROWS) this.#known = read;
    return this.#spansOf(rows, firstCells, ends, targetLength);
  }

  #spansOf(rows: RowRanges, firstCells: Float64Array, ends: Float64Array, targetLength: number): Spans {
    const offsets = new Float64Array(1 + countRows(rows));
    const ranges: number[] = [];
    let [written, total, before] = [0, 0, 0];
    for (let at = 0; at < rows.length; at += 2) {
      const [first, stop] = [rows[at]!, rows[at + 1]!];
      if (first === stop) continue;
      let cell = firstCells[at / 2]!;
      const start = first === 0 ? 0 : ends[cell++]!;
      if (!(start >= before && Number.isInteger(start)))
        throw this.#broken(first, `begins at ${start}, before the ${before} where an earlier ends`);
      let end = start;
      for (let row = first; row < stop; row++) {
        const next = ends[cell++]!;
        if (!(next >= end && next <= targetLength && Number.isInteger(next)))
          throw this.#badEnd(row, end, next, targetLength);
        end = next;
        offsets[++written] = total + end - start;
      }
      total += end - start;
      before = end;
      if (end === start) continue;
      if (ranges.length > 0 && ranges.at(-1) === start) ranges[ranges.length - 1] = end;
      else ranges.push(start, end);
    }
    checkElements(total, `elements of ${this.array.path}`, this.array.path);
    return { offsets: Int32Array.from(offsets), ranges: Float64Array.from(ranges) };
  }

  #badEnd(row: number, start: number, end: number, targetLength: number): FormatError {
    const fault =
      end > targetLength
        ? `ends at ${end}, behind the ${targetLength} elements that its target has`
        : `ends at ${end}, before its start at ${start}`;
    return this.#broken(row, fault);
  }

  #broken(row: number, fault: string): FormatError {
    const { path } = this.array;
    return new FormatError(`${path} is damaged: row ${row} ${fault}`, { path, expected: "ends that never decrease" });
  }
}
