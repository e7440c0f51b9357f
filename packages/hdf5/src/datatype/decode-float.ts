import { allocateFixed, type FloatDType, type TypedArray } from "@lazynwb/core";
import { NATIVE_LITTLE_ENDIAN } from "./byte-order.ts";
import type { FloatingPointDatatype } from "./datatype.ts";
import { type PackedBytes, storedBits } from "./decode-number.ts";

/**
 * Floating-point numbers of any layout (bfloat16, 24 bits, x87 ...), field by field.
 *
 * @remarks Slow beside the IEEE types, which never come here. A mantissa of more than 53 bits is rounded half to even.
 */
export function decodeUnusualFloats(
  datatype: FloatingPointDatatype,
  dtype: FloatDType,
  packed: PackedBytes,
): TypedArray {
  const values = allocateFixed(dtype, packed.count) as Float64Array | Float32Array | Uint16Array;
  const bigEndian = datatype.order === "big";
  for (let at = 0; at < packed.count; at++) {
    const value = floatOf(datatype, storedBits(packed.bytes, at * datatype.size, datatype.size, bigEndian));
    values[at] = dtype.bits === 16 ? halfBits(value) : value;
    if (Number.isNaN(value) && values instanceof Float32Array) setNotANumber(values, at);
  }
  return values;
}

/** libhdf5 sets all mantissa bits of a NaN that it widens; so that answers are equal to its bit by bit, so do we. */
function setNotANumber({ buffer, byteOffset }: Float32Array, at: number): void {
  new DataView(buffer, byteOffset).setUint32(4 * at, 0x7fffffff, NATIVE_LITTLE_ENDIAN);
}

/** The number that the bits of one element mean. */
function floatOf(datatype: FloatingPointDatatype, bits: bigint): number {
  const { mantissaBits, exponentBits, exponentBias, normalization } = datatype;
  const field = (position: number, width: number) => BigInt.asUintN(width, bits >> BigInt(position));
  const sign = field(datatype.signPosition, 1) === 1n ? -1 : 1;
  const exponent = Number(field(datatype.exponentPosition, exponentBits));
  const mantissa = field(datatype.mantissaPosition, mantissaBits);
  const fraction = normalization === "implied" ? mantissa : BigInt.asUintN(mantissaBits - 1, mantissa);
  if (exponent === 2 ** exponentBits - 1) return fraction === 0n ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (normalization === "implied") {
    const significand = exponent === 0 ? mantissa : mantissa | (1n << BigInt(mantissaBits));
    return sign * scaled(Number(significand), Math.max(exponent, 1) - exponentBias - mantissaBits);
  }
  return sign * scaled(Number(mantissa), Math.max(exponent, 1) - exponentBias - (mantissaBits - 1));
}

/** `value * 2 ** power`, in steps where the power alone leaves the range of a double. */
function scaled(value: number, power: number): number {
  if (value === 0) return 0;
  let result = value;
  let left = power;
  while (left > 1000 && Number.isFinite(result)) {
    result *= 2 ** 1000;
    left -= 1000;
  }
  while (left < -1000 && result !== 0) {
    result *= 2 ** -1000;
    left += 1000;
  }
  return result * 2 ** left;
}

const doubles = new Float64Array(1);
const doubleWords = new BigUint64Array(doubles.buffer);

/** The bits of the IEEE half nearest to a number whose exponent and mantissa fit one. */
function halfBits(value: number): number {
  doubles[0] = value;
  const bits = doubleWords[0]!;
  const sign = Number(bits >> 63n) << 15;
  const magnitude = Math.abs(value);
  if (Number.isNaN(value)) return sign | 0x7fff;
  if (magnitude === 0) return sign;
  if (magnitude >= 65520) return sign | 0x7c00;
  if (magnitude < 2 ** -14) return sign | Math.round(magnitude * 2 ** 24);
  const exponent = Number((bits >> 52n) & 0x7ffn) - 1023;
  return sign | (((exponent + 15) << 10) + Math.round((magnitude / 2 ** exponent - 1) * 1024));
}
