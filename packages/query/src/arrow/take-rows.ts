import {
  countRows,
  elementCount,
  LimitError,
  type NdArray,
  type RowRanges,
  rowCount,
  type Values,
} from "@lazynwb/core";
import { sliceBits } from "./bitmap.ts";

/**
 * The rows of an array at `ranges` of its first axis.
 *
 * @remarks Copies: none where one range is taken (views), else one.
 */
export function takeRows(array: NdArray, ranges: RowRanges): NdArray {
  const rows = rowCount(array);
  if (ranges.length === 2 && ranges[0] === 0 && ranges[1] === rows) return array;
  const width = elementCount(array.shape.slice(1));
  const shape = [countRows(ranges), ...array.shape.slice(1)];
  const validity = array.validity && takeBits(array.validity, ranges);
  return { dtype: array.dtype, shape, data: takeValues(array.data, ranges, width), ...(validity && { validity }) };
}

/** `width` elements of `data` belong to each row. */
function takeValues(data: Values, ranges: RowRanges, width: number): Values {
  switch (data.kind) {
    case "fixed":
      return { kind: "fixed", values: takeFixed(data.values, ranges, width) };
    case "opaque":
      return {
        kind: "opaque",
        itemBytes: data.itemBytes,
        bytes: takeFixed(data.bytes, ranges, width * data.itemBytes),
      };
    case "reference":
      return { kind: "reference", codes: takeFixed(data.codes, ranges, width), targets: data.targets };
    case "text": {
      const { offsets, spans } = takeOffsets(data.offsets, ranges, width);
      return { kind: "text", offsets, bytes: spans === undefined ? data.bytes : takeFixed(data.bytes, spans, 1) };
    }
    case "list": {
      const { offsets, spans } = takeOffsets(data.offsets, ranges, width);
      return { kind: "list", offsets, values: spans === undefined ? data.values : takeRows(data.values, spans) };
    }
    case "struct": {
      const fields = Object.entries(data.fields).map(([name, field]) => [name, takeRows(field, ranges)] as const);
      return { kind: "struct", fields: Object.fromEntries(fields) };
    }
    default:
      return data satisfies never;
  }
}

interface Sliceable<Self> {
  readonly length: number;
  subarray(start: number, stop: number): Self;
}

function takeFixed<Items extends Sliceable<Items>>(values: Items, ranges: RowRanges, width: number): Items {
  if (ranges.length <= 2) return values.subarray((ranges[0] ?? 0) * width, (ranges[1] ?? 0) * width);
  const Kind = values.constructor as new (length: number) => Items & { set(from: Items, at: number): void };
  const taken = new Kind(countRows(ranges) * width);
  for (let at = 0, filled = 0; at < ranges.length; at += 2) {
    const piece = values.subarray(ranges[at]! * width, ranges[at + 1]! * width);
    taken.set(piece, filled);
    filled += piece.length;
  }
  return taken;
}

/**
 * Offsets of the rows taken, and the spans of what they point to, disjoint and ascending. A single range needs no spans:
 * its offsets are a view that still points into the old values.
 */
function takeOffsets(
  offsets: Int32Array,
  ranges: RowRanges,
  width: number,
): { offsets: Int32Array; spans: RowRanges | undefined } {
  if (ranges.length <= 2) {
    const first = (ranges[0] ?? 0) * width;
    return { offsets: offsets.subarray(first, (ranges[1] ?? 0) * width + 1), spans: undefined };
  }
  const taken = new Int32Array(countRows(ranges) * width + 1);
  const spans = new Float64Array(ranges.length);
  let filled = 0;
  let total = 0;
  for (let at = 0; at < ranges.length; at += 2) {
    const first = ranges[at]! * width;
    const last = ranges[at + 1]! * width;
    const shift = total - offsets[first]!;
    total = offsets[last]! + shift;
    if (total > 2 ** 31 - 1)
      throw new LimitError("rows taken hold more than 2^31-1 elements; read them in parts", { limit: "elements" });
    for (let row = first; row < last; row++) taken[filled++] = offsets[row]! + shift;
    spans[at] = offsets[first]!;
    spans[at + 1] = offsets[last]!;
  }
  taken[filled] = total;
  return { offsets: taken, spans };
}

function takeBits(bits: Uint8Array, ranges: RowRanges): Uint8Array {
  if (ranges.length <= 2) return sliceBits(bits, ranges[0] ?? 0, ranges[1] ?? 0);
  const taken = new Uint8Array((countRows(ranges) + 7) >> 3);
  let filled = 0;
  for (let at = 0; at < ranges.length; at += 2) {
    for (let row = ranges[at]!; row < ranges[at + 1]!; row++, filled++)
      taken[filled >> 3]! |= ((bits[row >> 3]! >> (row & 7)) & 1) << (filled & 7);
  }
  return taken;
}
