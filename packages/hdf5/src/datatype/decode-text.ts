import { LimitError, type Values } from "@lazynwb/core";
import type { HeapCollection, HeapObjects } from "../global-heap.ts";
import type { StringDatatype } from "./datatype.ts";
import type { PackedBytes } from "./decode-number.ts";
import { readAddress } from "./heap-id.ts";

type Text = Extract<Values, { kind: "text" }>;

const NUL = 0;
const SPACE = 0x20;

/** Bytes that one array of text may hold: its offsets are 32 bits wide. */
const MAX_TEXT_BYTES = 2 ** 31 - 1;

/** Fixed-size strings without their padding. */
export function decodeFixedText(datatype: StringDatatype, packed: PackedBytes): Text {
  const { bytes, count } = packed;
  const { size, padding } = datatype;
  const offsets = new Int32Array(count + 1);
  checkTextBytes(count * size, count, MAX_TEXT_BYTES);
  for (let at = 0, start = 0, total = 0; at < count; at++, start += size) {
    let end = start;
    if (padding === "null-terminated") while (end < start + size && bytes[end] !== NUL) end++;
    else {
      const pad = padding === "null-padded" ? NUL : SPACE;
      end = start + size;
      while (end > start && bytes[end - 1] === pad) end--;
    }
    total += end - start;
    offsets[at + 1] = total;
  }
  const total = offsets[count]!;
  if (total === count * size) {
    const whole = bytes.subarray(0, total);
    return { kind: "text", offsets, bytes: packed.owned ? whole : new Uint8Array(whole) };
  }
  const texts = new Uint8Array(total);
  for (let at = 0, start = 0; at < count; at++, start += size) {
    const to = offsets[at]!;
    const length = offsets[at + 1]! - to;
    if (length > 32) texts.set(bytes.subarray(start, start + length), to);
    else for (let byte = 0; byte < length; byte++) texts[to + byte] = bytes[start + byte]!;
  }
  return { kind: "text", offsets, bytes: texts };
}

/**
 * Variable-length strings, each cut at its first NUL. A null pointer is an empty text.
 *
 * @param size - Bytes of an element: its length, then its heap id.
 * @param maxBytes - Refuses more text than this, however often elements share one heap object.
 */
export function decodeHeapText(size: number, packed: PackedBytes, heap: HeapObjects, maxBytes: number): Text {
  const { bytes, count } = packed;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const offsets = new Int32Array(count + 1);
  const place = new HeapText(view, heap);
  const allowed = Math.min(maxBytes, MAX_TEXT_BYTES);
  for (let at = 0, total = 0; at < count; at++) {
    total += place.seek(at * size);
    checkTextBytes(total, count, allowed);
    offsets[at + 1] = total;
  }
  const texts = new Uint8Array(offsets[count]!);
  for (let at = 0; at < count; at++) {
    const to = offsets[at]!;
    const length = offsets[at + 1]! - to;
    if (length === 0) continue;
    place.seek(at * size, length);
    const { bytes: from, start } = place;
    if (length > 32) texts.set(from.subarray(start, start + length), to);
    else for (let byte = 0; byte < length; byte++) texts[to + byte] = from[start + byte]!;
  }
  return { kind: "text", offsets, bytes: texts };
}

function checkTextBytes(bytes: number, count: number, allowed: number): void {
  if (bytes <= allowed) return;
  throw new LimitError(`${count} texts hold more than ${allowed} bytes; read them in parts`, {
    limit: "maxResultBytes",
    wanted: bytes,
    allowed,
  });
}

/** Looks up one text after another without making an object of each. */
class HeapText {
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  readonly #view: DataView;
  readonly #heap: HeapObjects;
  #address = -1;
  #collection: HeapCollection | undefined;

  constructor(view: DataView, heap: HeapObjects) {
    this.#view = view;
    this.#heap = heap;
  }

  /** Goes to the text of the element that begins at `at`. Gives its length, which a caller who knows it passes in. */
  seek(at: number, known?: number): number {
    const heap = this.#heap;
    const length = this.#view.getUint32(at, true);
    const address = readAddress(this.#view, at + 4, heap.offsetBytes);
    if (length === 0 || address === 0) return 0;
    if (address !== this.#address || this.#collection === undefined) {
      this.#collection = heap.collection(address);
      this.#address = address;
    }
    const { bytes, starts, ends } = this.#collection;
    const index = this.#view.getUint32(at + 4 + heap.offsetBytes, true);
    this.bytes = bytes;
    this.start = starts[index] ?? 0;
    if (this.start === 0) heap.missing(address, index);
    if (known !== undefined) return known;
    const limit = this.start + length;
    if (limit > ends[index]!) heap.tooLong(address, index, length, ends[index]! - this.start);
    let end = this.start;
    while (end < limit && bytes[end] !== NUL) end++;
    return end - this.start;
  }
}
