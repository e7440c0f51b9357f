import type { Cursor } from "../cursor.ts";

/** Where a shared message is kept. */
export type SharedPlace =
  /** In the header of a committed datatype, or of another object. */
  | { readonly kind: "object"; readonly address: number }
  /** In one of the file's heaps of shared messages. */
  | { readonly kind: "heap"; readonly id: Uint8Array };

const HEAP_ID_BYTES = 8;

/** The pointer that stands in place of a shared message. I/O: none. */
export function parseSharedPlace(cursor: Cursor, offsetBytes: number): SharedPlace {
  const version = cursor.u8();
  if (version < 1 || version > 3) cursor.fail("unknown version", { expected: "1 to 3", found: `${version}` });
  const kind = cursor.u8();
  if (version === 1) cursor.skip(6);
  if (version === 3 && kind === 1) return { kind: "heap", id: cursor.bytes(HEAP_ID_BYTES) };
  return { kind: "object", address: cursor.definedAddress(offsetBytes) };
}
