import { UnsupportedError } from "@lazynwb/core";
import { BitReader, holdsBits } from "./bit-reader.ts";
import { type CodecContext, corruptChunk } from "./codec.ts";

/** Bytes before the packed values: their width in bits, the width of the minimum, the minimum, 8 unused. */
const HEADER_BYTES = 21;

/** What the pipeline says of the values. Source: H5Zscaleoffset.c, `cd_values`. */
interface Parameters {
  readonly scaleFactor: number;
  readonly count: number;
  readonly isFloat: boolean;
  /** Bytes of a value. */
  readonly size: number;
  readonly isBigEndian: boolean;
  /** Low and high half of the fill value, which all ones stand for; null where none was defined. */
  readonly fill: readonly [number, number] | null;
}

/** What the chunk says of itself. */
interface Packing {
  /** Bits of a packed value. */
  readonly width: number;
  /** Low and high half. */
  readonly minimum: readonly [number, number];
}

/** Filter 6: integers as differences from the least of them, floats as decimal fixed point, in as few bits as hold them. */
export function decodeScaleoffset(bytes: Uint8Array, context: CodecContext): Uint8Array {
  const parameters = parseParameters(context);
  const { count, size, isFloat, scaleFactor, isBigEndian } = parameters;
  const length = count * size;
  if (length > context.maxOutputBytes || (context.outputBytes !== null && length !== context.outputBytes))
    throw corruptChunk(context.where, "scaleoffset", "its parameters are of another chunk size", {
      expected: `${context.outputBytes ?? `at most ${context.maxOutputBytes}`} bytes`,
      found: `${length} bytes`,
    });
  if (!isFloat && scaleFactor === 8 * size) return bytes;
  const packing = parsePacking(bytes, parameters, context);
  const body = bytes.subarray(HEADER_BYTES);
  const result = new Uint8Array(length);
  if (packing.width === 8 * size) result.set(body.subarray(0, length));
  else if (isFloat) unpackFloats(body, parameters, packing, result);
  else if (size === 8) unpackLongs(body, parameters, packing, result);
  else unpackIntegers(body, parameters, packing, result);
  if (isBigEndian) swap(result, size);
  return result;
}

function parseParameters({ clientData, where }: CodecContext): Parameters {
  const [scaleType, factor, count = 0, classOf, size = 0, , order, hasFill] = clientData;
  const isFloat = classOf === 1;
  const sizes = isFloat ? [4, 8] : [1, 2, 4, 8];
  if (clientData.length < 20 || classOf === undefined || classOf > 1 || !sizes.includes(size))
    throw corruptChunk(where, "scaleoffset", "its parameters are broken", { found: clientData.join(" ") });
  if (isFloat && scaleType === 1)
    throw new UnsupportedError(`${where.path}: scaleoffset with an exponent scale is not supported`, {
      source: where.source,
      path: where.path,
      feature: "filter 6 (scaleoffset) with an exponent scale",
    });
  const scaleFactor = factor! | 0;
  if (scaleType !== (isFloat ? 0 : 2) || (!isFloat && (scaleFactor < 0 || scaleFactor > 8 * size)))
    throw corruptChunk(where, "scaleoffset", "its parameters are broken", { found: clientData.join(" ") });
  const fill = hasFill === 1 ? ([clientData[8]!, clientData[9]!] as const) : null;
  return { scaleFactor, count, isFloat, size, isBigEndian: order === 1, fill };
}

function parsePacking(bytes: Uint8Array, { count, size }: Parameters, { where }: CodecContext): Packing {
  if (bytes.length < HEADER_BYTES)
    throw corruptChunk(where, "scaleoffset", `${bytes.length} bytes are too few for its header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const width = view.getUint32(0, true);
  const bits = width * count;
  const isWhole = width === 8 * size && bytes.length - HEADER_BYTES === count * size;
  if (width > 8 * size || (!isWhole && !holdsBits(bytes.length - HEADER_BYTES, bits)))
    throw corruptChunk(where, "scaleoffset", "its size does not fit its values", {
      expected: `${count} values of at most ${8 * size} bits`,
      found: `${bytes.length - HEADER_BYTES} bytes for values of ${width} bits`,
    });
  const minimum = new Uint8Array(8);
  minimum.set(bytes.subarray(5, 5 + Math.min(8, bytes[4]!)));
  const halves = new DataView(minimum.buffer);
  return { width, minimum: [halves.getUint32(0, true), halves.getUint32(4, true)] };
}

/** 1, 2 and 4 bytes: sums wrap around when they are stored, as they did when the differences were taken. */
function unpackIntegers(
  body: Uint8Array,
  parameters: Parameters,
  packing: Packing,
  result: Uint8Array<ArrayBuffer>,
): void {
  const { count, size, fill } = parameters;
  const { width, minimum } = packing;
  const values = size === 1 ? result : new (size === 2 ? Uint16Array : Uint32Array)(result.buffer);
  const allOnes = fill === null ? -1 : 2 ** width - 1;
  const bits = new BitReader(body);
  for (let at = 0; at < count; at++) {
    const value = bits.take(width);
    values[at] = value === allOnes ? fill![0] : value + minimum[0];
  }
}

/** The two halves of the next value. */
function takeHalves(bits: BitReader, width: number, halves: Uint32Array): void {
  halves[1] = width > 32 ? bits.take(width - 32) : 0;
  halves[0] = bits.take(Math.min(width, 32));
}

/** The halves of the value whose bits are all set. */
function allOnesOf(width: number): readonly [number, number] {
  return [2 ** Math.min(width, 32) - 1, width > 32 ? 2 ** (width - 32) - 1 : 0];
}

function unpackLongs(
  body: Uint8Array,
  parameters: Parameters,
  packing: Packing,
  result: Uint8Array<ArrayBuffer>,
): void {
  const { count, fill } = parameters;
  const { width, minimum } = packing;
  const words = new Uint32Array(result.buffer, 0, 2 * count);
  const ones = allOnesOf(width);
  const bits = new BitReader(body);
  const halves = new Uint32Array(2);
  for (let at = 0; at < 2 * count; at += 2) {
    takeHalves(bits, width, halves);
    const isFill = fill !== null && halves[0] === ones[0] && halves[1] === ones[1];
    const low = isFill ? fill[0] : halves[0]! + minimum[0];
    words[at] = low;
    words[at + 1] = isFill ? fill[1] : halves[1]! + minimum[1] + (low > 0xffff_ffff ? 1 : 0);
  }
}

/** Fixed point with `scaleFactor` decimals. Each step is rounded to the type of the values, as libhdf5 rounds it. */
function unpackFloats(
  body: Uint8Array,
  parameters: Parameters,
  packing: Packing,
  result: Uint8Array<ArrayBuffer>,
): void {
  const { count, size, fill, scaleFactor } = parameters;
  const { width, minimum } = packing;
  const values = new (size === 4 ? Float32Array : Float64Array)(result.buffer);
  const round = size === 4 ? Math.fround : (value: number) => value;
  const floatOf = ([low, high]: readonly [number, number]): number => {
    const view = new DataView(new ArrayBuffer(8));
    view.setUint32(0, low, true);
    view.setUint32(4, high, true);
    return size === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
  };
  const least = floatOf(minimum);
  const fillValue = fill === null ? 0 : floatOf(fill);
  const scale = round(Number(`1e${scaleFactor}`));
  const ones = allOnesOf(width);
  const bits = new BitReader(body);
  const halves = new Uint32Array(2);
  for (let at = 0; at < count; at++) {
    takeHalves(bits, width, halves);
    if (fill !== null && halves[0] === ones[0] && halves[1] === ones[1]) values[at] = fillValue;
    else values[at] = round(round(halves[1]! * 2 ** 32 + halves[0]!) / scale) + least;
  }
}

function swap(bytes: Uint8Array, size: number): void {
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}
