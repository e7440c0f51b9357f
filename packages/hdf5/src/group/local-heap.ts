import type { CallOptions } from "@lazynwb/core";
import type { Cursor } from "../cursor.ts";
import type { FileBytes } from "../file-bytes.ts";
import { readStructure } from "../read-structure.ts";

/**
 * Reads the names of an old group.
 *
 * @returns A cursor over the data segment: names are NUL-terminated texts at the offsets that entries tell.
 * @remarks I/O: one metadata read, as the data segment normally follows its head; else one round more.
 */
export async function readLocalHeap(file: FileBytes, address: number, options?: CallOptions): Promise<Cursor> {
  const { offsetBytes, lengthBytes } = file;
  const head = await readStructure(file, address, 8 + 2 * lengthBytes + offsetBytes, "local heap", options);
  head.signature("HEAP");
  const version = head.u8();
  if (version !== 0) head.fail("unknown version", { expected: "0", found: `${version}` });
  head.skip(3);
  const length = head.uint(lengthBytes);
  head.skip(lengthBytes);
  const segment = head.definedAddress(offsetBytes);
  return readStructure(file, segment, length, "local heap data segment", options);
}
