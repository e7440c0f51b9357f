import type { Selection } from "@lazynwb/core";
import { Cursor } from "../cursor.ts";

/** Regions of more row ranges than this are left undecoded: the reference then means its object. */
const MAX_REGION_RANGES = 1_000_000;

const NONE = 0;
const POINTS = 1;
const HYPERSLAB = 2;
const ALL_ELEMENTS = 3;

interface Box {
  readonly first: readonly number[];
  /** Inclusive, as stored. */
  readonly last: readonly number[];
}

/**
 * The selection in a region reference, where it can be said as row ranges and one cut of each trailing axis; undefined where
 * it cannot (scattered points, blocks that differ in their columns).
 *
 * @param bytes - The heap object behind the address of the dataset.
 * @throws FormatError where the bytes end too early or the kind is unknown.
 * @remarks Source: HDF5 file format, section "Dataset Region Reference Encoding". Coordinates: elements.
 */
export function parseRegion(bytes: Uint8Array, address: number): Selection | undefined {
  const cursor = new Cursor(bytes, { address, what: "region reference" });
  const kind = cursor.u32();
  const version = cursor.u32();
  if (kind === ALL_ELEMENTS) return { rows: "all" };
  if (kind === NONE) return { rows: new Float64Array(0) };
  if (kind === POINTS) return pointsSelection(cursor, version);
  if (kind === HYPERSLAB) return hyperslabSelection(cursor, version);
  return cursor.fail("there is no such kind of selection", { expected: "0 to 3", found: `${kind}` });
}

function pointsSelection(cursor: Cursor, version: number): Selection | undefined {
  const width = version >= 2 ? cursor.u8() : 4;
  if (version < 2) cursor.skip(8);
  const rank = cursor.u32();
  const count = cursor.uint(width);
  if (rank !== 1 || count > MAX_REGION_RANGES) return undefined;
  const boxes: Box[] = [];
  for (let at = 0; at < count; at++) {
    const row = cursor.uint(width);
    boxes.push({ first: [row], last: [row] });
  }
  return selectionOfBoxes(boxes);
}

function hyperslabSelection(cursor: Cursor, version: number): Selection | undefined {
  const flags = version >= 2 ? cursor.u8() : 0;
  const width = version >= 3 ? cursor.u8() : version === 2 ? 8 : 4;
  if (version < 3) cursor.skip(version === 2 ? 4 : 8);
  const rank = cursor.u32();
  if (rank < 1 || rank > 32) cursor.fail("a region has a wrong rank", { expected: "1 to 32", found: `${rank}` });
  if ((flags & 1) !== 0) return regularSelection(cursor, width, rank);
  const count = cursor.uint(width);
  if (count > MAX_REGION_RANGES) return undefined;
  const boxes: Box[] = [];
  const corner = () => Array.from({ length: rank }, () => cursor.uint(width));
  for (let at = 0; at < count; at++) boxes.push({ first: corner(), last: corner() });
  return selectionOfBoxes(boxes);
}

/** One row range per block, adjacent ones joined. All blocks must cut the trailing axes alike. */
function selectionOfBoxes(boxes: readonly Box[]): Selection | undefined {
  const model = boxes[0];
  if (model === undefined) return { rows: new Float64Array(0) };
  const rows: number[] = [];
  for (const { first, last } of boxes) {
    for (let axis = 1; axis < first.length; axis++)
      if (first[axis] !== model.first[axis] || last[axis] !== model.last[axis]) return undefined;
    const start = first[0]!;
    const before = rows.length > 0 ? rows[rows.length - 1]! : -1;
    if (start < before || last[0]! < start) return undefined;
    if (start === before) rows[rows.length - 1] = last[0]! + 1;
    else rows.push(start, last[0]! + 1);
  }
  const trailing = model.first.slice(1).map((start, axis) => ({ start, stop: model.last[axis + 1]! + 1 }));
  return { rows: Float64Array.from(rows), ...(trailing.length > 0 && { trailing }) };
}

/** Version 2 and 3: evenly spaced blocks, described per axis. An unlimited count or block stays undecoded. */
function regularSelection(cursor: Cursor, width: number, rank: number): Selection | undefined {
  const number = () => {
    if (!cursor.isAllOnes(width)) return cursor.uint(width);
    cursor.skip(width);
    return Number.POSITIVE_INFINITY;
  };
  const axes = Array.from({ length: rank }, () => ({
    start: number(),
    stride: number(),
    count: number(),
    block: number(),
  }));
  const rows = axes[0]!;
  if (rows.count > MAX_REGION_RANGES || axes.some((axis) => !Number.isFinite(axis.count * axis.block)))
    return undefined;
  const selection = selectionOfBoxes(
    Array.from({ length: rows.count }, (_, at) => ({
      first: [rows.start + at * rows.stride],
      last: [rows.start + at * rows.stride + rows.block - 1],
    })),
  );
  const trailing: { start: number; stop: number; step?: number }[] = [];
  for (const { start, stride, count, block } of axes.slice(1)) {
    if (count === 1) trailing.push({ start, stop: start + block });
    else if (block === stride) trailing.push({ start, stop: start + count * block });
    else if (block === 1) trailing.push({ start, stop: start + (count - 1) * stride + 1, step: stride });
    else return undefined;
  }
  return selection === undefined ? undefined : { rows: selection.rows, ...(trailing.length > 0 && { trailing }) };
}
