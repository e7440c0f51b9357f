import { verifyChecksum } from "../checksum.ts";
import type { Cursor } from "../cursor.ts";
import type { ChunkTable } from "../dataset.ts";
import { cursorAt } from "../read-structure.ts";
import type { Steps } from "../steps.ts";
import { type ArrayElements, ArrayOrder, BYTES_PER_PARSED_ELEMENT, parseElements } from "./array-elements.ts";
import { type ChunkLookup, ChunkTableBuilder } from "./chunk-lookup.ts";
import {
  type ExtensibleArrayHeader,
  parseExtensibleArrayHeader,
  type SuperBlockShape,
  superBlockShapes,
} from "./extensible-array-header.ts";
import { isSet, type Piece, readElementPages } from "./fixed-array.ts";
import { NodeKind } from "./node-cache.ts";

interface IndexBlock {
  readonly inline: ArrayElements;
  /** null: never written. */
  readonly dataBlocks: readonly (number | null)[];
  readonly superBlocks: readonly (number | null)[];
}

interface SuperBlock {
  readonly dataBlocks: readonly (number | null)[];
  /** One bit for each page of each data block; empty where those have no pages. */
  readonly pageBits: Uint8Array;
}

const headers = new NodeKind<ExtensibleArrayHeader>("extensible array header");
const indexBlocks = new NodeKind<IndexBlock>("extensible array index block");
const superBlocks = new NodeKind<SuperBlock>("extensible array super block");
const dataBlocks = new NodeKind<ArrayElements>("extensible array data block");
const pages = new NodeKind<ArrayElements>("extensible array page");

/**
 * An extensible array: for datasets with one unlimited axis. The first elements lie in the index block, later ones in data
 * blocks of growing size, which super blocks list.
 *
 * @remarks I/O: header, index block, all super blocks, all data blocks and pages that hold wanted chunks: four rounds at most,
 * fewer where over-reading brought the next structure along.
 */
export function* readExtensibleArray(lookup: ChunkLookup, address: number): Steps<ChunkTable> {
  const table = new ChunkTableBuilder();
  const header = headers.get(lookup, address) ?? (yield* readHeader(lookup, address));
  if (header.indexBlock === null) return table.finish();
  const order = new ArrayOrder(lookup, true);
  const index =
    indexBlocks.get(lookup, header.indexBlock) ?? (yield* readIndexBlock(lookup, header, address, header.indexBlock));
  order.addWanted(index.inline, 0, table);
  const { wanted } = order;
  const shapes = superBlockShapes(header).filter((shape) => wanted.next(shape.first) < shape.stop);
  const listed = yield* readSuperBlocks(lookup, header, index, shapes);
  const whole: Piece[] = [];
  const paged: Piece[] = [];
  shapes.forEach((shape, at) => {
    const list = listed[at];
    if (list !== undefined) addPieces(lookup, header, order, shape, list, shape.pages > 0 ? paged : whole);
  });
  const prefixBytes = 6 + lookup.file.offsetBytes + header.blockOffsetBytes;
  const found = yield* readPieces(lookup, header, whole, prefixBytes, paged);
  [...whole, ...paged].forEach(({ first }, at) => {
    order.addWanted(found[at]!, first, table);
  });
  return table.finish();
}

function* readHeader(lookup: ChunkLookup, address: number): Steps<ExtensibleArrayHeader> {
  const { offsetBytes, lengthBytes } = lookup.file;
  const what = `${lookup.path}: extensible array header`;
  const [bytes] = yield [{ address, length: 12 + 6 * lengthBytes + offsetBytes + 4 }];
  verifyChecksum(bytes!, what, address, lookup.file.id);
  const header = parseExtensibleArrayHeader(lookup, cursorAt(lookup.file, address, bytes!, what));
  return headers.set(lookup, address, header, 0);
}

/** The head that index, super and data blocks share. */
function blockCursor(lookup: ChunkLookup, bytes: Uint8Array, place: number, signature: string, what: string): Cursor {
  verifyChecksum(bytes, what, place, lookup.file.id);
  const cursor = cursorAt(lookup.file, place, bytes, what);
  cursor.signature(signature);
  cursor.skip(2 + lookup.file.offsetBytes);
  return cursor;
}

function* readIndexBlock(
  lookup: ChunkLookup,
  header: ExtensibleArrayHeader,
  headerAddress: number,
  place: number,
): Steps<IndexBlock> {
  const { offsetBytes } = lookup.file;
  const what = `${lookup.path}: extensible array index block`;
  const addresses = header.directBlocks + header.superBlocks - header.directSuperBlocks;
  const length = 6 + offsetBytes + header.inlineElements * header.elementBytes + addresses * offsetBytes + 4;
  const [bytes] = yield [{ address: place, length }];
  const cursor = blockCursor(lookup, bytes!, place, "EAIB", what);
  cursor.seek(6);
  const owner = cursor.address(offsetBytes);
  if (owner !== headerAddress)
    cursor.fail("the block belongs to another array", { expected: `${headerAddress}`, found: `${owner}` });
  const inline = parseElements(lookup, cursor, header.inlineElements, header);
  const list = (count: number) => Array.from({ length: count }, () => cursor.address(offsetBytes));
  const block = {
    inline,
    dataBlocks: list(header.directBlocks),
    superBlocks: list(header.superBlocks - header.directSuperBlocks),
  };
  return indexBlocks.set(lookup, place, block, length * 2);
}

/** The data blocks of each super block: from the index block where it lists them itself, else from the file in one batch. */
function* readSuperBlocks(
  lookup: ChunkLookup,
  header: ExtensibleArrayHeader,
  index: IndexBlock,
  shapes: readonly SuperBlockShape[],
): Steps<(SuperBlock | undefined)[]> {
  const { offsetBytes } = lookup.file;
  const what = `${lookup.path}: extensible array super block`;
  const prefixBytes = 6 + offsetBytes + header.blockOffsetBytes;
  const bitmapBytes = ({ blocks, pages }: SuperBlockShape) => blocks * Math.ceil(pages / 8);
  const found = new Map<SuperBlockShape, SuperBlock>();
  const missing: { shape: SuperBlockShape; place: number; length: number }[] = [];
  for (const shape of shapes) {
    if (shape.firstDirectBlock !== null) {
      const list = index.dataBlocks.slice(shape.firstDirectBlock, shape.firstDirectBlock + shape.blocks);
      found.set(shape, { dataBlocks: list, pageBits: new Uint8Array(0) });
      continue;
    }
    const place = index.superBlocks[shape.number - header.directSuperBlocks] ?? null;
    if (place === null) continue;
    const known = superBlocks.get(lookup, place);
    if (known !== undefined) found.set(shape, known);
    else missing.push({ shape, place, length: prefixBytes + bitmapBytes(shape) + shape.blocks * offsetBytes + 4 });
  }
  if (missing.length > 0) {
    const bytes = yield missing.map(({ place, length }) => ({ address: place, length }));
    missing.forEach(({ shape, place, length }, at) => {
      const cursor = blockCursor(lookup, bytes[at]!, place, "EASB", what);
      cursor.skip(header.blockOffsetBytes);
      const pageBits = new Uint8Array(cursor.bytes(bitmapBytes(shape)));
      const list = Array.from({ length: shape.blocks }, () => cursor.address(offsetBytes));
      found.set(shape, superBlocks.set(lookup, place, { dataBlocks: list, pageBits }, length));
    });
  }
  return shapes.map((shape) => found.get(shape));
}

/** The data blocks, or the pages of them, that hold wanted chunks. */
function addPieces(
  lookup: ChunkLookup,
  header: ExtensibleArrayHeader,
  order: ArrayOrder,
  shape: SuperBlockShape,
  list: SuperBlock,
  pieces: Piece[],
): void {
  const { first, stop, blockElements } = shape;
  const pageBytes = header.pageElements * header.elementBytes + 4;
  const prefixBytes = 6 + lookup.file.offsetBytes + header.blockOffsetBytes + 4;
  const pieceElements = shape.pages > 0 ? header.pageElements : blockElements;
  for (let index = order.wanted.next(first); index < stop; ) {
    const piece = Math.floor((index - first) / pieceElements);
    const block = Math.floor((piece * pieceElements) / blockElements);
    const address = list.dataBlocks[block] ?? null;
    const start = first + piece * pieceElements;
    if (address !== null && shape.pages === 0) pieces.push({ address, first: start, count: blockElements });
    else if (address !== null && isSet(list.pageBits, piece)) {
      const page = piece - block * shape.pages;
      pieces.push({ address: address + prefixBytes + page * pageBytes, first: start, count: header.pageElements });
    }
    index = order.wanted.next(start + pieceElements);
  }
}

/** Whole data blocks and single pages, in one batch. */
function* readPieces(
  lookup: ChunkLookup,
  header: ExtensibleArrayHeader,
  whole: readonly Piece[],
  prefixBytes: number,
  paged: readonly Piece[],
): Steps<ArrayElements[]> {
  const what = `${lookup.path}: extensible array data block`;
  const blocks = whole.map(({ address }) => dataBlocks.get(lookup, address));
  const missing = [...whole.keys()].filter((at) => blocks[at] === undefined);
  const ranges = missing.map((at) => ({
    address: whole[at]!.address,
    length: prefixBytes + whole[at]!.count * header.elementBytes + 4,
  }));
  const inPages = readElementPages(lookup, header, paged, pages, "extensible array page");
  let step = inPages.next([]);
  if (ranges.length > 0 || !step.done) {
    const bytes = yield [...ranges, ...(step.done ? [] : step.value)];
    missing.forEach((at, position) => {
      const { address, count } = whole[at]!;
      const cursor = blockCursor(lookup, bytes[position]!, address, "EADB", what);
      cursor.skip(header.blockOffsetBytes);
      const elements = parseElements(lookup, cursor, count, header);
      blocks[at] = dataBlocks.set(lookup, address, elements, count * BYTES_PER_PARSED_ELEMENT);
    });
    if (!step.done) step = inPages.next(bytes.slice(ranges.length));
  }
  if (!step.done) throw new TypeError("pages are read in one step");
  return [...(blocks as ArrayElements[]), ...step.value];
}
