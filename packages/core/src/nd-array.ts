import { type DType, dtypeName, type FloatDType, type IntDType } from "./dtype.ts";
import { LimitError } from "./errors/index.ts";
import type { Selection } from "./selection.ts";

export type TypedArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array
  | Float64Array;

/** A pointer to an object, unresolved: paths are asked for by `Hierarchy.resolve`, only where they are needed. */
export interface Reference {
  /** Equal for two references, links or nodes of one hierarchy exactly where they mean the same object. */
  readonly objectId: string;
  /** The elements meant, where it is a region reference. */
  readonly region?: Selection | undefined;
}

/**
 * The elements of an array in row-major order, in Arrow's own layouts, so that a record batch wraps these buffers without
 * a copy.
 */
export type Values =
  /** Native byte order, aligned. bool: Uint8Array of 0 and 1. float16: the raw bits in a Uint16Array. enum: the codes. */
  | { readonly kind: "fixed"; readonly values: TypedArray }
  /** Element i is `bytes[offsets[i], offsets[i + 1])`, UTF-8. */
  | { readonly kind: "text"; readonly offsets: Int32Array; readonly bytes: Uint8Array }
  /** Element i points to `targets[codes[i]]`; -1 is null. */
  | { readonly kind: "reference"; readonly codes: Int32Array; readonly targets: readonly Reference[] }
  | { readonly kind: "struct"; readonly fields: Readonly<Record<string, NdArray>> }
  /** Element i is `values[offsets[i], offsets[i + 1])` along the first axis of `values`. */
  | { readonly kind: "list"; readonly offsets: Int32Array; readonly values: NdArray }
  | { readonly kind: "opaque"; readonly itemBytes: number; readonly bytes: Uint8Array };

/** An array that was read. An attribute's value is one too. */
export interface NdArray {
  readonly dtype: DType;
  /** [] is a scalar, which has one element. */
  readonly shape: readonly number[];
  readonly data: Values;
  /** Which elements of the first axis are not null, as an Arrow validity bitmap (bit i of byte i >> 3, 1 = valid). Absent: all. */
  readonly validity?: Uint8Array | undefined;
}

/** Number of elements of a shape; [] has 1. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Elements along the first axis; a scalar has one row. */
export function rowCount(array: NdArray): number {
  return array.shape[0] ?? 1;
}

/** The typed array that holds elements of a numeric type. I/O: none. */
export function allocateFixed(dtype: IntDType | FloatDType | { readonly kind: "bool" }, length: number): TypedArray {
  if (length > 2 ** 31 - 1)
    throw new LimitError(`${length} elements of ${dtypeName(dtype)} do not fit one array; read them in parts`, {
      limit: "elements",
      wanted: length,
      allowed: 2 ** 31 - 1,
    });
  if (dtype.kind === "bool") return new Uint8Array(length);
  if (dtype.kind === "float")
    return dtype.bits === 64
      ? new Float64Array(length)
      : dtype.bits === 32
        ? new Float32Array(length)
        : new Uint16Array(length);
  switch (dtype.bits) {
    case 8:
      return dtype.signed ? new Int8Array(length) : new Uint8Array(length);
    case 16:
      return dtype.signed ? new Int16Array(length) : new Uint16Array(length);
    case 32:
      return dtype.signed ? new Int32Array(length) : new Uint32Array(length);
    case 64:
      return dtype.signed ? new BigInt64Array(length) : new BigUint64Array(length);
    default:
      return dtype satisfies never;
  }
}

/** Whether element `at` of the first axis is null. */
export function isNull(array: NdArray, at: number): boolean {
  if (array.data.kind === "reference") return array.data.codes[at] === -1;
  return array.validity !== undefined && ((array.validity[at >> 3]! >> (at & 7)) & 1) === 0;
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The texts of a text array, in row-major order; null where one is null. Invalid UTF-8 arrives as U+FFFD.
 *
 * @example stringsOf(textArray(["a", "b"])) // ["a", "b"]
 */
export function stringsOf(array: NdArray): (string | null)[] {
  if (array.data.kind !== "text") throw new TypeError(`stringsOf wants text, not ${dtypeName(array.dtype)}`);
  const { offsets, bytes } = array.data;
  const texts: (string | null)[] = new Array(Math.max(0, offsets.length - 1));
  for (let at = 0; at < texts.length; at++)
    texts[at] = isNull(array, at) ? null : utf8.decode(bytes.subarray(offsets[at]!, offsets[at + 1]!));
  return texts;
}

/** A plain value of one element: int64 as bigint, a struct as an object, a list as an array, a reference as such. */
export type Scalar =
  | string
  | number
  | bigint
  | boolean
  | null
  | Reference
  | Uint8Array
  | readonly Scalar[]
  | { readonly [field: string]: Scalar };

/** Element `at` in row-major order, as a plain value. */
export function elementOf(array: NdArray, at: number): Scalar {
  const { data, dtype } = array;
  if (isNull(array, array.shape.length > 1 ? Math.floor(at / elementCount(array.shape.slice(1))) : at)) return null;
  switch (data.kind) {
    case "fixed": {
      const value = data.values[at];
      if (value === undefined) return null;
      if (dtype.kind === "bool") return value === 1;
      if (dtype.kind === "enum") {
        const found = dtype.values.indexOf(BigInt(value));
        return found < 0 ? value : dtype.names[found]!;
      }
      return dtype.kind === "float" && dtype.bits === 16 ? halfToNumber(Number(value)) : value;
    }
    case "text":
      return utf8.decode(data.bytes.subarray(data.offsets[at]!, data.offsets[at + 1]!));
    case "reference": {
      const code = data.codes[at] ?? -1;
      return code < 0 ? null : data.targets[code]!;
    }
    case "struct":
      return Object.fromEntries(
        Object.entries(data.fields).map(([name, field]) => {
          const inner = field.shape.slice(array.shape.length);
          if (inner.length === 0) return [name, elementOf(field, at)];
          const size = elementCount(inner);
          return [name, Array.from({ length: size }, (_, offset) => elementOf(field, at * size + offset))];
        }),
      );
    case "list": {
      const start = data.offsets[at]!;
      const inner = elementCount(data.values.shape.slice(1));
      return Array.from({ length: (data.offsets[at + 1]! - start) * inner }, (_, offset) =>
        elementOf(data.values, start * inner + offset),
      );
    }
    case "opaque":
      return data.bytes.subarray(at * data.itemBytes, (at + 1) * data.itemBytes);
    default:
      return data satisfies never;
  }
}

/**
 * The one value of a scalar, or of an array of one element; null where there is none.
 *
 * @example scalarOf(node.attributes.rate) // 30000
 */
export function scalarOf(array: NdArray | undefined): Scalar {
  if (array === undefined || elementCount(array.shape) !== 1) return null;
  return elementOf(array, 0);
}

/** IEEE 754 half precision from its raw bits. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const encoder = new TextEncoder();

/** A text array of the given texts, shape [texts.length]. */
export function textArray(texts: readonly (string | null)[], shape: readonly number[] = [texts.length]): NdArray {
  const encoded = texts.map((text) => encoder.encode(text ?? ""));
  const offsets = new Int32Array(texts.length + 1);
  let total = 0;
  for (let at = 0; at < encoded.length; at++) {
    total += encoded[at]!.length;
    if (total > 2 ** 31 - 1)
      throw new LimitError(`${texts.length} texts hold more than 2^31-1 bytes; read them in parts`, {
        limit: "bytes",
        wanted: total,
        allowed: 2 ** 31 - 1,
      });
    offsets[at + 1] = total;
  }
  const bytes = new Uint8Array(total);
  for (let at = 0; at < encoded.length; at++) bytes.set(encoded[at]!, offsets[at]!);
  const validity = texts.includes(null) ? validityOf(texts.length, (at) => texts[at] !== null) : undefined;
  return { dtype: { kind: "text" }, shape, data: { kind: "text", offsets, bytes }, ...(validity && { validity }) };
}

/** An Arrow validity bitmap of `length` rows. */
export function validityOf(length: number, isValid: (row: number) => boolean): Uint8Array {
  const bitmap = new Uint8Array((length + 7) >> 3);
  for (let row = 0; row < length; row++) if (isValid(row)) bitmap[row >> 3]! |= 1 << (row & 7);
  return bitmap;
}
