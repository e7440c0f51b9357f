import type { Cursor } from "../../cursor.ts";

/**
 * A fill value message (0x05).
 *
 * @returns One element as stored; null where none is defined, which reads as zeros.
 */
export function parseFillValue(cursor: Cursor): Uint8Array | null {
  const version = cursor.u8();
  if (version < 1 || version > 3) cursor.fail("unknown version", { expected: "1 to 3", found: `${version}` });
  if (version === 3) {
    const flags = cursor.u8();
    return (flags & 0x20) !== 0 ? sized(cursor) : null;
  }
  cursor.skip(2);
  const defined = cursor.u8();
  return version === 1 || defined !== 0 ? sized(cursor) : null;
}

/** A fill value message of the first kind (0x04). */
export function parseOldFillValue(cursor: Cursor): Uint8Array | null {
  return sized(cursor);
}

function sized(cursor: Cursor): Uint8Array | null {
  const length = cursor.u32();
  return length === 0 || length === 0xffffffff ? null : cursor.bytes(length);
}
