import type { Reference, Selection } from "@lazynwb/core";
import { Cursor } from "../cursor.ts";
import { parseStoredSelection, type SpacedBlocks, type StoredSelection } from "./stored-selection.ts";

/** Regions of more row ranges than this are left undecoded: the reference then means its object. */
const MAX_REGION_RANGES = 1_000_000;

/**
 * A region reference. `region` is there where the elements can be said as row ranges and one cut of each trailing axis;
 * `elements` says them always.
 */
export interface RegionReference extends Reference {
  readonly elements: StoredSelection;
}

interface Box {
  readonly first: readonly number[];
  /** Inclusive, as stored. */
  readonly last: readonly number[];
}

/**
 * The selection in a region reference.
 *
 * @param bytes - The heap object behind the address of the dataset.
 * @throws FormatError where the bytes end too early or the kind is unknown.
 */
export function parseRegion(bytes: Uint8Array, address: number): StoredSelection {
  return parseStoredSelection(new Cursor(bytes, { address, what: "region reference" }));
}

/**
 * A stored selection as row ranges and one cut of each trailing axis; undefined where it cannot be said so (scattered points,
 * blocks that differ in their columns).
 *
 * @remarks Coordinates: elements.
 */
export function selectionOfStored(stored: StoredSelection): Selection | undefined {
  switch (stored.kind) {
    case "all":
      return { rows: "all" };
    case "none":
      return { rows: new Float64Array(0) };
    case "points": {
      const { rank, coordinates } = stored;
      if (rank !== 1 || coordinates.length > MAX_REGION_RANGES) return undefined;
      return selectionOfBoxes(Array.from(coordinates, (row) => ({ first: [row], last: [row] })));
    }
    case "blocks": {
      const { rank, corners } = stored;
      const count = corners.length / (2 * rank);
      if (count > MAX_REGION_RANGES) return undefined;
      const corner = (at: number) => Array.from(corners.subarray(at * rank, (at + 1) * rank));
      const boxes = Array.from({ length: count }, (_, at) => ({ first: corner(2 * at), last: corner(2 * at + 1) }));
      return selectionOfBoxes(boxes);
    }
    case "regular":
      return regularSelection(stored.axes);
    default:
      return stored satisfies never;
  }
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

/** An unlimited count or block stays undecoded. */
function regularSelection(axes: readonly SpacedBlocks[]): Selection | undefined {
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
