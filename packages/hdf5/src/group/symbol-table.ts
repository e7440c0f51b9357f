import type { CallOptions } from "@lazynwb/core";
import type { Cursor } from "../cursor.ts";
import type { FileBytes } from "../file-bytes.ts";
import type { StoredLink, SymbolTable } from "../object-header/messages/link.ts";
import { readUpTo } from "../read-structure.ts";
import { readLocalHeap } from "./local-heap.ts";
import { NameBudget } from "./name-budget.ts";

/** How many entries nodes of old groups hold, by half; the superblock tells. */
export interface GroupNodeSizes {
  readonly groupLeafK: number;
  readonly groupInternalK: number;
}

interface Walk {
  readonly file: FileBytes;
  readonly budget: NameBudget;
  readonly sizes: GroupNodeSizes;
  readonly seen: Set<number>;
  readonly options: CallOptions | undefined;
}

/**
 * The links of an old group.
 *
 * @throws FormatError where a node claims more entries than it has room for, a tree leads back to itself, or a name lies
 * outside of the heap.
 * @remarks I/O: tree root and heap together in one round, then one for each level below; less where the over-read has them.
 */
export async function readSymbolTable(
  file: FileBytes,
  place: SymbolTable,
  sizes: GroupNodeSizes,
  options?: CallOptions,
): Promise<StoredLink[]> {
  const walk: Walk = { file, budget: new NameBudget(file, place.tree), sizes, seen: new Set(), options };
  const [names, nodes] = await Promise.all([
    readLocalHeap(file, place.heap, options),
    readTree(walk, place.tree, undefined),
  ]);
  return nodes.flatMap((node) => parseNode(node, names, walk));
}

const NODE_TREE_TYPE = 0;
/** A tree of this depth has more leaves than any file has bytes. */
const MAX_LEVEL = 32;

/** The symbol table nodes below a node of a version 1 B-tree, in key order. */
async function readTree(walk: Walk, address: number, expectedLevel: number | undefined): Promise<Cursor[]> {
  const { file, sizes, seen } = walk;
  const { offsetBytes, lengthBytes } = file;
  const most = 2 * sizes.groupInternalK;
  const length = 8 + 2 * offsetBytes + most * (offsetBytes + lengthBytes) + lengthBytes;
  const node = await readUpTo(file, address, length, "group B-tree node", walk.options);
  node.signature("TREE");
  const type = node.u8();
  if (type !== NODE_TREE_TYPE) node.fail("it is no tree of a group", { expected: "0", found: `${type}` });
  const level = node.u8();
  if (expectedLevel === undefined ? level > MAX_LEVEL : level !== expectedLevel)
    node.fail("it is of the wrong level", {
      expected: `${expectedLevel ?? `at most ${MAX_LEVEL}`}`,
      found: `${level}`,
    });
  if (seen.has(address)) node.fail("the tree leads back to a node that was read already");
  seen.add(address);
  const entries = node.u16();
  if (entries > most) node.fail("more children than it has room for", { expected: `${most}`, found: `${entries}` });
  node.skip(2 * offsetBytes);
  const children: number[] = [];
  for (let at = 0; at < entries; at++) {
    node.skip(lengthBytes);
    children.push(node.definedAddress(offsetBytes));
  }
  if (level === 0) return Promise.all(children.map((child) => readNode(walk, child)));
  const below = await Promise.all(children.map((child) => readTree(walk, child, level - 1)));
  return below.flat();
}

async function readNode({ file, sizes, seen, options }: Walk, address: number): Promise<Cursor> {
  const most = 2 * sizes.groupLeafK;
  const length = 8 + most * (2 * file.offsetBytes + 24);
  const node = await readUpTo(file, address, length, "symbol table node", options);
  node.signature("SNOD");
  if (seen.has(address)) node.fail("the tree leads back to a node that was read already");
  seen.add(address);
  const version = node.u8();
  if (version !== 1) node.fail("unknown version", { expected: "1", found: `${version}` });
  node.skip(1);
  return node;
}

function parseNode(node: Cursor, names: Cursor, walk: Walk): StoredLink[] {
  const entries = node.u16();
  const most = 2 * walk.sizes.groupLeafK;
  if (entries > most) node.fail("more entries than it has room for", { expected: `${most}`, found: `${entries}` });
  return Array.from({ length: entries }, () => parseEntry(node, names, walk));
}

function parseEntry(node: Cursor, names: Cursor, { file, budget }: Walk): StoredLink {
  const { offsetBytes } = file;
  const name = textAt(names, node.uint(offsetBytes));
  budget.spend(name.length);
  const address = node.address(offsetBytes);
  const cacheType = node.u32();
  node.skip(4);
  const scratch = node.sub(16);
  if (cacheType === 2) return { type: "soft", name, target: textAt(names, scratch.u32()) };
  if (address === null) node.fail(`entry ${JSON.stringify(name)} leads to no address`);
  const tree = cacheType === 1 ? scratch.address(offsetBytes) : null;
  const heap = cacheType === 1 ? scratch.address(offsetBytes) : null;
  return { type: "hard", name, address, ...(tree !== null && heap !== null && { symbolTable: { tree, heap } }) };
}

function textAt(names: Cursor, offset: number): string {
  names.seek(offset);
  return names.terminatedString();
}
