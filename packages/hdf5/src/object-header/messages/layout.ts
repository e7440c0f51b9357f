import type { Cursor } from "../../cursor.ts";
import type { ChunkIndexMessage, Layout, VirtualLayout } from "../../dataset.ts";

/** A layout message, before it is held against the dataset's type and extent. */
export type StoredLayout =
  | { readonly kind: "compact"; readonly bytes: Uint8Array }
  /** `size`: null where the message does not tell it, or tells what no file can hold. */
  | { readonly kind: "contiguous"; readonly address: number | null; readonly size: number | null }
  | (Extract<Layout, { kind: "chunked" }> & { readonly elementBytes: number })
  | VirtualLayout;

interface Widths {
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

const MAX_RANK = 33;

/** A layout message (0x08) of any version. I/O: none. */
export function parseLayout(cursor: Cursor, widths: Widths): StoredLayout {
  const version = cursor.u8();
  if (version < 1 || version > 5) cursor.fail("unknown version", { expected: "1 to 5", found: `${version}` });
  if (version < 3) return parseFirstLayout(cursor, version, widths);
  const kind = cursor.u8();
  if (kind === 0) return { kind: "compact", bytes: cursor.bytes(cursor.u16()) };
  if (kind === 1)
    return { kind: "contiguous", address: cursor.address(widths.offsetBytes), size: sizeOf(cursor, widths) };
  if (kind === 3) return { kind: "virtual", heap: cursor.address(widths.offsetBytes), index: cursor.u32() };
  if (kind !== 2) cursor.fail("unknown kind", { expected: "0 to 3", found: `${kind}` });
  return version === 3 ? parseChunkedV3(cursor, widths) : parseChunkedV4(cursor, version, widths);
}

/** Versions 1 and 2, written before HDF5 1.6.3. */
function parseFirstLayout(cursor: Cursor, version: number, { offsetBytes }: Widths): StoredLayout {
  const rank = cursor.u8();
  const kind = cursor.u8();
  cursor.skip(5);
  if (kind > 2) cursor.fail("unknown kind", { expected: "0 to 2", found: `${kind}` });
  const address = kind === 0 ? null : cursor.address(offsetBytes);
  const sizes = parseSizes(cursor, rank, 4);
  if (kind === 0) return { kind: "compact", bytes: cursor.bytes(cursor.u32()) };
  if (kind === 1) return { kind: "contiguous", address, size: null };
  return chunked(cursor, sizes, version, { kind: "btree1", address }, false);
}

function parseChunkedV3(cursor: Cursor, { offsetBytes }: Widths): StoredLayout {
  const rank = cursor.u8();
  const address = cursor.address(offsetBytes);
  return chunked(cursor, parseSizes(cursor, rank, 4), 3, { kind: "btree1", address }, false);
}

function parseChunkedV4(cursor: Cursor, version: number, widths: Widths): StoredLayout {
  const flags = cursor.u8();
  const rank = cursor.u8();
  const sizes = parseSizes(cursor, rank, cursor.u8());
  const index = parseIndex(cursor, (flags & 2) !== 0, widths);
  return chunked(cursor, sizes, version, index, (flags & 1) !== 0);
}

function parseIndex(cursor: Cursor, filtered: boolean, { offsetBytes, lengthBytes }: Widths): ChunkIndexMessage {
  const kind = cursor.u8();
  switch (kind) {
    case 1: {
      const storedBytes = filtered ? cursor.uint(lengthBytes) : null;
      const filterMask = filtered ? cursor.u32() : 0;
      return { kind: "single", address: cursor.address(offsetBytes), storedBytes, filterMask };
    }
    case 2:
      return { kind: "implicit", address: cursor.address(offsetBytes) };
    case 3:
      cursor.skip(1);
      return { kind: "fixed-array", address: cursor.address(offsetBytes) };
    case 4:
      cursor.skip(5);
      return { kind: "extensible-array", address: cursor.address(offsetBytes) };
    case 5:
      cursor.skip(6);
      return { kind: "btree2", address: cursor.address(offsetBytes) };
    default:
      return cursor.fail("unknown chunk index", { expected: "1 to 5", found: `${kind}` });
  }
}

/** Sizes of a chunk; the last one is that of an element. */
function parseSizes(cursor: Cursor, rank: number, width: number): number[] {
  if (rank > MAX_RANK) cursor.fail("too many axes", { expected: `at most ${MAX_RANK}`, found: `${rank}` });
  if (width < 1 || width > 8) cursor.fail("sizes of an impossible width", { expected: "1 to 8", found: `${width}` });
  return Array.from({ length: rank }, () => cursor.uint(width));
}

function chunked(
  cursor: Cursor,
  sizes: readonly number[],
  version: number,
  index: ChunkIndexMessage,
  partialEdgeChunksUnfiltered: boolean,
): StoredLayout {
  const elementBytes = sizes.at(-1);
  if (elementBytes === undefined || sizes.length < 2) cursor.fail("chunks have no axes");
  return {
    kind: "chunked",
    chunkShape: sizes.slice(0, -1),
    elementBytes,
    index,
    partialEdgeChunksUnfiltered,
    version,
  };
}

/** The size of contiguous storage is advice: one that no file can hold is left to the extent and the type. */
function sizeOf(cursor: Cursor, { lengthBytes }: Widths): number | null {
  const bytes = cursor.bytes(lengthBytes);
  let size = 0;
  for (let at = lengthBytes - 1; at >= 0; at--) size = size * 256 + bytes[at]!;
  return Number.isSafeInteger(size) ? size : null;
}
