import { type CallOptions, UnsupportedError } from "@lazynwb/core";
import { verifyChecksum } from "../checksum.ts";
import { Cursor } from "../cursor.ts";
import { parseStoredSelection, type StoredSelection } from "../datatype/stored-selection.ts";
import type { FileBytes } from "../file-bytes.ts";
import { readHeapObject } from "../global-heap.ts";

/** Elements of a virtual dataset, and those of another dataset that stand in their place, one for one in row-major order. */
export interface VirtualMapping {
  /** "." is the file itself. `%b` stands for the number of a block. */
  readonly file: string;
  readonly dataset: string;
  readonly source: StoredSelection;
  readonly virtual: StoredSelection;
}

/**
 * What a virtual dataset is made of.
 *
 * @throws FormatError where the heap holds no such list, UnsupportedError where it is of a later version.
 * @remarks I/O: one global heap collection.
 */
export async function readMappings(
  file: FileBytes,
  place: { readonly heap: number; readonly index: number },
  options?: CallOptions,
): Promise<readonly VirtualMapping[]> {
  const bytes = await readHeapObject(file, place.heap, place.index, options);
  verifyChecksum(bytes, "list of virtual mappings", file.baseAddress + place.heap, file.id);
  const cursor = new Cursor(bytes.subarray(0, -4), {
    address: place.heap,
    what: "list of virtual mappings",
    source: file.id,
    baseAddress: file.baseAddress,
  });
  const version = cursor.u8();
  if (version !== 0)
    throw new UnsupportedError(`a list of virtual mappings is of version ${version}; only version 0 is known`, {
      source: file.id,
      feature: `virtual dataset, mappings of version ${version}`,
    });
  const count = cursor.uint(file.lengthBytes);
  const mappings: VirtualMapping[] = [];
  // A count that is too large runs into the end of the bytes.
  for (let at = 0; at < count; at++) {
    const name = cursor.terminatedString();
    const dataset = cursor.terminatedString();
    const source = parseStoredSelection(cursor);
    mappings.push({ file: name, dataset, source, virtual: parseStoredSelection(cursor) });
  }
  return mappings;
}
