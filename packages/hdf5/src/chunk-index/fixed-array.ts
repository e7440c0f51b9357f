import { verifyChecksum } from "../checksum.ts";
import type { ChunkTable } from "../dataset.ts";
import { cursorAt } from "../read-structure.ts";
import type { Steps } from "../steps.ts";
import {
  type ArrayElements,
  ArrayOrder,
  BYTES_PER_PARSED_ELEMENT,
  type ElementLayout,
  elementLayout,
  parseElements,
} from "./array-elements.ts";
import { type ChunkLookup, ChunkTableBuilder, checkExtent } from "./chunk-lookup.ts";
import { NodeKind } from "./node-cache.ts";

interface FixedArrayHeader extends ElementLayout {
  readonly pageElements: number;
  readonly count: number;
  /** null: no chunk was ever written. */
  readonly block: number | null;
}

/** Elements that lie together: a page, or a data block without pages. */
export interface Piece {
  readonly address: number;
  /** Place of the first one in the array. */
  readonly first: number;
  readonly count: number;
}

const headers = new NodeKind<FixedArrayHeader>("fixed array header");
const bitmaps = new NodeKind<Uint8Array>("fixed array bitmap");
const pages = new NodeKind<ArrayElements>("fixed array page");

/**
 * A fixed array: one element for every chunk of the maximal shape, in pages where they are many.
 *
 * @remarks I/O: header, data block, and the pages that hold wanted chunks: two rounds, or three where there are pages. The
 * header and the bitmap of pages are over-read, which usually saves one.
 */
export function* readFixedArray(lookup: ChunkLookup, address: number): Steps<ChunkTable> {
  const header = headers.get(lookup, address) ?? (yield* readHeader(lookup, address));
  const table = new ChunkTableBuilder();
  if (header.block === null) return table.finish();
  const order = new ArrayOrder(lookup, false);
  const { block, count, pageElements, elementBytes } = header;
  if (count <= pageElements) {
    const elements = pages.get(lookup, block) ?? (yield* readBlock(lookup, header, block, address));
    order.addWanted(elements, 0, table);
    return table.finish();
  }
  const pageCount = Math.ceil(count / pageElements);
  const prefixBytes = 6 + lookup.file.offsetBytes + Math.ceil(pageCount / 8) + 4;
  checkExtent(lookup, "fixed array data block", {
    address: block,
    length: prefixBytes + count * elementBytes + 4 * pageCount,
  });
  const bitmap = bitmaps.get(lookup, block) ?? (yield* readBitmap(lookup, header, block, prefixBytes));
  const wanted: Piece[] = [];
  const pageBytes = pageElements * elementBytes + 4;
  for (let index = order.wanted.next(0); index < count; ) {
    const page = Math.floor(index / pageElements);
    const first = page * pageElements;
    const address = block + prefixBytes + page * pageBytes;
    if (isSet(bitmap, page)) wanted.push({ address, first, count: Math.min(pageElements, count - first) });
    index = order.wanted.next(first + pageElements);
  }
  const found = yield* readElementPages(lookup, header, wanted, pages, "fixed array page");
  found.forEach((elements, at) => {
    order.addWanted(elements, wanted[at]!.first, table);
  });
  return table.finish();
}

/** Whether a bit is set, counted from the most significant of the first byte. */
export function isSet(bitmap: Uint8Array, bit: number): boolean {
  return ((bitmap[bit >> 3]! << (bit & 7)) & 0x80) !== 0;
}

function* readHeader(lookup: ChunkLookup, address: number): Steps<FixedArrayHeader> {
  const { offsetBytes, lengthBytes, id } = lookup.file;
  const what = `${lookup.path}: fixed array header`;
  const [bytes] = yield [{ address, length: 12 + offsetBytes + lengthBytes }];
  verifyChecksum(bytes!, what, address, id);
  const cursor = cursorAt(lookup.file, address, bytes!, what);
  cursor.signature("FAHD");
  const version = cursor.u8();
  if (version !== 0) cursor.fail("unknown version", { expected: "0", found: `${version}` });
  const client = cursor.u8();
  const layout = elementLayout(lookup, cursor, client, cursor.u8());
  const pageBits = cursor.u8();
  if (pageBits > 30) cursor.fail("pages are too large", { expected: "at most 2^30 elements", found: `2^${pageBits}` });
  const count = cursor.uint(lengthBytes);
  const block = cursor.address(offsetBytes);
  return headers.set(lookup, address, { ...layout, pageElements: 2 ** pageBits, count, block }, 0);
}

/** A data block without pages. */
function* readBlock(
  lookup: ChunkLookup,
  header: FixedArrayHeader,
  block: number,
  headerAddress: number,
): Steps<ArrayElements> {
  const { offsetBytes, id } = lookup.file;
  const what = `${lookup.path}: fixed array data block`;
  const [bytes] = yield [{ address: block, length: 6 + offsetBytes + header.count * header.elementBytes + 4 }];
  verifyChecksum(bytes!, what, block, id);
  const cursor = cursorAt(lookup.file, block, bytes!, what);
  cursor.signature("FADB");
  cursor.skip(2);
  const owner = cursor.address(offsetBytes);
  if (owner !== headerAddress)
    cursor.fail("the block belongs to another array", { expected: `${headerAddress}`, found: `${owner}` });
  const elements = parseElements(lookup, cursor, header.count, header);
  return pages.set(lookup, block, elements, header.count * BYTES_PER_PARSED_ELEMENT);
}

/** Which pages of a data block were ever written. */
function* readBitmap(
  lookup: ChunkLookup,
  header: FixedArrayHeader,
  block: number,
  prefixBytes: number,
): Steps<Uint8Array> {
  const what = `${lookup.path}: fixed array data block`;
  const [bytes] = yield [{ address: block, length: prefixBytes }];
  verifyChecksum(bytes!, what, block, lookup.file.id);
  const cursor = cursorAt(lookup.file, block, bytes!, what);
  cursor.signature("FADB");
  cursor.skip(2 + lookup.file.offsetBytes);
  const bitmap = new Uint8Array(cursor.bytes(Math.ceil(header.count / header.pageElements / 8)));
  return bitmaps.set(lookup, block, bitmap, bitmap.length);
}

/** Pages of elements, each with a checksum behind it; those that are not known in one batch. */
export function* readElementPages(
  lookup: ChunkLookup,
  layout: ElementLayout,
  wanted: readonly Piece[],
  kind: NodeKind<ArrayElements>,
  name: string,
): Steps<ArrayElements[]> {
  const what = `${lookup.path}: ${name}`;
  const known = wanted.map(({ address }) => kind.get(lookup, address));
  const missing = [...wanted.keys()].filter((at) => known[at] === undefined);
  if (missing.length === 0) return known as ArrayElements[];
  const bytes = yield missing.map((at) => ({
    address: wanted[at]!.address,
    length: wanted[at]!.count * layout.elementBytes + 4,
  }));
  missing.forEach((at, position) => {
    const { address, count } = wanted[at]!;
    verifyChecksum(bytes[position]!, what, address, lookup.file.id);
    const cursor = cursorAt(lookup.file, address, bytes[position]!, what);
    const elements = parseElements(lookup, cursor, count, layout);
    known[at] = kind.set(lookup, address, elements, count * BYTES_PER_PARSED_ELEMENT);
  });
  return known as ArrayElements[];
}
