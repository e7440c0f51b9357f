import type { CallOptions } from "@lazynwb/core";
import type { Cursor } from "../cursor.ts";
import type { FileBytes } from "../file-bytes.ts";
import { readChecked } from "../read-structure.ts";

/** One store of shared messages: which message types it holds, bit t for type t, and in which fractal heap. */
export interface SharedMessageIndex {
  readonly types: number;
  readonly heap: number | null;
}

/** Where the table lies, as the superblock extension tells (0x0F). */
export interface SharedMessageTablePlace {
  readonly address: number;
  readonly indexes: number;
}

/** A shared message table message (0x0F). null: the file has none. */
export function parseSharedMessageTable(cursor: Cursor, offsetBytes: number): SharedMessageTablePlace | null {
  const version = cursor.u8();
  if (version !== 0) cursor.fail("unknown version", { expected: "0", found: `${version}` });
  const address = cursor.address(offsetBytes);
  return address === null ? null : { address, indexes: cursor.u8() };
}

/** Reads the table. I/O: one metadata read. */
export async function readSharedMessageTable(
  file: FileBytes,
  { address, indexes }: SharedMessageTablePlace,
  options?: CallOptions,
): Promise<readonly SharedMessageIndex[]> {
  const { offsetBytes } = file;
  const length = 8 + indexes * (14 + 2 * offsetBytes);
  const cursor = await readChecked(file, address, length, "shared message table", options);
  cursor.signature("SMTB");
  const found: SharedMessageIndex[] = [];
  for (let at = 0; at < indexes; at++) {
    cursor.skip(2);
    const types = cursor.u16();
    cursor.skip(10 + offsetBytes);
    found.push({ types, heap: cursor.address(offsetBytes) });
  }
  return found;
}
