import { halfToNumber } from "@lazynwb/core";
import { type Data, DataType, type FixedSizeList, type Utf8, type Vector } from "apache-arrow/Arrow";
import { formatTimestamp } from "../expr/timestamp.ts";

/** Gives the JSON text of the value at a row. */
export type JsonReader = (row: number) => string;

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * A writer of a column's values as JSON text, with all digits: 64-bit integers as they are, floats by their shortest exact
 * form. What JSON lacks is text: `"NaN"`, `"Infinity"`, timestamps in ISO 8601, opaque bytes in hexadecimal. null is null.
 */
export function jsonReader(data: Data): JsonReader {
  const read = presentReader(data);
  if (data.nullCount === 0) return read;
  return (row) => (data.getValid(row) ? read(row) : "null");
}

function presentReader(data: Data): JsonReader {
  const { type, values } = data;
  if (DataType.isInt(type)) return (row) => String(values[row]);
  if (DataType.isFloat(type))
    return values instanceof Uint16Array
      ? (row) => jsonNumber(halfToNumber(values[row]!))
      : (row) => jsonNumber(values[row]);
  if (DataType.isBool(type)) {
    const { offset } = data;
    return (row) => String(((values[(offset + row) >> 3] >> ((offset + row) & 7)) & 1) === 1);
  }
  if (DataType.isUtf8(type)) {
    const { valueOffsets } = data;
    return (row) => JSON.stringify(utf8.decode(values.subarray(valueOffsets[row], valueOffsets[row + 1])));
  }
  if (DataType.isDictionary(type)) return dictionaryReader(data);
  if (DataType.isTimestamp(type)) return (row) => `"${formatTimestamp(values[row])}"`;
  if (DataType.isFixedSizeBinary(type)) {
    const { byteWidth } = type;
    return (row) => `"${hexOf(values.subarray(row * byteWidth, (row + 1) * byteWidth))}"`;
  }
  if (DataType.isList(type)) {
    const { valueOffsets } = data;
    const read = jsonReader(data.children[0]!);
    return (row) => jsonArray(read, valueOffsets[row]!, valueOffsets[row + 1]!);
  }
  if (DataType.isFixedSizeList(type)) {
    const { listSize } = type as FixedSizeList;
    const read = jsonReader(data.children[0]!);
    return (row) => jsonArray(read, row * listSize, (row + 1) * listSize);
  }
  if (DataType.isStruct(type)) {
    return objectReader(
      type.children.map(({ name }) => name),
      data.children,
    );
  }
  return () => "null";
}

/** A writer of one object a row. */
export function objectReader(names: readonly string[], columns: readonly Data[]): JsonReader {
  const fields = columns.map((column, at) => [`${JSON.stringify(names[at])}:`, jsonReader(column)] as const);
  return (row) => `{${fields.map(([name, read]) => name + read(row)).join(",")}}`;
}

function dictionaryReader(data: Data): JsonReader {
  const dictionary = data.dictionary as Vector<Utf8>;
  const texts = Array.from(dictionary, (text) => JSON.stringify(text));
  return (row) => texts[data.values[row]] ?? "null";
}

function jsonArray(read: JsonReader, start: number, stop: number): string {
  const items = new Array<string>(stop - start);
  for (let at = start; at < stop; at++) items[at - start] = read(at);
  return `[${items.join(",")}]`;
}

function jsonNumber(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? "-0" : String(value);
  return `"${value}"`;
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
