import type { CallOptions } from "@lazynwb/core";
import { readBTreeRecords } from "../b-tree-v2/read-records.ts";
import type { Cursor } from "../cursor.ts";
import { openFractalHeap } from "../fractal-heap/fractal-heap.ts";
import type { Hdf5File } from "../hierarchy/hdf5-file.ts";
import type { DenseStorage } from "../object-header/messages/link.ts";
import { isShared, MESSAGE } from "../object-header/object-header.ts";
import { cursorAt } from "../read-structure.ts";

const HEAP_ID_BYTES = 8;
const RECORD_BYTES = HEAP_ID_BYTES + 9;
const ATTRIBUTE_NAME_RECORDS = 8;

/** Gets an attribute message: each for itself, so that a damaged one spoils no other. */
export type AttributeMessage = () => Promise<Cursor>;

/**
 * The attribute messages of an object that has too many for its header.
 *
 * @remarks I/O: tree and heap heads together, then one round for each level of either.
 */
export async function readDenseAttributes(
  file: Hdf5File,
  place: DenseStorage,
  options?: CallOptions,
): Promise<AttributeMessage[]> {
  const [tree, heap] = await Promise.all([
    readBTreeRecords(file.bytes, place.nameTree, options),
    openFractalHeap(file.bytes, place.heap, options),
  ]);
  const records = cursorAt(file.bytes, place.nameTree, tree.bytes, "records of attribute names");
  if (tree.count > 0 && (tree.type !== ATTRIBUTE_NAME_RECORDS || tree.recordBytes !== RECORD_BYTES))
    records.fail("it is no tree of attribute names", { expected: `${ATTRIBUTE_NAME_RECORDS}`, found: `${tree.type}` });
  return Array.from({ length: tree.count }, (_, at) => async () => {
    const id = tree.bytes.subarray(at * RECORD_BYTES, at * RECORD_BYTES + HEAP_ID_BYTES);
    const flags = tree.bytes[at * RECORD_BYTES + HEAP_ID_BYTES]!;
    if (isShared({ flags })) return file.sharedHeapObject(id, MESSAGE.attribute, records);
    return cursorAt(file.bytes, place.heap, await heap.object(id), "attribute message");
  });
}
