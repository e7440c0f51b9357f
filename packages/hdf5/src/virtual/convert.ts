import { allocateFixed, type DType, dtypeEquals, type NdArray, UnsupportedError } from "@lazynwb/core";

/**
 * Values as those of another type, as libhdf5 converts them: numbers that do not fit become the nearest that does, fractions
 * are cut, integers are rounded once.
 *
 * @throws UnsupportedError where one of the types is no integer or float of 32 or 64 bits.
 */
export function convertArray(array: NdArray, dtype: DType): NdArray {
  if (dtypeEquals(array.dtype, dtype)) return array;
  const from = array.dtype;
  const { data } = array;
  const isNumber = (type: DType) => type.kind === "int" || (type.kind === "float" && type.bits !== 16);
  if (data.kind !== "fixed" || !isNumber(from) || !isNumber(dtype) || (dtype.kind !== "int" && dtype.kind !== "float"))
    throw new UnsupportedError("a virtual dataset and its source are of types that are not converted", {
      feature: "virtual dataset of another type than its source",
    });
  const { values } = data;
  const result = allocateFixed(dtype, values.length);
  const convert = dtype.kind === "float" ? toFloat(dtype.bits === 32) : toInteger(dtype.bits, dtype.signed);
  for (let at = 0; at < values.length; at++) result[at] = convert(values[at]!);
  return { ...array, dtype, data: { kind: "fixed", values: result } };
}

function toFloat(single: boolean): (value: number | bigint) => number {
  return (value) => {
    if (typeof value === "number" || !single || (value <= 2n ** 53n && value >= -(2n ** 53n))) return Number(value);
    // Rounded once: the bits that are cut leave a mark behind those that a float32 looks at.
    const mark = (value & 0x7ffn) === 0n ? 0n : 1n;
    return Number((value >> 11n) | mark) * 2048;
  };
}

function toInteger(bits: number, signed: boolean): (value: number | bigint) => number | bigint {
  const low = signed ? -(2n ** BigInt(bits - 1)) : 0n;
  const high = 2n ** BigInt(signed ? bits - 1 : bits) - 1n;
  return (value) => {
    const whole = typeof value === "bigint" ? value : wholeOf(value, low, high);
    const fitting = whole < low ? low : whole > high ? high : whole;
    return bits === 64 ? fitting : Number(fitting);
  };
}

function wholeOf(value: number, low: bigint, high: bigint): bigint {
  if (Number.isFinite(value)) return BigInt(Math.trunc(value));
  return Number.isNaN(value) ? 0n : value > 0 ? high : low;
}
