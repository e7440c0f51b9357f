import { type CallOptions, LimitError } from "@lazynwb/core";
import { verifyChecksum } from "../checksum.ts";
import type { AddressRange, FileBytes } from "../file-bytes.ts";
import { cursorAt, readStructure, readUpTo } from "../read-structure.ts";
import { type MessageBlock, parseBlockV1, parseBlockV2 } from "./message-blocks.ts";
import { type HeaderMessage, MESSAGE, type ObjectHeader } from "./object-header.ts";

/** Blocks and bytes beyond these are a damaged or hostile header; writers of ten thousand attributes stay below. */
const MAX_BLOCKS = 16_384;
const MAX_HEADER_BYTES = 64 * 1024 * 1024;

/** What the first block of an object header tells by itself. */
export interface FirstBlock extends MessageBlock {
  readonly version: 1 | 2;
  readonly referenceCount: number;
  readonly bytes: number;
  readonly withOrder: boolean;
}

/**
 * Reads an object header, continuation blocks breadth-first.
 *
 * @throws FormatError where there is no header at `address`, a block lies outside of the file, or a checksum is wrong.
 * @remarks I/O: one metadata read; one round more for each depth of continuations that the over-read did not bring.
 * Copies: one, so that the header outlives the windows it was read through.
 */
export async function readObjectHeader(file: FileBytes, address: number, options?: CallOptions): Promise<ObjectHeader> {
  const first = await readFirstBlock(file, address, options);
  const messages: HeaderMessage[] = [...first.messages];
  const seen = new Set([address]);
  let bytes = first.bytes;
  let level = first.continuations;
  while (level.length > 0) {
    const fresh = level.filter((range) => !seen.has(range.address) && seen.add(range.address));
    bytes = fresh.reduce((sum, { length }) => sum + length, bytes);
    if (seen.size > MAX_BLOCKS || bytes > MAX_HEADER_BYTES)
      throw new LimitError(`object header at ${address}: ${seen.size} blocks of ${bytes} bytes are too many`, {
        source: file.id,
        limit: "bytes of an object header",
        wanted: bytes,
        allowed: MAX_HEADER_BYTES,
      });
    const blocks = await Promise.all(fresh.map((range) => readContinuation(file, range, first, options)));
    for (const block of blocks) messages.push(...block.messages);
    level = blocks.flatMap((block) => block.continuations);
  }
  return { address, version: first.version, referenceCount: countOf(first, messages), messages, bytes };
}

/** Reads the first block of an object header alone. I/O: one metadata read. */
export async function readFirstBlock(file: FileBytes, address: number, options?: CallOptions): Promise<FirstBlock> {
  const what = "object header";
  const head = await readUpTo(file, address, 16, what, options);
  if (head.data[0] !== 1) return readFirstBlockV2(file, address, options);
  head.skip(4);
  const referenceCount = head.u32();
  const length = head.u32();
  const block = await readStructure(file, address + 16, length, what, options);
  const parsed = parseBlockV1(copied(file, address + 16, block.data, what), file);
  return { ...parsed, version: 1, referenceCount, bytes: 16 + length, withOrder: false };
}

async function readFirstBlockV2(
  file: FileBytes,
  address: number,
  options: CallOptions | undefined,
): Promise<FirstBlock> {
  const what = "object header";
  const head = await readUpTo(file, address, 34, what, options);
  head.signature("OHDR");
  const version = head.u8();
  if (version !== 2) head.fail("unknown version", { expected: "1 or 2", found: `${version}` });
  const flags = head.u8();
  if ((flags & 0x20) !== 0) head.skip(16);
  if ((flags & 0x10) !== 0) head.skip(4);
  const length = head.uint(2 ** (flags & 3));
  const prefix = head.offset;
  const [bytes] = await file.readMetadata([{ address, length: prefix + length + 4 }], options);
  verifyChecksum(bytes!, what, file.baseAddress + address, file.id);
  const withOrder = (flags & 4) !== 0;
  const block = copied(file, address + prefix, bytes!.subarray(prefix, prefix + length), what);
  return { ...parseBlockV2(block, file, withOrder), version: 2, referenceCount: 1, bytes: bytes!.length, withOrder };
}

async function readContinuation(
  file: FileBytes,
  { address, length }: AddressRange,
  first: FirstBlock,
  options: CallOptions | undefined,
): Promise<MessageBlock> {
  const what = "object header continuation";
  const { data } = await readStructure(file, address, length, what, options);
  if (first.version === 1) return parseBlockV1(copied(file, address, data, what), file);
  cursorAt(file, address, data, what).signature("OCHK");
  verifyChecksum(data, what, file.baseAddress + address, file.id);
  return parseBlockV2(copied(file, address + 4, data.subarray(4, -4), what), file, first.withOrder);
}

function copied(file: FileBytes, address: number, bytes: Uint8Array, what: string) {
  return cursorAt(file, address, bytes.slice(), what);
}

/** Version 2 tells the count in a message, and only where it is not one. */
function countOf(first: FirstBlock, messages: readonly HeaderMessage[]): number {
  const told = messages.find((message) => message.type === MESSAGE.referenceCount);
  if (first.version === 1 || told === undefined || told.body.length < 5) return first.referenceCount;
  return new DataView(told.body.buffer, told.body.byteOffset).getUint32(1, true);
}
