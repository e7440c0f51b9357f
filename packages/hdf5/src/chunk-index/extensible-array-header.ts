import type { Cursor } from "../cursor.ts";
import { type ElementLayout, elementLayout } from "./array-elements.ts";
import type { ChunkLookup } from "./chunk-lookup.ts";

export interface ExtensibleArrayHeader extends ElementLayout {
  /** Elements in the index block itself. */
  readonly inlineElements: number;
  /** Elements of the smallest data block. */
  readonly minBlockElements: number;
  /** Data blocks whose addresses lie in the index block, and the super blocks that these belong to. */
  readonly directBlocks: number;
  readonly directSuperBlocks: number;
  readonly superBlocks: number;
  readonly pageElements: number;
  /** Width of the field that says where a block's elements begin. */
  readonly blockOffsetBytes: number;
  /** null: no chunk was ever written. */
  readonly indexBlock: number | null;
}

/** What follows for one super block from its number. */
export interface SuperBlockShape {
  readonly number: number;
  /** Elements of the array: half-open. */
  readonly first: number;
  readonly stop: number;
  /** Data blocks. */
  readonly blocks: number;
  readonly blockElements: number;
  /** Pages of one data block; 0 where it is not divided. */
  readonly pages: number;
  /** Where its data blocks begin among those that the index block lists; null where it has a block of its own. */
  readonly firstDirectBlock: number | null;
}

export function parseExtensibleArrayHeader(lookup: ChunkLookup, cursor: Cursor): ExtensibleArrayHeader {
  const { offsetBytes, lengthBytes } = lookup.file;
  cursor.signature("EAHD");
  const version = cursor.u8();
  if (version !== 0) cursor.fail("unknown version", { expected: "0", found: `${version}` });
  const client = cursor.u8();
  const layout = elementLayout(lookup, cursor, client, cursor.u8());
  const maxBits = cursor.u8();
  const inlineElements = cursor.u8();
  const minBlockElements = cursor.u8();
  const minPointers = cursor.u8();
  const pageBits = cursor.u8();
  cursor.skip(6 * lengthBytes);
  const indexBlock = cursor.address(offsetBytes);
  const elementBits = powerOfTwo(cursor, minBlockElements, "elements of a data block");
  const pointerBits = powerOfTwo(cursor, minPointers, "data blocks of a super block");
  const superBlocks = 1 + maxBits - elementBits;
  if (maxBits > 64 || pageBits > 30 || superBlocks < 2 * pointerBits)
    cursor.fail("the sizes of the array's blocks contradict each other", {
      found: `at most 2^${maxBits} elements, ${minBlockElements} a block, ${minPointers} blocks, pages of 2^${pageBits}`,
    });
  return {
    ...layout,
    inlineElements,
    minBlockElements,
    directBlocks: 2 * (minPointers - 1),
    directSuperBlocks: 2 * pointerBits,
    superBlocks,
    pageElements: 2 ** pageBits,
    blockOffsetBytes: Math.ceil(maxBits / 8),
    indexBlock,
  };
}

function powerOfTwo(cursor: Cursor, value: number, what: string): number {
  const bits = Math.log2(value);
  if (!Number.isInteger(bits)) cursor.fail(`the number of ${what} is no power of two`, { found: `${value}` });
  return bits;
}

/** All super blocks, in the order of the elements they lead to. */
export function superBlockShapes(header: ExtensibleArrayHeader): SuperBlockShape[] {
  const shapes: SuperBlockShape[] = [];
  let first = header.inlineElements;
  let direct = 0;
  for (let number = 0; number < header.superBlocks; number++) {
    const blocks = 2 ** Math.floor(number / 2);
    const blockElements = header.minBlockElements * 2 ** Math.ceil(number / 2);
    const stop = first + blocks * blockElements;
    const isDirect = number < header.directSuperBlocks;
    const pages = blockElements > header.pageElements ? blockElements / header.pageElements : 0;
    shapes.push({ number, first, stop, blocks, blockElements, pages, firstDirectBlock: isDirect ? direct : null });
    first = stop;
    direct += blocks;
  }
  return shapes;
}
