import { type Codec, corruptChunk } from "./codec.ts";

/** Filter 2: the first bytes of all elements, then the second bytes of all, and so on. */
export const shuffle: Codec = {
  id: 2,
  name: "shuffle",
  decode(bytes, { clientData, where }) {
    const width = clientData[0];
    if (width === undefined || width === 0)
      throw corruptChunk(where, "shuffle", "the pipeline does not say how wide its elements are");
    return unshuffle(bytes, width);
  },
};

/**
 * Brings the bytes of each element together again. Bytes behind the last whole element were never shuffled.
 *
 * @param width - Bytes of an element.
 * @returns `bytes` themselves where there is nothing to do.
 * @remarks Copies: one.
 */
export function unshuffle(bytes: Uint8Array, width: number): Uint8Array {
  if (width <= 1 || Math.floor(bytes.length / width) <= 1) return bytes;
  const result = new Uint8Array(bytes.length);
  unshuffleInto(bytes, width, result);
  return result;
}

/**
 * The same, into an array of the same length.
 *
 * @remarks Elements of 2, 4 and 8 bytes are put together four at a time, in words, where `result` is aligned to them.
 */
export function unshuffleInto(bytes: Uint8Array, width: number, result: Uint8Array): void {
  const count = Math.floor(bytes.length / width);
  const whole = count * width;
  let done = 0;
  if ((width === 2 || width === 4 || width === 8) && result.byteOffset % 4 === 0) {
    done = count - (count % 4);
    const words = new Uint32Array(result.buffer, result.byteOffset, (done * width) / 4);
    if (width === 2) unshuffle2(bytes, count, done, words);
    else for (let plane = 0; plane < width; plane += 4) unshuffle4(bytes, count, done, plane, width / 4, words);
  }
  for (let plane = 0; plane < width; plane++) {
    const from = plane * count;
    for (let at = done, to = done * width + plane; at < count; at++, to += width) result[to] = bytes[from + at]!;
  }
  result.set(bytes.subarray(whole), whole);
}

/** Four bytes of a plane as one word, whatever their alignment. */
function planeWords(bytes: Uint8Array, start: number, count: number): Uint32Array {
  const at = bytes.byteOffset + start;
  if (at % 4 === 0) return new Uint32Array(bytes.buffer, at, count / 4);
  return new Uint32Array(bytes.buffer.slice(at, at + count));
}

function unshuffle2(bytes: Uint8Array, count: number, done: number, words: Uint32Array): void {
  const low = planeWords(bytes, 0, done);
  const high = planeWords(bytes, count, done);
  for (let at = 0, to = 0; at < low.length; at++, to += 2) {
    const a = low[at]!;
    const b = high[at]!;
    const even = (a & 0x00ff00ff) | ((b & 0x00ff00ff) << 8);
    const odd = ((a >>> 8) & 0x00ff00ff) | (b & 0xff00ff00);
    words[to] = (even & 0xffff) | (odd << 16);
    words[to + 1] = (even >>> 16) | (odd & 0xffff0000);
  }
}

/** Four planes, beginning with `plane`, into one word of each element: a 4 x 4 transposition of bytes in two steps. */
function unshuffle4(
  bytes: Uint8Array,
  count: number,
  done: number,
  plane: number,
  wordsPerElement: number,
  words: Uint32Array,
): void {
  const plane0 = planeWords(bytes, plane * count, done);
  const plane1 = planeWords(bytes, (plane + 1) * count, done);
  const plane2 = planeWords(bytes, (plane + 2) * count, done);
  const plane3 = planeWords(bytes, (plane + 3) * count, done);
  let to = plane / 4;
  for (let at = 0; at < plane0.length; at++) {
    const a = plane0[at]!;
    const b = plane1[at]!;
    const c = plane2[at]!;
    const d = plane3[at]!;
    const lowEven = (a & 0x00ff00ff) | ((b & 0x00ff00ff) << 8);
    const lowOdd = ((a >>> 8) & 0x00ff00ff) | (b & 0xff00ff00);
    const highEven = (c & 0x00ff00ff) | ((d & 0x00ff00ff) << 8);
    const highOdd = ((c >>> 8) & 0x00ff00ff) | (d & 0xff00ff00);
    words[to] = (lowEven & 0xffff) | (highEven << 16);
    words[to + wordsPerElement] = (lowOdd & 0xffff) | (highOdd << 16);
    words[to + 2 * wordsPerElement] = (lowEven >>> 16) | (highEven & 0xffff0000);
    words[to + 3 * wordsPerElement] = (lowOdd >>> 16) | (highOdd & 0xffff0000);
    to += 4 * wordsPerElement;
  }
}
