import type { CallOptions } from "@lazynwb/core";
import { verifyChecksum } from "./checksum.ts";
import { Cursor } from "./cursor.ts";
import type { FileBytes } from "./file-bytes.ts";

/** A cursor over bytes that were read at `address`, so that its errors name the file and the place. I/O: none. */
export function cursorAt(file: FileBytes, address: number, bytes: Uint8Array, what: string): Cursor {
  return new Cursor(bytes, { address, what, source: file.id, baseAddress: file.baseAddress });
}

/**
 * Reads one structure of a known size.
 *
 * @throws FormatError where it does not lie inside of the file.
 * @remarks I/O: one metadata read, none where a window has it.
 */
export async function readStructure(
  file: FileBytes,
  address: number,
  length: number,
  what: string,
  options?: CallOptions,
): Promise<Cursor> {
  const [bytes] = await file.readMetadata([{ address, length }], options);
  return cursorAt(file, address, bytes!, what);
}

/** As `readStructure`, of a structure whose size is an upper bound: cut where the file is known to end. */
export function readUpTo(
  file: FileBytes,
  address: number,
  length: number,
  what: string,
  options?: CallOptions,
): Promise<Cursor> {
  const left = file.size === undefined ? length : Math.max(1, file.size - address);
  return readStructure(file, address, Math.min(length, left), what, options);
}

/** As `readStructure`, of a structure that ends in a checksum, which is verified and left out. */
export async function readChecked(
  file: FileBytes,
  address: number,
  length: number,
  what: string,
  options?: CallOptions,
): Promise<Cursor> {
  const [bytes] = await file.readMetadata([{ address, length }], options);
  verifyChecksum(bytes!, what, file.baseAddress + address, file.id);
  return cursorAt(file, address, bytes!.subarray(0, -4), what);
}
