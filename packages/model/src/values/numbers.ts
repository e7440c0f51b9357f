import { halfToNumber, type NdArray } from "@lazynwb/core";

/** Numbers of any stored width as float64. */
export function asFloat64(array: NdArray): Float64Array {
  if (array.data.kind !== "fixed") throw new TypeError("not an array of numbers");
  const { values } = array.data;
  if (values instanceof Float64Array) return values;
  const half = array.dtype.kind === "float" && array.dtype.bits === 16;
  const numbers = new Float64Array(values.length);
  for (let at = 0; at < numbers.length; at++)
    numbers[at] = half ? halfToNumber(Number(values[at])) : Number(values[at]);
  return numbers;
}
