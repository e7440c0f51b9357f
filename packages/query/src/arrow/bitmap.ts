/** Bits, least significant first, from bytes that are 0 or 1. */
export function packBits(bytes: Uint8Array): Uint8Array {
  const bits = new Uint8Array((bytes.length + 7) >> 3);
  const whole = bytes.length & ~7;
  let at = 0;
  for (let next = 0; at < whole; at += 8, next++) {
    bits[next] =
      bytes[at]! |
      (bytes[at + 1]! << 1) |
      (bytes[at + 2]! << 2) |
      (bytes[at + 3]! << 3) |
      (bytes[at + 4]! << 4) |
      (bytes[at + 5]! << 5) |
      (bytes[at + 6]! << 6) |
      (bytes[at + 7]! << 7);
  }
  for (; at < bytes.length; at++) bits[at >> 3]! |= bytes[at]! << (at & 7);
  return bits;
}

/** One byte of 0 or 1 for each of `length` bits from bit `offset`. */
export function unpackBits(bits: Uint8Array, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0, bit = offset; at < length; at++, bit++) bytes[at] = (bits[bit >> 3]! >> (bit & 7)) & 1;
  return bytes;
}

/** The bits `[start, stop)` as a bitmap of their own; a view where they begin on a byte. */
export function sliceBits(bits: Uint8Array, start: number, stop: number): Uint8Array {
  const length = (stop - start + 7) >> 3;
  const first = start >> 3;
  const shift = start & 7;
  if (shift === 0) return bits.subarray(first, first + length);
  const moved = new Uint8Array(length);
  for (let at = 0; at < length; at++)
    moved[at] = (bits[first + at]! >> shift) | ((bits[first + at + 1] ?? 0) << (8 - shift));
  return moved;
}

/** How many of the first `length` bits are 0. */
export function countUnset(bits: Uint8Array, length: number): number {
  let set = 0;
  const whole = length >> 3;
  for (let at = 0; at < whole; at++) set += bitCount(bits[at]!);
  if ((length & 7) !== 0) set += bitCount(bits[whole]! & ((1 << (length & 7)) - 1));
  return length - set;
}

function bitCount(byte: number): number {
  const pairs = byte - ((byte >> 1) & 0x55);
  const nibbles = (pairs & 0x33) + ((pairs >> 2) & 0x33);
  return (nibbles + (nibbles >> 4)) & 0x0f;
}

/** Bits that are set in both; either may be absent, which means all set. */
export function andBits(left: Uint8Array | undefined, right: Uint8Array | undefined): Uint8Array | undefined {
  if (left === undefined || right === undefined) return left ?? right;
  const both = new Uint8Array(Math.min(left.length, right.length));
  for (let at = 0; at < both.length; at++) both[at] = left[at]! & right[at]!;
  return both;
}
