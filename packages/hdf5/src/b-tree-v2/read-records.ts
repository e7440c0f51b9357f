import { type CallOptions, FormatError, LimitError } from "@lazynwb/core";
import type { Cursor } from "../cursor.ts";
import type { FileBytes } from "../file-bytes.ts";
import { readChecked } from "../read-structure.ts";
import { type NodeWidths, nodeWidths } from "./node-widths.ts";

/** All records of a version 2 B-tree, in key order. */
export interface BTreeRecords {
  /** What the records are: 5 names of links, 8 names of attributes, 10 chunks ... */
  readonly type: number;
  readonly recordBytes: number;
  readonly count: number;
  /** `count` records back to back. */
  readonly bytes: Uint8Array;
}

/** Bytes of records that one tree may hold. 64 MiB are three million links. */
const MAX_RECORDS_BYTES = 64 * 1024 * 1024;
/** A node of 512 bytes gives a tree of this depth more records than any file has bytes. */
const MAX_DEPTH = 32;

interface Tree {
  readonly file: FileBytes;
  readonly type: number;
  readonly nodeBytes: number;
  readonly recordBytes: number;
  readonly countBytes: number;
  readonly levels: readonly NodeWidths[];
  readonly seen: Set<number>;
  /** Records that may still come: what the header promised, less what was read. */
  left: number;
}

/**
 * Reads a whole version 2 B-tree.
 *
 * @param address - Of its header.
 * @throws FormatError where a checksum, a count or the depth is wrong.
 * @remarks I/O: one round for the header and one for each level. Copies: one.
 */
export async function readBTreeRecords(file: FileBytes, address: number, options?: CallOptions): Promise<BTreeRecords> {
  const { offsetBytes, lengthBytes } = file;
  const header: Cursor = await readChecked(file, address, 22 + offsetBytes + lengthBytes, "B-tree v2 header", options);
  header.signature("BTHD");
  const version = header.u8();
  if (version !== 0) header.fail("unknown version", { expected: "0", found: `${version}` });
  const type = header.u8();
  const nodeBytes = header.u32();
  const recordBytes = header.u16();
  const depth = header.u16();
  header.skip(2);
  const root = header.address(offsetBytes);
  const rootRecords = header.u16();
  const count = header.uint(lengthBytes);
  if (count === 0) return { type, recordBytes, count, bytes: new Uint8Array(0) };
  if (root === null) header.fail("a tree with records has no root node");
  if (depth > MAX_DEPTH) header.fail("the tree is too deep", { expected: `at most ${MAX_DEPTH}`, found: `${depth}` });
  const widths = nodeWidths(nodeBytes, recordBytes, depth, offsetBytes);
  if (widths === null)
    header.fail("a node has no room for a record", { found: `nodes of ${nodeBytes}, records of ${recordBytes} bytes` });
  if (count * recordBytes > MAX_RECORDS_BYTES)
    throw new LimitError(`B-tree v2 header at ${address}: ${count} records of ${recordBytes} bytes are too many`, {
      source: file.id,
      limit: "bytes of B-tree records",
      wanted: count * recordBytes,
      allowed: MAX_RECORDS_BYTES,
    });
  const tree: Tree = { file, type, nodeBytes, recordBytes, ...widths, seen: new Set(), left: count };
  const parts = await readNode(tree, root, rootRecords, depth, options);
  if (tree.left !== 0)
    header.fail("the tree does not hold the records it promises", {
      expected: `${count}`,
      found: `${count - tree.left}`,
    });
  return { type, recordBytes, count, bytes: concatenated(parts, count * recordBytes) };
}

/** The records of a node and all below it, in key order. Its children are asked for together. */
async function readNode(
  tree: Tree,
  address: number,
  records: number,
  depth: number,
  options: CallOptions | undefined,
): Promise<Uint8Array[]> {
  const { file, recordBytes, countBytes } = tree;
  const level = tree.levels[depth]!;
  const what = depth === 0 ? "B-tree v2 leaf node" : "B-tree v2 internal node";
  const pointerBytes = file.offsetBytes + countBytes + level.totalBytes;
  if (records < 1 || records > level.maxRecords)
    throw new FormatError(`${what} at ${address}: the number of records is impossible`, {
      source: file.id,
      offset: file.baseAddress + address,
      expected: `1 to ${level.maxRecords}`,
      found: `${records}`,
    });
  const length = 10 + records * recordBytes + (depth === 0 ? 0 : (records + 1) * pointerBytes);
  const node = await readChecked(file, address, length, what, options);
  node.signature(depth === 0 ? "BTLF" : "BTIN");
  const version = node.u8();
  const type = node.u8();
  if (version !== 0 || type !== tree.type)
    node.fail("it is of another version or type", { expected: `0, ${tree.type}`, found: `${version}, ${type}` });
  if (tree.seen.has(address)) node.fail("the tree leads back to a node that was read already");
  tree.seen.add(address);
  tree.left -= records;
  if (tree.left < 0) node.fail("there are more records than the header promises");
  const own = node.bytes(records * recordBytes);
  if (depth === 0) return [own];
  const children: Promise<Uint8Array[]>[] = [];
  for (let at = 0; at <= records; at++) {
    const child = node.definedAddress(file.offsetBytes);
    const childRecords = node.uint(countBytes);
    node.skip(level.totalBytes);
    children.push(readNode(tree, child, childRecords, depth - 1, options));
  }
  const below = await Promise.all(children);
  return below.flatMap((part, at) =>
    at < records ? [...part, own.subarray(at * recordBytes, (at + 1) * recordBytes)] : part,
  );
}

function concatenated(parts: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
