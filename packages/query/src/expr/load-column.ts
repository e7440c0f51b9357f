import { halfToNumber, UnsupportedError } from "@lazynwb/core";
import { type Data, DataType, type FixedSizeList, type Utf8, type Vector } from "apache-arrow/Arrow";
import { unpackBits } from "../arrow/bitmap.ts";
import type { Column, NumberArray, TextColumn, Valid } from "./evaluated.ts";

/** The values of an Arrow column as the kernels take them; numbers and text are views. */
export function loadColumn(data: Data): Column {
  const { type, length } = data;
  if (DataType.isNull(type)) return { kind: "opaque", valid: new Uint8Array(length) };
  const valid = validRows(data);
  if (DataType.isInt(type)) {
    const values = data.values.subarray(0, length);
    if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
      const numbers = safeNumbers(values);
      return numbers === null
        ? { kind: "bigint", values, valid }
        : { kind: "number", values: numbers, integer: true, valid };
    }
    return { kind: "number", values: values as NumberArray, integer: true, valid };
  }
  if (DataType.isFloat(type)) {
    const values = data.values.subarray(0, length) as NumberArray;
    const floats = values instanceof Uint16Array ? Float32Array.from(values, halfToNumber) : values;
    return { kind: "number", values: floats, integer: false, valid };
  }
  if (DataType.isBool(type)) return { kind: "boolean", values: unpackBits(data.values, data.offset, length), valid };
  if (DataType.isUtf8(type)) return loadText(data, valid);
  if (DataType.isDictionary(type)) {
    const { dictionary } = data;
    if (dictionary === undefined || !(data.values instanceof Int32Array)) throw unsupported(type);
    return {
      kind: "coded",
      codes: data.values.subarray(0, length),
      dictionary: dictionaryText(dictionary as Vector<Utf8>),
      valid,
    };
  }
  if (DataType.isTimestamp(type)) return { kind: "timestamp", values: data.values.subarray(0, length), valid };
  if (DataType.isList(type)) {
    const offsets = data.valueOffsets;
    return { kind: "list", lengthOf: (row) => offsets[row + 1]! - offsets[row]!, valid };
  }
  if (DataType.isFixedSizeList(type)) {
    const { listSize } = type as FixedSizeList;
    return { kind: "list", lengthOf: () => listSize, valid };
  }
  if (DataType.isStruct(type) || DataType.isFixedSizeBinary(type)) return { kind: "opaque", valid };
  throw unsupported(type);
}

function validRows(data: Data): Valid {
  return data.nullCount > 0 ? unpackBits(data.nullBitmap, data.offset, data.length) : null;
}

function loadText(data: Data, valid: Valid): TextColumn {
  return { kind: "text", offsets: data.valueOffsets.subarray(0, data.length + 1), bytes: data.values, valid };
}

function dictionaryText(dictionary: Vector<Utf8>): TextColumn {
  const [chunk, ...more] = dictionary.data;
  if (chunk === undefined || more.length > 0) throw unsupported(dictionary.type);
  return loadText(chunk, validRows(chunk));
}

const LOW_FIRST = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 0 : 1;

/** 64-bit integers as doubles; null where one of them is beyond ±(2^53 - 1). No bigint is made on the way. */
function safeNumbers(values: BigInt64Array | BigUint64Array): Float64Array | null {
  const numbers = new Float64Array(values.length);
  const low = new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  const high = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  // The high half of an unsigned number beyond 2^63 is negative as a signed one, and must not pass for a small number.
  const least = values instanceof BigUint64Array ? 0 : -(2 ** 21);
  for (let row = 0, half = 0; row < numbers.length; row++, half += 2) {
    const above = high[half + 1 - LOW_FIRST]!;
    if (above >= 2 ** 21 || above < least) return null;
    const number = above * 2 ** 32 + low[half + LOW_FIRST]!;
    if (number === -(2 ** 53)) return null;
    numbers[row] = number;
  }
  return numbers;
}

function unsupported(type: DataType): UnsupportedError {
  return new UnsupportedError(`filters cannot look at columns of the Arrow type ${type}`, {
    feature: `filter on ${type}`,
  });
}
