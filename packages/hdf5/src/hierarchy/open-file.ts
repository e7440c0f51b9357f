import { type ByteSource, EmptyFileError, type OpenOptions, readRanges, TruncatedFileError } from "@lazynwb/core";
import { Cursor } from "../cursor.ts";
import type { FileBytes } from "../file-bytes.ts";
import { isGroup } from "../group/read-links.ts";
import type { GroupNodeSizes } from "../group/symbol-table.ts";
import { MESSAGE, messageOf } from "../object-header/object-header.ts";
import { readFirstBlock, readObjectHeader } from "../object-header/read-object-header.ts";
import {
  parseSharedMessageTable,
  readSharedMessageTable,
  type SharedMessageIndex,
} from "../object-header/shared-message-table.ts";
import {
  DEFAULT_CACHE_BYTES,
  DEFAULT_HEAD_BYTES,
  DEFAULT_MAX_GAP_BYTES,
  DEFAULT_MAX_REQUEST_BYTES,
  DEFAULT_MAX_STRUCTURE_BYTES,
  DEFAULT_OVER_READ_BYTES,
  DEFAULT_PARSED_BYTES,
  DEFAULT_TAIL_BYTES,
  type Hdf5Options,
} from "../options.ts";
import { cursorAt } from "../read-structure.ts";
import { hasSignature, MAX_SUPERBLOCK_BYTES, parseSuperblock, SIGNATURE } from "../superblock.ts";
import { decodeIndex } from "../windows/file-index.ts";
import { Hdf5Bytes } from "../windows/hdf5-bytes.ts";
import { METADATA_PRIORITY, WindowedSource } from "../windows/windowed-source.ts";
import { Hdf5File } from "./hdf5-file.ts";

const FIRST_USER_BLOCK = 512;

/**
 * Reads what has to be known before any object: the superblock, its extension, and that the root is a group.
 *
 * @param tag - Of a file that links led to: its part of the identities of its objects.
 * @returns null where no HDF5 signature stands at any place that the format allows.
 * @throws EmptyFileError, TruncatedFileError, FormatError where it is HDF5 but has no usable root.
 * @remarks I/O: head and tail in one round; one more only where the root's header begins in neither. With an index: none.
 */
export async function openFile(
  source: ByteSource,
  settings: Hdf5Options,
  options: OpenOptions = {},
  tag = "",
): Promise<Hdf5File | null> {
  const headBytes = Math.max(options.headBytes ?? DEFAULT_HEAD_BYTES, MAX_SUPERBLOCK_BYTES);
  const windows = new WindowedSource(source, {
    overReadBytes: settings.overReadBytes ?? Math.min(DEFAULT_OVER_READ_BYTES, Math.ceil(headBytes / 2)),
    cacheBytes: settings.cacheBytes ?? DEFAULT_CACHE_BYTES,
    maxGapBytes: source.hints?.maxGapBytes ?? DEFAULT_MAX_GAP_BYTES,
    maxRequestBytes: Math.min(source.hints?.maxRequestBytes ?? DEFAULT_MAX_REQUEST_BYTES, DEFAULT_MAX_REQUEST_BYTES),
  });
  if (options.index !== undefined) windows.useIndex(decodeIndex(options.index, source.id));
  else await windows.readEnds(headBytes, options.tailBytes ?? DEFAULT_TAIL_BYTES, options);
  const base = await findSignature(windows, headBytes, options);
  if (base === null) return null;
  const superblock = parseSuperblock(await superblockCursor(windows, base, options));
  const maxStructureBytes = settings.maxStructureBytes ?? DEFAULT_MAX_STRUCTURE_BYTES;
  const bytes = new Hdf5Bytes(windows, base, superblock, maxStructureBytes);
  const [extension] = await Promise.all([
    superblock.extension === null ? null : readExtension(bytes, superblock.extension, options),
    checkRoot(bytes, superblock.root.address, options),
  ]);
  const settled = { ...superblock, ...extension?.nodeSizes };
  const parsedBytes = settings.parsedBytes ?? DEFAULT_PARSED_BYTES;
  return new Hdf5File(windows, bytes, settled, extension?.sharedIndexes ?? [], parsedBytes, tag);
}

/** Where the signature stands: at 0, or behind a user block of 512 bytes or any doubling of that. */
async function findSignature(windows: WindowedSource, headBytes: number, options: OpenOptions): Promise<number | null> {
  const { size, source } = windows;
  if (size === 0) throw new EmptyFileError(`${source.id} is empty: 0 bytes`, { source: source.id });
  const [start] = await windows.read(
    [{ start: 0, stop: Math.min(SIGNATURE.length, size ?? SIGNATURE.length) }],
    options,
  );
  if (start && start.length < SIGNATURE.length && start.every((byte, at) => byte === SIGNATURE[at]))
    throw truncatedSuperblock(windows, 0);
  if (start && hasSignature(start)) return 0;
  const places: number[] = [];
  const limit = size ?? headBytes;
  for (let place = FIRST_USER_BLOCK; place + SIGNATURE.length <= limit; place *= 2) places.push(place);
  const isAt = (place: number) => {
    const bytes = windows.cached({ start: place, stop: place + SIGNATURE.length });
    return bytes !== null && hasSignature(bytes);
  };
  const indexed = windows.isIndexed ? places.find(isAt) : undefined;
  if (indexed !== undefined) return indexed;
  // Without over-reading: a file that is none of ours shall cost next to nothing.
  const asked = places.filter((place) => windows.cached({ start: place, stop: place + SIGNATURE.length }) === null);
  const answers = readRanges(
    source,
    asked.map((offset) => ({ offset, length: SIGNATURE.length })),
    { signal: options.signal, priority: METADATA_PRIORITY },
  );
  const found = new Map((await Promise.all(answers)).map(({ bytes }, at) => [asked[at], bytes]));
  const bytesAt = (place: number) =>
    found.get(place) ?? windows.cached({ start: place, stop: place + SIGNATURE.length })!;
  return places.find((place) => hasSignature(bytesAt(place))) ?? null;
}

async function superblockCursor(windows: WindowedSource, base: number, options: OpenOptions): Promise<Cursor> {
  const left = (windows.size ?? Number.POSITIVE_INFINITY) - base;
  const stop = base + Math.min(MAX_SUPERBLOCK_BYTES, left);
  const [bytes] = await windows.read([{ start: base, stop }], options);
  if (!bytes) throw truncatedSuperblock(windows, base);
  const cursor = new Cursor(bytes, { address: 0, what: "superblock", source: windows.source.id, baseAddress: base });
  if (left >= MAX_SUPERBLOCK_BYTES || isWhole(bytes)) return cursor;
  throw truncatedSuperblock(windows, base);
}

/** Whether the bytes that are there hold a superblock of the version and widths that they tell. */
function isWhole(bytes: Uint8Array): boolean {
  const version = bytes[8];
  if (version === undefined || bytes.length < 16) return false;
  if (version > 3) return true;
  const offsetBytes = version < 2 ? bytes[13]! : bytes[9]!;
  return bytes.length >= (version < 2 ? 48 + 4 * version + 6 * offsetBytes : 16 + 4 * offsetBytes);
}

function truncatedSuperblock({ size, source }: WindowedSource, base: number): TruncatedFileError {
  return new TruncatedFileError(
    `${source.id} is truncated: it ends after ${size} bytes, inside of its superblock; was its download or copy completed?`,
    { source: source.id, offset: base, expected: "a superblock", found: `${(size ?? base) - base} bytes` },
  );
}

/** The first block tells that it is a group, or that the header goes on; then the rest is read when it is asked for. */
async function checkRoot(bytes: FileBytes, address: number, options: OpenOptions): Promise<void> {
  const first = await readFirstBlock(bytes, address, options);
  if (isGroup(first) || first.continuations.length > 0) return;
  cursorAt(bytes, address, new Uint8Array(0), "object header of the root").fail("it is of no group");
}

interface Extension {
  readonly sharedIndexes: readonly SharedMessageIndex[];
  /** Sizes of group nodes that differ from the default. */
  readonly nodeSizes: GroupNodeSizes | null;
}

/** What the superblock itself has no room to tell of: stores of shared messages, and sizes of nodes. */
async function readExtension(file: FileBytes, address: number, options: OpenOptions): Promise<Extension> {
  const header = await readObjectHeader(file, address, options);
  const bodyOf = (type: number, what: string) => {
    const message = messageOf(header, type);
    return message === undefined ? null : cursorAt(file, message.address, message.body, what);
  };
  const table = bodyOf(MESSAGE.sharedMessageTable, "shared message table message");
  const place = table === null ? null : parseSharedMessageTable(table, file.offsetBytes);
  const sizes = bodyOf(MESSAGE.bTreeK, "B-tree K message");
  return {
    sharedIndexes: place === null ? [] : await readSharedMessageTable(file, place, options),
    nodeSizes: sizes === null ? null : parseNodeSizes(sizes),
  };
}

function parseNodeSizes(cursor: Cursor): GroupNodeSizes {
  const version = cursor.u8();
  if (version !== 0) cursor.fail("unknown version", { expected: "0", found: `${version}` });
  cursor.skip(2);
  const groupInternalK = cursor.u16();
  return { groupInternalK, groupLeafK: cursor.u16() };
}
