import type { CallOptions } from "@lazynwb/core";
import { readBTreeRecords } from "../b-tree-v2/read-records.ts";
import type { FileBytes } from "../file-bytes.ts";
import { openFractalHeap } from "../fractal-heap/fractal-heap.ts";
import { type DenseStorage, parseLink, type StoredLink } from "../object-header/messages/link.ts";
import { cursorAt } from "../read-structure.ts";
import { NameBudget } from "./name-budget.ts";

const HASH_BYTES = 4;
const LINK_NAME_RECORDS = 5;

/**
 * The links of a new group that has too many for its header: a tree of name hashes leads to them in a fractal heap.
 *
 * @remarks I/O: tree and heap heads together, then one round for each level of either.
 */
export async function readDenseLinks(
  file: FileBytes,
  place: DenseStorage,
  options?: CallOptions,
): Promise<StoredLink[]> {
  const [tree, heap] = await Promise.all([
    readBTreeRecords(file, place.nameTree, options),
    openFractalHeap(file, place.heap, options),
  ]);
  const records = cursorAt(file, place.nameTree, tree.bytes, "records of link names");
  if (tree.count > 0 && (tree.type !== LINK_NAME_RECORDS || tree.recordBytes <= HASH_BYTES))
    records.fail("it is no tree of link names", { expected: `${LINK_NAME_RECORDS}`, found: `${tree.type}` });
  const ids: Uint8Array[] = [];
  for (let at = 0; at < tree.count; at++) {
    records.skip(HASH_BYTES);
    ids.push(records.bytes(tree.recordBytes - HASH_BYTES));
  }
  const messages = await Promise.all(ids.map((id) => heap.object(id)));
  const budget = new NameBudget(file, place.nameTree);
  return messages.map((bytes) => {
    budget.spend(bytes.length);
    return parseLink(cursorAt(file, place.heap, bytes, "link message"), file.offsetBytes);
  });
}
