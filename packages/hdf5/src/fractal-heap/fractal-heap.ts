import { type CallOptions, FormatError, UnsupportedError } from "@lazynwb/core";
import { readBTreeRecords } from "../b-tree-v2/read-records.ts";
import { lookup3 } from "../checksum.ts";
import type { FileBytes } from "../file-bytes.ts";
import { cursorAt, readChecked, readStructure } from "../read-structure.ts";
import { directRows, placeOf, rowsOfTable } from "./doubling-table.ts";
import { type HeapHeader, readHeapHeader } from "./heap-header.ts";

/** The objects of a fractal heap: links, attributes or shared messages, each under an identity of a few bytes. */
export interface FractalHeap {
  /**
   * The bytes of one object. Objects asked for in one turn are read together; blocks are read once.
   *
   * @throws FormatError where the identity points outside of the heap.
   */
  object(id: Uint8Array): Promise<Uint8Array>;
}

/** Addresses of the children of a table, row by row; null where a child was never written. */
type ChildAddresses = readonly (number | null)[];

interface HugeObject {
  readonly address: number;
  readonly length: number;
}

/**
 * Opens a fractal heap.
 *
 * @remarks I/O: one round for the header; then one for each level of tables and one for the blocks.
 */
export async function openFractalHeap(file: FileBytes, address: number, options?: CallOptions): Promise<FractalHeap> {
  return new OpenedHeap(file, await readHeapHeader(file, address, options), options);
}

class OpenedHeap implements FractalHeap {
  readonly #file: FileBytes;
  readonly #header: HeapHeader;
  readonly #options: CallOptions | undefined;
  readonly #blocks = new Map<number, Promise<Uint8Array>>();
  readonly #tables = new Map<number, Promise<ChildAddresses>>();
  #huge: Promise<ReadonlyMap<number, HugeObject>> | undefined;

  constructor(file: FileBytes, header: HeapHeader, options: CallOptions | undefined) {
    this.#file = file;
    this.#header = header;
    this.#options = options;
  }

  async object(id: Uint8Array): Promise<Uint8Array> {
    const cursor = cursorAt(this.#file, this.#header.address, id, "identity in the fractal heap");
    const head = cursor.u8();
    if (head >> 6 !== 0) cursor.fail("unknown version", { expected: "0", found: `${head >> 6}` });
    const kind = (head >> 4) & 3;
    if (kind === 2) {
      const extended = this.#header.idBytes > 18;
      return cursor.bytes((extended ? ((head & 15) << 8) | cursor.u8() : head & 15) + 1);
    }
    if (this.#header.filtered)
      throw new UnsupportedError(`the fractal heap at ${this.#header.address} is stored filtered`, {
        source: this.#file.id,
        feature: "filtered fractal heap",
      });
    if (kind === 0) {
      const offset = cursor.uint(this.#header.heapOffsetBytes);
      return this.#managed(offset, cursor.uint(this.#header.heapLengthBytes));
    }
    if (kind !== 1) cursor.fail("unknown kind of object", { expected: "0 to 2", found: `${kind}` });
    return this.#hugeObject(id);
  }

  /** An object inside of a block; `offset` counts all blocks and their heads. */
  async #managed(offset: number, length: number): Promise<Uint8Array> {
    const { root, rootRows, startBlockBytes, address } = this.#header;
    if (root === null) throw this.#outside(offset, "an empty heap");
    if (rootRows === 0) return this.#inBlock(await this.#block(root, startBlockBytes), offset, length);
    let table = root;
    let rows = rootRows;
    let inside = offset;
    for (;;) {
      const place = placeOf(this.#header, inside);
      if (place.row >= rows) throw this.#outside(offset, `the ${rows} rows of the table at ${table}`);
      const children = await this.#table(table, rows);
      const child = children[place.row * this.#header.tableWidth + place.column] ?? null;
      if (child === null) throw this.#outside(offset, `the blocks of the heap at ${address}`);
      inside -= place.blockOffset;
      if (place.row < directRows(this.#header))
        return this.#inBlock(await this.#block(child, place.blockBytes), inside, length);
      table = child;
      rows = rowsOfTable(this.#header, place.blockBytes);
    }
  }

  #inBlock(block: Uint8Array, offset: number, length: number): Uint8Array {
    if (offset + length > block.length) throw this.#outside(offset + length, `a block of ${block.length} bytes`);
    return block.subarray(offset, offset + length);
  }

  #outside(offset: number, where: string): FormatError {
    return this.#failure(`byte ${offset} lies outside of ${where}`);
  }

  #failure(message: string): FormatError {
    const offset = this.#file.baseAddress + this.#header.address;
    return new FormatError(`fractal heap at ${offset}: ${message}`, { source: this.#file.id, offset });
  }

  #block(address: number, blockBytes: number): Promise<Uint8Array> {
    return remembered(this.#blocks, address, async () => {
      const { heapOffsetBytes, checksums, address: heap } = this.#header;
      const what = "fractal heap direct block";
      const cursor = await readStructure(this.#file, address, blockBytes, what, this.#options);
      cursor.signature("FHDB");
      const version = cursor.u8();
      if (version !== 0) cursor.fail("unknown version", { expected: "0", found: `${version}` });
      const owner = cursor.address(this.#file.offsetBytes);
      if (owner !== heap) cursor.fail("it belongs to another heap", { expected: `${heap}`, found: `${owner}` });
      cursor.skip(heapOffsetBytes);
      if (checksums) {
        const place = cursor.offset;
        const stored = cursor.u32();
        const zeroed = cursor.data.slice();
        zeroed.fill(0, place, place + 4);
        const computed = lookup3(zeroed);
        if (computed !== stored)
          cursor.fail("the checksum does not match; the structure is damaged", {
            expected: computed.toString(16),
            found: stored.toString(16),
          });
      }
      return cursor.data;
    });
  }

  #table(address: number, rows: number): Promise<ChildAddresses> {
    return remembered(this.#tables, address, async () => {
      const { heapOffsetBytes, tableWidth, address: heap } = this.#header;
      const { offsetBytes } = this.#file;
      const length = 9 + offsetBytes + heapOffsetBytes + rows * tableWidth * offsetBytes;
      const cursor = await readChecked(this.#file, address, length, "fractal heap indirect block", this.#options);
      cursor.signature("FHIB");
      const version = cursor.u8();
      if (version !== 0) cursor.fail("unknown version", { expected: "0", found: `${version}` });
      const owner = cursor.address(offsetBytes);
      if (owner !== heap) cursor.fail("it belongs to another heap", { expected: `${heap}`, found: `${owner}` });
      cursor.skip(heapOffsetBytes);
      const children: (number | null)[] = [];
      for (let at = 0; at < rows * tableWidth; at++) children.push(cursor.address(offsetBytes));
      return children;
    });
  }

  /** An object of its own place in the file: told by the identity where it has room for that, else by a tree. */
  async #hugeObject(id: Uint8Array): Promise<Uint8Array> {
    const { offsetBytes, lengthBytes } = this.#file;
    const cursor = cursorAt(this.#file, this.#header.address, id, "identity in the fractal heap");
    cursor.skip(1);
    let place: HugeObject | undefined;
    if (this.#header.idBytes - 1 >= offsetBytes + lengthBytes) {
      const address = cursor.address(offsetBytes);
      if (address !== null) place = { address, length: cursor.uint(lengthBytes) };
    } else {
      const key = cursor.uint(Math.min(8, this.#header.idBytes - 1));
      this.#huge ??= this.#hugeObjects();
      place = (await this.#huge).get(key);
    }
    if (place === undefined) throw this.#failure("an identity leads to no huge object");
    const found = await readStructure(this.#file, place.address, place.length, "huge object", this.#options);
    return found.data;
  }

  async #hugeObjects(): Promise<ReadonlyMap<number, HugeObject>> {
    const { offsetBytes, lengthBytes } = this.#file;
    const found = new Map<number, HugeObject>();
    if (this.#header.hugeTree === null) return found;
    const tree = await readBTreeRecords(this.#file, this.#header.hugeTree, this.#options);
    const cursor = cursorAt(this.#file, this.#header.hugeTree, tree.bytes, "records of huge objects");
    for (let at = 0; at < tree.count; at++) {
      cursor.seek(at * tree.recordBytes);
      const address = cursor.address(offsetBytes);
      const length = cursor.uint(lengthBytes);
      const key = cursor.uint(lengthBytes);
      if (address !== null) found.set(key, { address, length });
    }
    return found;
  }
}

/** What was read before under a key, or is being read; a failure is forgotten. */
function remembered<Value>(
  known: Map<number, Promise<Value>>,
  key: number,
  read: () => Promise<Value>,
): Promise<Value> {
  const before = known.get(key);
  if (before !== undefined) return before;
  const value = read();
  known.set(key, value);
  value.catch(() => known.delete(key));
  return value;
}
