import type { CallOptions } from "@lazynwb/core";
import { encodedBytes } from "../b-tree-v2/node-widths.ts";
import type { FileBytes } from "../file-bytes.ts";
import { readChecked, readUpTo } from "../read-structure.ts";

/** What the header of a fractal heap says: how its address space is cut into blocks, and how identities are read. */
export interface HeapHeader {
  readonly address: number;
  readonly idBytes: number;
  /** Direct blocks carry a checksum. */
  readonly checksums: boolean;
  /** Blocks are stored filtered. */
  readonly filtered: boolean;
  /** The tree of objects that are too large for blocks. */
  readonly hugeTree: number | null;
  readonly tableWidth: number;
  readonly startBlockBytes: number;
  readonly maxDirectBytes: number;
  /** Width of an offset into the heap's address space. Bytes. */
  readonly heapOffsetBytes: number;
  /** Width of the length in the identity of an object that lies in a block. Bytes. */
  readonly heapLengthBytes: number;
  readonly root: number | null;
  /** 0: the root is a direct block. */
  readonly rootRows: number;
}

/** Blocks and tables beyond these sizes are no work of any writer. */
const MAX_WIDTH = 4096;
const MAX_HEAP_BITS = 64;

/** Reads the header of a fractal heap. I/O: one metadata read, two where its blocks are filtered. */
export async function readHeapHeader(file: FileBytes, address: number, options?: CallOptions): Promise<HeapHeader> {
  const { offsetBytes, lengthBytes } = file;
  const what = "fractal heap header";
  const plainBytes = 26 + 12 * lengthBytes + 3 * offsetBytes;
  const head = await readUpTo(file, address, 9, what, options);
  head.signature("FRHP");
  const version = head.u8();
  if (version !== 0) head.fail("unknown version", { expected: "0", found: `${version}` });
  const idBytes = head.u16();
  const filterBytes = head.u16();
  const length = plainBytes + (filterBytes > 0 ? lengthBytes + 4 + filterBytes : 0);
  const cursor = await readChecked(file, address, length, what, options);
  cursor.seek(9);
  const flags = cursor.u8();
  const maxManagedBytes = cursor.u32();
  cursor.skip(lengthBytes);
  const hugeTree = cursor.address(offsetBytes);
  cursor.skip(lengthBytes + offsetBytes + 8 * lengthBytes);
  const tableWidth = cursor.u16();
  const startBlockBytes = cursor.uint(lengthBytes);
  const maxDirectBytes = cursor.uint(lengthBytes);
  const maxHeapBits = cursor.u16();
  cursor.skip(2);
  const root = cursor.address(offsetBytes);
  const rootRows = cursor.u16();
  const isPower = (value: number) => value > 0 && Number.isInteger(Math.log2(value));
  if (!isPower(tableWidth) || tableWidth > MAX_WIDTH || !isPower(startBlockBytes) || !isPower(maxDirectBytes))
    cursor.fail("its doubling table is impossible", {
      expected: "powers of two",
      found: `width ${tableWidth}, blocks of ${startBlockBytes} to ${maxDirectBytes} bytes`,
    });
  if (maxDirectBytes < startBlockBytes || maxHeapBits < 1 || maxHeapBits > MAX_HEAP_BITS || rootRows > maxHeapBits + 1)
    cursor.fail("its doubling table is impossible", { found: `${maxHeapBits} bits, ${rootRows} rows` });
  const directOffsetBytes = Math.floor((Math.log2(maxDirectBytes) + 7) / 8);
  return {
    address,
    idBytes,
    checksums: (flags & 2) !== 0,
    filtered: filterBytes > 0,
    hugeTree,
    tableWidth,
    startBlockBytes,
    maxDirectBytes,
    heapOffsetBytes: Math.ceil(maxHeapBits / 8),
    heapLengthBytes: Math.min(directOffsetBytes, encodedBytes(BigInt(maxManagedBytes))),
    root,
    rootRows,
  };
}
