import type { ChunkTable } from "../dataset.ts";
import { cursorAt } from "../read-structure.ts";
import type { Steps } from "../steps.ts";
import { type ChunkLookup, ChunkTableBuilder, readChunkAddress, readUint } from "./chunk-lookup.ts";
import { NodeKind } from "./node-cache.ts";

/** Children of a node: twice the indexed storage K of the superblock, which is 32 unless a writer chose otherwise. */
const USUAL_CHILDREN = 64;

const WHAT = "chunk B-tree node";

interface TreeNode {
  readonly level: number;
  /** Chunk number of each key; in a leaf -1 where the chunk lies outside of the shape. */
  readonly numbers: Float64Array;
  /** -1: undefined. */
  readonly children: Float64Array;
  readonly storedBytes: Float64Array;
  readonly filterMasks: Uint32Array;
}

const treeNodes = new NodeKind<TreeNode>("btree1");

/**
 * A version 1 B-tree over chunks: goes down level by level, into those nodes only whose keys span wanted chunks.
 *
 * @throws FormatError where levels do not decrease, keys are out of order or a node leaves the file.
 * @remarks I/O: one batch a level; a second one only for nodes larger than the usual.
 */
export function* readBTree1(lookup: ChunkLookup, root: number): Steps<ChunkTable> {
  const table = new ChunkTableBuilder();
  let addresses: readonly number[] = [root];
  let level: number | null = null;
  while (addresses.length > 0) {
    const nodes = yield* readNodes(lookup, addresses);
    const below = new Set<number>();
    for (let at = 0; at < nodes.length; at++) {
      const node = nodes[at]!;
      if (level === null) level = node.level;
      else if (node.level !== level) failLevel(lookup, addresses[at]!, level, node.level);
      if (node.level === 0) addChunks(lookup, node, table);
      else addWantedChildren(lookup, node, below);
    }
    addresses = [...below];
    level = level! - 1;
  }
  return table.finish();
}

function addChunks(lookup: ChunkLookup, node: TreeNode, table: ChunkTableBuilder): void {
  for (let at = 0; at < node.children.length; at++) {
    const number = node.numbers[at]!;
    if (node.children[at]! >= 0 && number >= 0 && lookup.wanted.has(number))
      table.add(number, node.children[at]!, node.storedBytes[at]!, node.filterMasks[at]!);
  }
}

function addWantedChildren(lookup: ChunkLookup, node: TreeNode, below: Set<number>): void {
  const count = node.children.length;
  for (let at = 0; at < count; at++) {
    const stop = at + 1 < count ? node.numbers[at + 1]! : Number.POSITIVE_INFINITY;
    if (lookup.wanted.next(node.numbers[at]!) < stop && node.children[at]! >= 0) below.add(node.children[at]!);
  }
}

function failLevel(lookup: ChunkLookup, address: number, expected: number, found: number): never {
  const cursor = cursorAt(lookup.file, address, new Uint8Array(0), `${lookup.path}: ${WHAT}`);
  return cursor.fail("the level of a node does not follow from its parent's", {
    expected: `${expected}`,
    found: `${found}`,
  });
}

function* readNodes(lookup: ChunkLookup, addresses: readonly number[]): Steps<TreeNode[]> {
  const nodes = addresses.map((address) => treeNodes.get(lookup, address));
  const missing = addresses.filter((_, at) => nodes[at] === undefined);
  if (missing.length === 0) return nodes as TreeNode[];
  const { headBytes, entryBytes, keyBytes } = nodeSizes(lookup);
  const end = lookup.file.size ?? 0;
  const bytes = yield missing.map((address) => {
    const usual = headBytes + USUAL_CHILDREN * entryBytes + keyBytes;
    return { address, length: Math.max(headBytes, Math.min(usual, end - address)) };
  });
  const counts = missing.map((address, at) => {
    const cursor = cursorAt(lookup.file, address, bytes[at]!, `${lookup.path}: ${WHAT}`);
    cursor.signature("TREE");
    const type = cursor.u8();
    if (type !== 1) cursor.fail("the node is none of a chunk index", { expected: "type 1", found: `${type}` });
    cursor.skip(1);
    return cursor.u16();
  });
  const short = missing.flatMap((address, at) => {
    const length = headBytes + counts[at]! * entryBytes + (counts[at]! > 0 ? keyBytes : 0);
    return length <= bytes[at]!.length ? [] : [{ at, range: { address, length } }];
  });
  const whole = [...bytes];
  if (short.length > 0) {
    const longer = yield short.map(({ range }) => range);
    short.forEach(({ at }, position) => {
      whole[at] = longer[position]!;
    });
  }
  const parsed = new Map(missing.map((address, at) => [address, parseNode(lookup, address, whole[at]!, counts[at]!)]));
  return addresses.map((address, at) => nodes[at] ?? parsed.get(address)!);
}

function nodeSizes({ file, shape }: ChunkLookup): { headBytes: number; entryBytes: number; keyBytes: number } {
  const keyBytes = 8 + 8 * (shape.length + 1);
  return { headBytes: 8 + 2 * file.offsetBytes, entryBytes: keyBytes + file.offsetBytes, keyBytes };
}

/** @param count - Children, whose keys and addresses lie in `bytes`. */
function parseNode(lookup: ChunkLookup, address: number, bytes: Uint8Array, count: number): TreeNode {
  const { file, chunkShape, wanted } = lookup;
  const { headBytes, entryBytes, keyBytes } = nodeSizes(lookup);
  const cursor = cursorAt(file, address, bytes, `${lookup.path}: ${WHAT}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const level = bytes[5]!;
  const numbers = new Float64Array(count + (count > 0 ? 1 : 0));
  const children = new Float64Array(count);
  const storedBytes = new Float64Array(count);
  const filterMasks = new Uint32Array(count);
  const position = chunkShape.map(() => 0);
  for (let at = 0; at < numbers.length; at++) {
    const key = headBytes + at * entryBytes;
    for (let axis = 0; axis < position.length; axis++) {
      position[axis] = readUint(bytes, key + 8 + 8 * axis, 8) / chunkShape[axis]!;
      if (at < count && !Number.isInteger(position[axis])) {
        cursor.seek(key);
        cursor.fail("a chunk does not begin where chunks can begin", {
          expected: `multiples of ${chunkShape.join(", ")}`,
        });
      }
    }
    numbers[at] = level === 0 && at < count && !wanted.holds(position) ? -1 : wanted.numberOf(position);
    if (level > 0 && at > 0 && numbers[at]! < numbers[at - 1]!) cursor.fail("the keys are out of order");
    if (at === count) break;
    storedBytes[at] = view.getUint32(key, true);
    filterMasks[at] = view.getUint32(key + 4, true);
    children[at] = readChunkAddress(bytes, key + keyBytes, file.offsetBytes);
    if (Number.isNaN(children[at])) cursor.fail("a child lies above 2^53");
  }
  const node = { level, numbers, children, storedBytes, filterMasks };
  return treeNodes.set(lookup, address, node, 28 * count);
}
