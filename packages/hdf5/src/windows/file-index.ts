import { type ByteWindow, FormatError, SourceChangedError } from "@lazynwb/core";
import { lookup3 } from "../checksum.ts";
import type { Span } from "./plan-windows.ts";

/** What tells one version of an object from another. */
export interface Identity {
  readonly id: string;
  readonly size: number | undefined;
  readonly etag: string | undefined;
  readonly lastModified: number | undefined;
}

/** The metadata of a file, as it was read: pieces of its bytes, ascending and apart. */
export interface FileIndex {
  readonly identity: Identity;
  readonly pieces: readonly { readonly start: number; readonly bytes: Uint8Array }[];
}

/** The letters that an index begins with; the last one is the version of the format. */
const MAGIC = "LNWBH5I1";
const FIXED_BYTES = MAGIC.length + 2 * 8 + 3 * 4;
const PIECE_BYTES = 12;
const CHECKSUM_BYTES = 4;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * An index as bytes: letters, size and time (float64, NaN where unknown), lengths of id and ETag, the number of pieces (uint32
 * each), id and ETag, the places of the pieces (start float64, length uint32), their bytes, and a checksum (lookup3) of it all.
 * All numbers are little-endian.
 */
export function encodeIndex({ identity, pieces }: FileIndex): Uint8Array {
  const texts = [encoder.encode(identity.id), encoder.encode(identity.etag ?? "")];
  const textBytes = texts[0]!.length + texts[1]!.length;
  const dataBytes = pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const result = new Uint8Array(FIXED_BYTES + textBytes + pieces.length * PIECE_BYTES + dataBytes + CHECKSUM_BYTES);
  const view = new DataView(result.buffer);
  result.set(encoder.encode(MAGIC));
  let at = MAGIC.length;
  for (const number of [identity.size, identity.lastModified]) {
    view.setFloat64(at, number ?? Number.NaN, true);
    at += 8;
  }
  for (const number of [texts[0]!.length, texts[1]!.length, pieces.length]) {
    view.setUint32(at, number, true);
    at += 4;
  }
  for (const text of texts) {
    result.set(text, at);
    at += text.length;
  }
  for (const { start, bytes } of pieces) {
    view.setFloat64(at, start, true);
    view.setUint32(at + 8, bytes.length, true);
    at += PIECE_BYTES;
  }
  for (const { bytes } of pieces) {
    result.set(bytes, at);
    at += bytes.length;
  }
  view.setUint32(at, lookup3(result.subarray(0, at)), true);
  return result;
}

/**
 * Reads an index. Its pieces are views of the bytes.
 *
 * @throws FormatError where the bytes are no index of this version, or are damaged.
 */
export function decodeIndex(bytes: Uint8Array, source: string): FileIndex {
  const fail = (found: string): never => {
    throw new FormatError(`the index that was given for ${source} is not usable: ${found}`, { source, found });
  };
  if (bytes.length < FIXED_BYTES + CHECKSUM_BYTES || decoder.decode(bytes.subarray(0, MAGIC.length)) !== MAGIC)
    return fail("it is no index of an HDF5 file, or one of another version");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = bytes.length - CHECKSUM_BYTES;
  if (view.getUint32(end, true) !== lookup3(bytes.subarray(0, end))) return fail("its checksum does not match");
  const number = (at: number) => {
    const value = view.getFloat64(at, true);
    return Number.isNaN(value) ? undefined : value;
  };
  const size = number(MAGIC.length);
  const lastModified = number(MAGIC.length + 8);
  const [idBytes, etagBytes, count] = [16, 20, 24].map((at) => view.getUint32(MAGIC.length + at, true));
  let at = FIXED_BYTES + idBytes! + etagBytes!;
  let data = at + count! * PIECE_BYTES;
  if (data > end || (size !== undefined && !(Number.isSafeInteger(size) && size >= 0)))
    return fail("it is shorter than it says, or of an impossible file");
  const id = decoder.decode(bytes.subarray(FIXED_BYTES, FIXED_BYTES + idBytes!));
  const etag = decoder.decode(bytes.subarray(FIXED_BYTES + idBytes!, at)) || undefined;
  const pieces: { start: number; bytes: Uint8Array }[] = [];
  let before = 0;
  for (let piece = 0; piece < count!; piece++, at += PIECE_BYTES) {
    const start = view.getFloat64(at, true);
    const length = view.getUint32(at + 8, true);
    const isPlaced = Number.isSafeInteger(start) && start >= before && length > 0 && data + length <= end;
    if (!isPlaced || start + length > (size ?? Number.MAX_SAFE_INTEGER)) return fail(`piece ${piece} lies nowhere`);
    pieces.push({ start, bytes: bytes.subarray(data, data + length) });
    before = start + length;
    data += length;
  }
  if (data !== end) return fail("it is longer than it says");
  return { identity: { id, size, etag, lastModified }, pieces };
}

/**
 * Where an object names no version of itself, its id must be that of the index; else versions are compared with every answer.
 *
 * @throws SourceChangedError where the index is of something else.
 */
export function checkOwner(identity: Identity, id: string): void {
  if (identity.etag !== undefined || identity.lastModified !== undefined || identity.id === id) return;
  throw new SourceChangedError(`the index that was given for ${id} is of another file; open it without`, {
    source: id,
  });
}

/** @throws SourceChangedError where an answer is of another version than the index. */
export function checkAnswer(identity: Identity, answer: ByteWindow, id: string): void {
  const differs = (["size", "etag", "lastModified"] as const).find(
    (part) => identity[part] !== undefined && answer[part] !== undefined && identity[part] !== answer[part],
  );
  if (differs === undefined) return;
  throw new SourceChangedError(
    `the index that was given for ${id} is of another version of it: ${differs} is ${answer[differs]}, not ${identity[differs]}; open it without`,
    { source: id },
  );
}

/** Bytes that an index may hold; of more, the smallest pieces are kept: headers and chunk indexes, not heaps of text. */
const MAX_INDEX_BYTES = 16 * 1024 * 1024;

/** Spans closer than this are one piece: the entry of a piece takes 12 bytes. */
const INDEX_GAP_BYTES = 16;

/** Spans that were wanted, joined and bounded: what an index keeps. Pure. */
export function planIndex(wanted: Iterable<Span>): Span[] {
  const joined: { start: number; stop: number }[] = [];
  for (const { start, stop } of [...wanted].sort((left, right) => left.start - right.start)) {
    const last = joined.at(-1);
    if (last !== undefined && start - last.stop <= INDEX_GAP_BYTES) last.stop = Math.max(last.stop, stop);
    else joined.push({ start, stop });
  }
  let bytes = 0;
  return joined
    .sort((left, right) => left.stop - left.start - (right.stop - right.start))
    .filter(({ start, stop }) => {
      bytes += stop - start;
      return bytes <= MAX_INDEX_BYTES;
    })
    .sort((left, right) => left.start - right.start);
}
