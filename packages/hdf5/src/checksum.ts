import { FormatError } from "@lazynwb/core";

/**
 * Bob Jenkins' lookup3 (`hashlittle`), the checksum of every structure with a version 2 layout.
 *
 * @param initial - The seed; the format always has 0.
 * @returns An unsigned 32-bit number.
 */
export function lookup3(bytes: Uint8Array, initial = 0): number {
  let left = bytes.length;
  let at = 0;
  let a = (0xdeadbeef + left + initial) | 0;
  let b = a;
  let c = a;
  const word = (offset: number) =>
    bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16) | (bytes[offset + 3]! << 24);
  const rotate = (value: number, by: number) => (value << by) | (value >>> (32 - by));
  while (left > 12) {
    a = (a + word(at)) | 0;
    b = (b + word(at + 4)) | 0;
    c = (c + word(at + 8)) | 0;
    a = ((a - c) ^ rotate(c, 4)) | 0;
    c = (c + b) | 0;
    b = ((b - a) ^ rotate(a, 6)) | 0;
    a = (a + c) | 0;
    c = ((c - b) ^ rotate(b, 8)) | 0;
    b = (b + a) | 0;
    a = ((a - c) ^ rotate(c, 16)) | 0;
    c = (c + b) | 0;
    b = ((b - a) ^ rotate(a, 19)) | 0;
    a = (a + c) | 0;
    c = ((c - b) ^ rotate(b, 4)) | 0;
    b = (b + a) | 0;
    left -= 12;
    at += 12;
  }
  if (left === 0) return c >>> 0;
  const tail = new Uint8Array(12);
  tail.set(bytes.subarray(at));
  const last = (offset: number) =>
    tail[offset]! | (tail[offset + 1]! << 8) | (tail[offset + 2]! << 16) | (tail[offset + 3]! << 24);
  a = (a + last(0)) | 0;
  b = (b + last(4)) | 0;
  c = (c + last(8)) | 0;
  c = ((c ^ b) - rotate(b, 14)) | 0;
  a = ((a ^ c) - rotate(c, 11)) | 0;
  b = ((b ^ a) - rotate(a, 25)) | 0;
  c = ((c ^ b) - rotate(b, 16)) | 0;
  a = ((a ^ c) - rotate(c, 4)) | 0;
  b = ((b ^ a) - rotate(a, 14)) | 0;
  c = ((c ^ b) - rotate(b, 24)) | 0;
  return c >>> 0;
}

/**
 * Checks the four bytes at the end of a structure against what comes before them.
 *
 * @param bytes - The whole structure, checksum included.
 * @param what - The structure, such as `"fractal heap header"`.
 * @param address - Where it lies, relative to the base address.
 * @throws FormatError where they differ or there is no room for a checksum.
 */
export function verifyChecksum(bytes: Uint8Array, what: string, address: number, source?: string): void {
  const end = bytes.length - 4;
  if (end < 0)
    throw new FormatError(`${what} at ${address}: ${bytes.length} bytes are too few to hold a checksum`, {
      source,
      offset: address,
    });
  const stored = (bytes[end]! | (bytes[end + 1]! << 8) | (bytes[end + 2]! << 16) | (bytes[end + 3]! << 24)) >>> 0;
  const computed = lookup3(bytes.subarray(0, end));
  if (stored === computed) return;
  throw new FormatError(`${what} at ${address}: the checksum does not match; the structure is damaged`, {
    source,
    offset: address,
    expected: computed.toString(16).padStart(8, "0"),
    found: stored.toString(16).padStart(8, "0"),
  });
}
