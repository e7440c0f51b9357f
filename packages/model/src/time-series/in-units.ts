import { type DType, halfToNumber, type NdArray } from "@lazynwb/core";
import { type Attributes, attributeOf, numberOf } from "../attributes.ts";
import { numberToHalf } from "../values/half.ts";
import { asFloat64 } from "../values/numbers.ts";

/** The width in which numpy computes: a Python number adapts to the array that it meets. */
type Width = 16 | 32 | 64 | "python";

/** A factor with the width it is stored in. */
interface Factor {
  readonly value: number;
  readonly width: Width;
}

/** How stored values become values in `unit`. */
export interface Scaling {
  readonly conversion: Factor;
  readonly offset: Factor;
}

/** `conversion` and `offset` of a series' data; absent ones are the 1.0 and 0.0 that pynwb puts. */
export function scalingOf(data: Attributes): Scaling {
  const factor = (name: string, otherwise: number): Factor => {
    const array = attributeOf(data, name);
    const value = numberOf(array);
    if (array === undefined || value === null) return { value: otherwise, width: "python" };
    return { value, width: array.dtype.kind === "float" ? array.dtype.bits : 64 };
  };
  return { conversion: factor("conversion", 1), offset: factor("offset", 0) };
}

/** The width of an operation on an array of `dtype` with a factor. */
function widthWith(dtype: DType, width: Width): 16 | 32 | 64 {
  if (dtype.kind === "float") return width === "python" ? dtype.bits : (Math.max(dtype.bits, width) as 16 | 32 | 64);
  if (width === "python" || width === 64) return 64;
  const bits = dtype.kind === "int" ? dtype.bits : 1;
  if (bits > 16) return 64;
  return bits > 8 ? 32 : width;
}

function roundingTo(width: 16 | 32 | 64): ((value: number) => number) | null {
  if (width === 64) return null;
  return width === 32 ? Math.fround : (value) => halfToNumber(numberToHalf(value));
}

/**
 * Values in `unit`: data * (conversion * channel_conversion) + offset, in the widths in which numpy computes them, so that
 * they are those of pynwb's `get_data_in_units` bit for bit; then widened to float64.
 *
 * @param data - numbers or booleans, shape [rows, ...].
 * @param channels - one factor a channel, along the second axis; absent where there is none.
 * @param chosen - the channels that `data` has, where it has not all.
 */
export function inUnits(
  data: NdArray,
  { conversion, offset }: Scaling,
  channels?: NdArray,
  chosen?: readonly number[],
): NdArray {
  if (data.data.kind !== "fixed") return data;
  const all = channels === undefined ? [conversion] : channelFactors(conversion, channels);
  const factors = channels === undefined || chosen === undefined ? all : chosen.map((channel) => all[channel]!);
  const width = widthWith(data.dtype, factors[0]?.width ?? "python");
  const sumWidth = widthWith({ kind: "float", bits: width }, offset.width);
  const [roundProduct, roundSum] = [roundingTo(width), roundingTo(sumWidth)];
  const half = data.dtype.kind === "float" && data.dtype.bits === 16;
  const { values } = data.data;
  const inner = data.shape.slice(2).reduce((product, size) => product * size, 1);
  const result = new Float64Array(values.length);
  for (let at = 0; at < result.length; at++) {
    const factor = factors.length === 1 ? factors[0]!.value : factors[Math.floor(at / inner) % factors.length]!.value;
    const product = (half ? halfToNumber(Number(values[at])) : Number(values[at])) * factor;
    const sum = (roundProduct === null ? product : roundProduct(product)) + offset.value;
    result[at] = roundSum === null ? sum : roundSum(sum);
  }
  return { ...data, dtype: { kind: "float", bits: 64 }, data: { kind: "fixed", values: result } };
}

function channelFactors(conversion: Factor, channels: NdArray): Factor[] {
  const width = widthWith(channels.dtype, conversion.width);
  const round = roundingTo(width);
  return Array.from(asFloat64(channels), (channel) => {
    const product = conversion.value * channel;
    return { value: round === null ? product : round(product), width };
  });
}
