import { type Codec, corruptChunk } from "./codec.ts";

/** Filter 3: a checksum behind the data. */
export const fletcher32: Codec = {
  id: 3,
  name: "fletcher32",
  decode(bytes, { where }) {
    const end = bytes.length - 4;
    if (end < 0) throw corruptChunk(where, "fletcher32", `${bytes.length} bytes are too few to hold a checksum`);
    const data = bytes.subarray(0, end);
    const stored = (bytes[end]! | (bytes[end + 1]! << 8) | (bytes[end + 2]! << 16) | (bytes[end + 3]! << 24)) >>> 0;
    const computed = fletcher32Of(data);
    // Writers before HDF5 1.6.3 swapped the bytes of both halves.
    const swapped = (((computed & 0x00ff00ff) << 8) | ((computed >>> 8) & 0x00ff00ff)) >>> 0;
    if (stored !== computed && stored !== swapped)
      throw corruptChunk(where, "fletcher32", "the checksum does not match", {
        expected: computed.toString(16).padStart(8, "0"),
        found: stored.toString(16).padStart(8, "0"),
      });
    return data;
  },
};

/** Words after which the sums must be brought back below 2^16, lest they leave 32 bits. */
const WORDS_PER_BLOCK = 360;

/** Fletcher's checksum over big-endian 16-bit words; an odd byte at the end is the upper half of one. */
export function fletcher32Of(bytes: Uint8Array): number {
  let first = 0;
  let second = 0;
  let at = 0;
  const even = bytes.length - (bytes.length % 2);
  while (at < even) {
    const stop = Math.min(even, at + 2 * WORDS_PER_BLOCK);
    for (; at < stop; at += 2) {
      first += (bytes[at]! << 8) | bytes[at + 1]!;
      second += first;
    }
    first = (first & 0xffff) + (first >>> 16);
    second = (second & 0xffff) + (second >>> 16);
  }
  if (even < bytes.length) {
    first += bytes[even]! << 8;
    second += first;
    first = (first & 0xffff) + (first >>> 16);
    second = (second & 0xffff) + (second >>> 16);
  }
  first = (first & 0xffff) + (first >>> 16);
  second = (second & 0xffff) + (second >>> 16);
  return ((second << 16) | first) >>> 0;
}
