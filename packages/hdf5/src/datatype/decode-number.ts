import { allocateFixed, type FloatDType, type IntDType, type TypedArray } from "@lazynwb/core";
import { NATIVE_LITTLE_ENDIAN, swapBytes } from "./byte-order.ts";
import type { BitfieldDatatype, FixedPointDatatype, FloatingPointDatatype } from "./datatype.ts";
import { decodeUnusualFloats } from "./decode-float.ts";

/** Elements as stored, one after another. */
export interface PackedBytes {
  readonly bytes: Uint8Array;
  readonly count: number;
  /** The result may keep and overwrite them. */
  readonly owned: boolean;
}

/** Integers in native order. Copies: none where the bytes are owned, aligned and of a usual width, else one. */
export function decodeIntegers(
  datatype: FixedPointDatatype | BitfieldDatatype,
  dtype: IntDType,
  packed: PackedBytes,
): TypedArray {
  const { size, bigEndian, bitOffset, precision } = datatype;
  // Of big-endian integers libhdf5 only swaps the bytes where the size is right, and leaves bits above the precision as they
  // are: a negative one of 24 bits in 32 is not sign-extended. Our answers are to be equal to its.
  const isWhole = precision === dtype.bits || (bigEndian && size > 1);
  if (size * 8 === dtype.bits && bitOffset === 0 && isWhole) return nativeView(dtype, packed, size, bigEndian);
  const values = allocateFixed(dtype, packed.count);
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    const cut = dtype.signed ? BigInt.asIntN : BigInt.asUintN;
    for (let at = 0; at < packed.count; at++)
      values[at] = cut(precision, storedBits(packed.bytes, at * size, size, bigEndian) >> BigInt(bitOffset));
    return values;
  }
  const above = 32 - precision;
  for (let at = 0; at < packed.count; at++) {
    const first = at * size;
    let word = 0;
    for (let byte = 0; byte < size; byte++)
      word |= packed.bytes[bigEndian ? first + size - 1 - byte : first + byte]! << (8 * byte);
    const raised = (word >>> bitOffset) << above;
    values[at] = dtype.signed ? raised >> above : raised >>> above;
  }
  return values;
}

/** Floating-point numbers in native order; float16 as its raw bits. */
export function decodeFloats(datatype: FloatingPointDatatype, dtype: FloatDType, packed: PackedBytes): TypedArray {
  if (isIeee(datatype)) return nativeView(dtype, packed, datatype.size, datatype.order === "big");
  return decodeUnusualFloats(datatype, dtype, packed);
}

function isIeee(datatype: FloatingPointDatatype): boolean {
  const { size, normalization, signPosition, exponentPosition, exponentBits, mantissaPosition, mantissaBits } =
    datatype;
  const usual = size === 2 ? [5, 10] : size === 4 ? [8, 23] : size === 8 ? [11, 52] : undefined;
  return (
    usual !== undefined &&
    normalization === "implied" &&
    exponentBits === usual[0] &&
    mantissaBits === usual[1] &&
    mantissaPosition === 0 &&
    exponentPosition === mantissaBits &&
    signPosition === size * 8 - 1 &&
    datatype.exponentBias === 2 ** (exponentBits - 1) - 1
  );
}

/** The bytes themselves as a typed array, swapped where the file has the other order. */
function nativeView(dtype: IntDType | FloatDType, packed: PackedBytes, width: number, bigEndian: boolean): TypedArray {
  const length = packed.count * width;
  const keeps = packed.owned && packed.bytes.byteOffset % Math.max(4, width) === 0;
  const bytes = keeps ? packed.bytes.subarray(0, length) : new Uint8Array(packed.bytes.subarray(0, length));
  if (bigEndian === NATIVE_LITTLE_ENDIAN) swapBytes(bytes, width);
  return typedView(dtype, bytes, packed.count);
}

function typedView(dtype: IntDType | FloatDType, { buffer, byteOffset }: Uint8Array, count: number): TypedArray {
  if (dtype.kind === "float")
    return dtype.bits === 64
      ? new Float64Array(buffer, byteOffset, count)
      : dtype.bits === 32
        ? new Float32Array(buffer, byteOffset, count)
        : new Uint16Array(buffer, byteOffset, count);
  switch (dtype.bits) {
    case 8:
      return dtype.signed ? new Int8Array(buffer, byteOffset, count) : new Uint8Array(buffer, byteOffset, count);
    case 16:
      return dtype.signed ? new Int16Array(buffer, byteOffset, count) : new Uint16Array(buffer, byteOffset, count);
    case 32:
      return dtype.signed ? new Int32Array(buffer, byteOffset, count) : new Uint32Array(buffer, byteOffset, count);
    case 64:
      return dtype.signed
        ? new BigInt64Array(buffer, byteOffset, count)
        : new BigUint64Array(buffer, byteOffset, count);
    default:
      return dtype satisfies never;
  }
}

/** All bits of one element as one number. */
export function storedBits(bytes: Uint8Array, start: number, size: number, bigEndian: boolean): bigint {
  let bits = 0n;
  for (let at = 0; at < size; at++)
    bits = (bits << 8n) | BigInt(bytes[bigEndian ? start + at : start + size - 1 - at]!);
  return bits;
}
