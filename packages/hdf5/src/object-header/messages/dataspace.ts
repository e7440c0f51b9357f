import type { Cursor } from "../../cursor.ts";

/** The extent of a dataset or an attribute. */
export interface Dataspace {
  /** null: no elements at all. []: a scalar. */
  readonly shape: readonly number[] | null;
  /** `Infinity` where an axis may grow without limit. */
  readonly maxShape: readonly number[] | null;
}

const MAX_RANK = 32;

/** A dataspace message (0x01). I/O: none. */
export function parseDataspace(cursor: Cursor, lengthBytes: number): Dataspace {
  const version = cursor.u8();
  if (version !== 1 && version !== 2) cursor.fail("unknown version", { expected: "1 or 2", found: `${version}` });
  const rank = cursor.u8();
  if (rank > MAX_RANK) cursor.fail("too many axes", { expected: `at most ${MAX_RANK}`, found: `${rank}` });
  const flags = cursor.u8();
  const kind = cursor.u8();
  if (version === 1) cursor.skip(4);
  if (version === 2 && kind > 2) cursor.fail("unknown kind", { expected: "0 to 2", found: `${kind}` });
  if (version === 2 && kind === 2) return { shape: null, maxShape: null };
  const shape: number[] = [];
  for (let axis = 0; axis < rank; axis++) shape.push(cursor.uint(lengthBytes));
  const maxShape: number[] = [];
  if ((flags & 1) !== 0)
    for (let axis = 0; axis < rank; axis++) maxShape.push(cursor.address(lengthBytes) ?? Number.POSITIVE_INFINITY);
  return { shape, maxShape: (flags & 1) !== 0 ? maxShape : shape };
}
