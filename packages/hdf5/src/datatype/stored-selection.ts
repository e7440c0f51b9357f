import type { Cursor } from "../cursor.ts";

/** Evenly spaced blocks along one axis. Units: elements; `Infinity` where a count or a block has no end. */
export interface SpacedBlocks {
  readonly start: number;
  readonly stride: number;
  readonly count: number;
  readonly block: number;
}

/** Elements of a dataspace, as region references and virtual datasets name them. */
export type StoredSelection =
  | { readonly kind: "all" }
  | { readonly kind: "none" }
  /** One point after another, in the order in which they were chosen. */
  | { readonly kind: "points"; readonly rank: number; readonly coordinates: Float64Array }
  /** Of each block its first corner, then its last one, inclusive. */
  | { readonly kind: "blocks"; readonly rank: number; readonly corners: Float64Array }
  | { readonly kind: "regular"; readonly axes: readonly SpacedBlocks[] };

const NONE = 0;
const POINTS = 1;
const HYPERSLAB = 2;
const ALL_ELEMENTS = 3;

const MAX_RANK = 32;

/**
 * Parses a selection; the cursor then stands behind it.
 *
 * @throws FormatError where the bytes end too early or the kind is unknown.
 * @remarks Source: HDF5 file format, "Dataspace Selection". I/O: none.
 */
export function parseStoredSelection(cursor: Cursor): StoredSelection {
  const kind = cursor.u32();
  const version = cursor.u32();
  if (kind === ALL_ELEMENTS || kind === NONE) {
    cursor.skip(Math.min(8, cursor.remaining));
    return { kind: kind === NONE ? "none" : "all" };
  }
  if (version < 1 || version > 3)
    cursor.fail("a selection of an unknown version", { expected: "1 to 3", found: `${version}` });
  if (kind === POINTS) return parsePoints(cursor, version);
  if (kind === HYPERSLAB) return parseHyperslab(cursor, version);
  return cursor.fail("there is no such kind of selection", { expected: "0 to 3", found: `${kind}` });
}

function parsePoints(cursor: Cursor, version: number): StoredSelection {
  const width = version >= 2 ? parseWidth(cursor) : 4;
  if (version < 2) cursor.skip(8);
  const rank = parseRank(cursor);
  return { kind: "points", rank, coordinates: parseNumbers(cursor, cursor.uint(width) * rank, width) };
}

function parseHyperslab(cursor: Cursor, version: number): StoredSelection {
  const flags = version >= 2 ? cursor.u8() : 0;
  const width = version >= 3 ? parseWidth(cursor) : version === 2 ? 8 : 4;
  if (version < 3) cursor.skip(version === 2 ? 4 : 8);
  const rank = parseRank(cursor);
  if ((flags & 1) === 0)
    return { kind: "blocks", rank, corners: parseNumbers(cursor, cursor.uint(width) * 2 * rank, width) };
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
  return { kind: "regular", axes };
}

function parseWidth(cursor: Cursor): number {
  const width = cursor.u8();
  if (width !== 2 && width !== 4 && width !== 8)
    cursor.fail("numbers of an impossible width", { expected: "2, 4 or 8 bytes", found: `${width}` });
  return width;
}

function parseRank(cursor: Cursor): number {
  const rank = cursor.u32();
  if (rank < 1 || rank > MAX_RANK)
    cursor.fail("a selection has a wrong rank", { expected: `1 to ${MAX_RANK}`, found: `${rank}` });
  return rank;
}

function parseNumbers(cursor: Cursor, count: number, width: number): Float64Array {
  if (count * width > cursor.remaining)
    cursor.fail("a selection has more coordinates than bytes", {
      expected: `at most ${Math.floor(cursor.remaining / width)}`,
      found: `${count}`,
    });
  return Float64Array.from({ length: count }, () => cursor.uint(width));
}
