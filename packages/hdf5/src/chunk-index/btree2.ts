import { nodeWidths } from "../b-tree-v2/node-widths.ts";
import { verifyChecksum } from "../checksum.ts";
import type { Cursor } from "../cursor.ts";
import type { ChunkTable } from "../dataset.ts";
import { cursorAt } from "../read-structure.ts";
import type { Steps } from "../steps.ts";
import { type ChunkLookup, ChunkTableBuilder, readChunkAddress, readUint } from "./chunk-lookup.ts";
import { NodeKind } from "./node-cache.ts";

/** Records of chunks that were not and that were filtered. */
const UNFILTERED = 10;
const FILTERED = 11;

/** Nodes of 512 bytes, at this depth, hold more chunks than a file has bytes. */
const MAX_DEPTH = 32;

interface TreeHeader {
  readonly recordBytes: number;
  readonly depth: number;
  readonly countBytes: number;
  readonly levels: readonly { readonly maxRecords: number; readonly totalBytes: number }[];
  readonly root: NodePointer | null;
}

interface NodePointer {
  readonly address: number;
  readonly records: number;
}

interface TreeNode {
  /** Chunk number of each record, and -1 in `listed` where the chunk lies outside of the shape. */
  readonly numbers: Float64Array;
  readonly listed: Float64Array;
  /** -1: undefined. */
  readonly addresses: Float64Array;
  readonly storedBytes: Float64Array;
  readonly filterMasks: Uint32Array;
  /** Before, between and behind the records; none in a leaf. */
  readonly children: readonly NodePointer[];
}

const headers = new NodeKind<TreeHeader>("btree2 header");
const treeNodes = new NodeKind<TreeNode>("btree2 node");

/**
 * A version 2 B-tree over chunks, for datasets with several unlimited axes. Records lie in the inner nodes too.
 *
 * @throws FormatError where a checksum, a count or the depth is wrong.
 * @remarks I/O: the header, then one batch a level, of those nodes only whose records may surround wanted chunks.
 */
export function* readBTree2(lookup: ChunkLookup, address: number): Steps<ChunkTable> {
  const table = new ChunkTableBuilder();
  const header = headers.get(lookup, address) ?? (yield* readHeader(lookup, address));
  let pointers: readonly NodePointer[] = header.root === null ? [] : [header.root];
  for (let depth = header.depth; depth >= 0 && pointers.length > 0; depth--) {
    const nodes = yield* readNodes(lookup, header, depth, pointers);
    const below = new Map<number, NodePointer>();
    for (const node of nodes) {
      node.listed.forEach((number, at) => {
        if (number >= 0 && node.addresses[at]! >= 0 && lookup.wanted.has(number))
          table.add(number, node.addresses[at]!, node.storedBytes[at]!, node.filterMasks[at]!);
      });
      node.children.forEach((child, at) => {
        const start = at === 0 ? 0 : node.numbers[at - 1]!;
        const stop = node.numbers[at] ?? Number.POSITIVE_INFINITY;
        if (lookup.wanted.next(start) <= stop) below.set(child.address, child);
      });
    }
    pointers = [...below.values()];
  }
  return table.finish();
}

function* readHeader(lookup: ChunkLookup, address: number): Steps<TreeHeader> {
  const { offsetBytes, lengthBytes, id } = lookup.file;
  const what = `${lookup.path}: chunk B-tree header`;
  const [bytes] = yield [{ address, length: 22 + offsetBytes + lengthBytes }];
  verifyChecksum(bytes!, what, address, id);
  const cursor: Cursor = cursorAt(lookup.file, address, bytes!, what);
  cursor.signature("BTHD");
  const version = cursor.u8();
  const type = cursor.u8();
  const expected = lookup.filtered ? FILTERED : UNFILTERED;
  if (version !== 0 || type !== expected)
    cursor.fail("the tree is of another kind than its dataset", {
      expected: `version 0, type ${expected}`,
      found: `version ${version}, type ${type}`,
    });
  const nodeBytes = cursor.u32();
  const recordBytes = cursor.u16();
  const depth = cursor.u16();
  cursor.skip(2);
  const root = cursor.address(offsetBytes);
  const records = cursor.u16();
  checkRecordBytes(lookup, cursor, recordBytes);
  const widths = depth > MAX_DEPTH ? null : nodeWidths(nodeBytes, recordBytes, depth, offsetBytes);
  if (widths === null)
    cursor.fail("the sizes of the tree are impossible", {
      found: `depth ${depth}, nodes of ${nodeBytes}, records of ${recordBytes} bytes`,
    });
  const pointer = root === null || records === 0 ? null : { address: root, records };
  return headers.set(lookup, address, { recordBytes, depth, ...widths, root: pointer }, 0);
}

function checkRecordBytes({ file, shape, filtered }: ChunkLookup, cursor: Cursor, recordBytes: number): void {
  const least = file.offsetBytes + 8 * shape.length + (filtered ? 5 : 0);
  const most = filtered ? least + 7 : least;
  if (recordBytes < least || recordBytes > most)
    cursor.fail("the records have a wrong size", { expected: `${least} to ${most}`, found: `${recordBytes}` });
}

function* readNodes(
  lookup: ChunkLookup,
  header: TreeHeader,
  depth: number,
  pointers: readonly NodePointer[],
): Steps<TreeNode[]> {
  const what = `${lookup.path}: chunk B-tree ${depth === 0 ? "leaf" : "inner"} node`;
  const { maxRecords, totalBytes } = header.levels[depth]!;
  const pointerBytes = lookup.file.offsetBytes + header.countBytes + totalBytes;
  const known = pointers.map(({ address }) => treeNodes.get(lookup, address));
  const missing = [...pointers.keys()].filter((at) => known[at] === undefined);
  if (missing.length === 0) return known as TreeNode[];
  const bytes = yield missing.map((at) => {
    const { address, records } = pointers[at]!;
    if (records > maxRecords)
      cursorAt(lookup.file, address, new Uint8Array(0), what).fail("the number of records is impossible", {
        expected: `at most ${maxRecords}`,
        found: `${records}`,
      });
    const children = depth === 0 ? 0 : (records + 1) * pointerBytes;
    return { address, length: 10 + records * header.recordBytes + children };
  });
  missing.forEach((at, position) => {
    const pointer = pointers[at]!;
    verifyChecksum(bytes[position]!, what, pointer.address, lookup.file.id);
    const cursor = cursorAt(lookup.file, pointer.address, bytes[position]!, what);
    const node = parseNode(lookup, header, depth, cursor, pointer.records);
    known[at] = treeNodes.set(lookup, pointer.address, node, bytes[position]!.length * 2);
  });
  return known as TreeNode[];
}

function parseNode(lookup: ChunkLookup, header: TreeHeader, depth: number, cursor: Cursor, count: number): TreeNode {
  const { offsetBytes } = lookup.file;
  const { recordBytes } = header;
  cursor.signature(depth === 0 ? "BTLF" : "BTIN");
  cursor.skip(2);
  const records = cursor.bytes(count * recordBytes);
  const rank = lookup.shape.length;
  const sizeBytes = lookup.filtered ? recordBytes - offsetBytes - 4 - 8 * rank : 0;
  const node = {
    numbers: new Float64Array(count),
    listed: new Float64Array(count),
    addresses: new Float64Array(count),
    storedBytes: new Float64Array(count).fill(lookup.chunkBytes),
    filterMasks: new Uint32Array(count),
    children: [] as NodePointer[],
  };
  const position = lookup.chunkShape.map(() => 0);
  for (let at = 0, start = 0; at < count; at++, start += recordBytes) {
    node.addresses[at] = readChunkAddress(records, start, offsetBytes);
    if (lookup.filtered) {
      node.storedBytes[at] = readUint(records, start + offsetBytes, sizeBytes);
      node.filterMasks[at] = readUint(records, start + offsetBytes + sizeBytes, 4);
    }
    const scaled = start + recordBytes - 8 * rank;
    for (let axis = 0; axis < rank; axis++) position[axis] = readUint(records, scaled + 8 * axis, 8);
    if (position.some(Number.isNaN) || Number.isNaN(node.addresses[at])) cursor.fail("a chunk lies above 2^53");
    node.numbers[at] = lookup.wanted.numberOf(position);
    node.listed[at] = lookup.wanted.holds(position) ? node.numbers[at]! : -1;
  }
  if (depth === 0) return node;
  const { totalBytes } = header.levels[depth]!;
  for (let at = 0; at <= count; at++) {
    const address = cursor.address(offsetBytes);
    const below = cursor.uint(header.countBytes);
    cursor.skip(totalBytes);
    if (address === null) cursor.fail("a child has no address");
    node.children.push({ address, records: below });
  }
  return node;
}
