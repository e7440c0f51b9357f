import { verifyChecksum } from "./checksum.ts";
import type { Cursor } from "./cursor.ts";
import type { SymbolTable } from "./object-header/messages/link.ts";

/** The eight bytes that every HDF5 file holds at 0, 512, 1024, 2048 ... */
export const SIGNATURE: Uint8Array = Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a);

/** No superblock is longer than this, whatever its version and widths. */
export const MAX_SUPERBLOCK_BYTES = 128;

/** What the superblock says of the file. Addresses are relative to the place of the signature. */
export interface Superblock {
  readonly version: number;
  /** Width of a stored address. Bytes. */
  readonly offsetBytes: number;
  /** Width of a stored length. Bytes. */
  readonly lengthBytes: number;
  /** Half the links that a node of an old group holds: its leaves, and its tree. */
  readonly groupLeafK: number;
  readonly groupInternalK: number;
  readonly root: { readonly address: number; readonly symbolTable?: SymbolTable };
  /** An object header with settings that the superblock has no room for. */
  readonly extension: number | null;
  /** Where the writer says the file ends. */
  readonly endOfFile: number | null;
}

/** Whether the signature stands at `offset`. */
export function hasSignature(bytes: Uint8Array, offset = 0): boolean {
  return bytes.length >= offset + SIGNATURE.length && SIGNATURE.every((byte, at) => bytes[offset + at] === byte);
}

const DEFAULT_LEAF_K = 4;
const DEFAULT_INTERNAL_K = 16;

/**
 * Parses a superblock of version 0 to 3.
 *
 * @param cursor - At the signature.
 * @throws FormatError where it is of another version, has impossible widths, no root, or a wrong checksum.
 */
export function parseSuperblock(cursor: Cursor): Superblock {
  cursor.skip(SIGNATURE.length);
  const version = cursor.u8();
  if (version <= 1) return parseV0(cursor, version);
  if (version <= 3) return parseV2(cursor, version);
  return cursor.fail("unknown version", { expected: "0 to 3", found: `${version}` });
}

function parseV0(cursor: Cursor, version: number): Superblock {
  cursor.skip(4);
  const widths = parseWidths(cursor);
  const { offsetBytes } = widths;
  cursor.skip(1);
  const groupLeafK = cursor.u16();
  const groupInternalK = cursor.u16();
  if (groupLeafK === 0 || groupInternalK === 0) cursor.fail("nodes of groups hold no entries");
  cursor.skip(version === 1 ? 8 : 4);
  const base = cursor.address(offsetBytes) ?? 0;
  cursor.skip(offsetBytes);
  const end = cursor.address(offsetBytes);
  cursor.skip(2 * offsetBytes);
  const address = parseRoot(cursor, offsetBytes);
  const cacheType = cursor.u32();
  cursor.skip(4);
  const scratch = cursor.sub(16);
  const tree = cacheType === 1 ? scratch.address(offsetBytes) : null;
  const heap = cacheType === 1 ? scratch.address(offsetBytes) : null;
  const symbolTable = tree === null || heap === null ? {} : { symbolTable: { tree, heap } };
  const root = { address, ...symbolTable };
  return { version, ...widths, groupLeafK, groupInternalK, root, extension: null, endOfFile: relativeEnd(end, base) };
}

function parseV2(cursor: Cursor, version: number): Superblock {
  const widths = parseWidths(cursor);
  const { offsetBytes } = widths;
  cursor.skip(1);
  const base = cursor.address(offsetBytes) ?? 0;
  const extension = cursor.address(offsetBytes);
  const end = cursor.address(offsetBytes);
  const rootPlace = cursor.offset;
  cursor.skip(offsetBytes + 4);
  const { address, baseAddress = 0, source } = cursor.context;
  verifyChecksum(cursor.data.subarray(0, cursor.offset), "superblock", baseAddress + address, source);
  cursor.seek(rootPlace);
  return {
    version,
    ...widths,
    groupLeafK: DEFAULT_LEAF_K,
    groupInternalK: DEFAULT_INTERNAL_K,
    root: { address: parseRoot(cursor, offsetBytes) },
    extension,
    endOfFile: relativeEnd(end, base),
  };
}

function parseWidths(cursor: Cursor): { readonly offsetBytes: number; readonly lengthBytes: number } {
  const offsetBytes = cursor.u8();
  const lengthBytes = cursor.u8();
  for (const width of [offsetBytes, lengthBytes])
    if (width !== 2 && width !== 4 && width !== 8)
      cursor.fail("addresses or lengths of an impossible width", { expected: "2, 4 or 8 bytes", found: `${width}` });
  return { offsetBytes, lengthBytes };
}

function parseRoot(cursor: Cursor, offsetBytes: number): number {
  const root = cursor.address(offsetBytes);
  return root ?? cursor.fail("the address of the root group is undefined");
}

/** The end is stored with the base address that the writer knew, which a user block put in later does not change. */
function relativeEnd(end: number | null, base: number): number | null {
  return end === null || end < base ? null : end - base;
}
