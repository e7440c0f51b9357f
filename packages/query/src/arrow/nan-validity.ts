import type { TypedArray } from "@lazynwb/core";

/** A validity bitmap in which NaN is null; undefined where there is none. 16-bit floats are their raw bits. */
export function nanValidity(values: TypedArray, length: number): Uint8Array | undefined {
  const half = values instanceof Uint16Array;
  let bits: Uint8Array | undefined;
  for (let at = 0; at < length; at++) {
    const value = values[at]!;
    if (half ? (Number(value) & 0x7fff) > 0x7c00 : Number.isNaN(value)) {
      bits ??= new Uint8Array((length + 7) >> 3).fill(0xff);
      bits[at >> 3]! &= ~(1 << (at & 7));
    }
  }
  return bits;
}
