/** Whether numbers of this machine begin with their least significant byte. */
export const NATIVE_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * Reverses the bytes of every element, in place.
 *
 * @param bytes - Whole elements, aligned to 4 bytes (2 where elements have 2).
 * @param width - Bytes of an element.
 */
export function swapBytes(bytes: Uint8Array, width: number): void {
  const { buffer, byteOffset, length } = bytes;
  if (width === 2) {
    const words = new Uint16Array(buffer, byteOffset, length / 2);
    for (let at = 0; at < words.length; at++) {
      const word = words[at]!;
      words[at] = (word >> 8) | (word << 8);
    }
  } else if (width === 4) {
    const words = new Uint32Array(buffer, byteOffset, length / 4);
    for (let at = 0; at < words.length; at++) words[at] = reversed(words[at]!);
  } else if (width === 8) {
    const words = new Uint32Array(buffer, byteOffset, length / 4);
    for (let at = 0; at < words.length; at += 2) {
      const low = words[at]!;
      words[at] = reversed(words[at + 1]!);
      words[at + 1] = reversed(low);
    }
  } else if (width > 1) {
    for (let start = 0; start < length; start += width) bytes.subarray(start, start + width).reverse();
  }
}

function reversed(word: number): number {
  return (word >>> 24) | ((word >>> 8) & 0xff00) | ((word << 8) & 0xff0000) | (word << 24);
}
