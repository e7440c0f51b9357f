import { halfToNumber } from "@lazynwb/core";
import { type Data, DataType, type FixedSizeList, type RecordBatch } from "apache-arrow/Arrow";

/** A value of a row as plain JavaScript. */
export type PlainValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Date
  | Uint8Array
  | readonly PlainValue[]
  | { readonly [field: string]: PlainValue };

/** A row by column names. */
export type PlainRow = Record<string, PlainValue>;

/** Gives the value at a row; made once for a column, so that no row asks its type again. */
export type ValueReader = (row: number) => PlainValue;

/**
 * The rows of a batch as plain objects. 64-bit integers are numbers where doubles hold them, else bigints; a timestamp is a
 * Date (milliseconds), a list an array, a struct an object, opaque bytes a Uint8Array. NaN stays NaN, null is null.
 */
export function* rowsOf(batch: RecordBatch): Generator<PlainRow, void, undefined> {
  const readers = batch.schema.fields.map((field, at) => [field.name, valueReader(batch.data.children[at]!)] as const);
  for (let row = 0; row < batch.numRows; row++) {
    const values: PlainRow = {};
    for (const [name, read] of readers) defineValue(values, name, read(row));
    yield values;
  }
}

/** A column may have any name, `__proto__` too. */
function defineValue(values: PlainRow, name: string, value: PlainValue): void {
  if (name === "__proto__")
    Object.defineProperty(values, name, { value, enumerable: true, configurable: true, writable: true });
  else values[name] = value;
}

/** A reader of the values of an Arrow column. */
export function valueReader(data: Data): ValueReader {
  const read = presentReader(data);
  if (data.nullCount === 0) return read;
  return (row) => (data.getValid(row) ? read(row) : null);
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

function presentReader(data: Data): ValueReader {
  const { type, values } = data;
  if (DataType.isInt(type)) return type.bitWidth === 64 ? (row) => safeNumber(values[row]) : (row) => values[row];
  if (DataType.isFloat(type))
    return values instanceof Uint16Array ? (row) => halfToNumber(values[row]!) : (row) => values[row];
  if (DataType.isBool(type)) {
    const { offset } = data;
    return (row) => ((values[(offset + row) >> 3] >> ((offset + row) & 7)) & 1) === 1;
  }
  if (DataType.isUtf8(type)) {
    const { valueOffsets } = data;
    return (row) => utf8.decode(values.subarray(valueOffsets[row], valueOffsets[row + 1]));
  }
  if (DataType.isDictionary(type)) return (row) => data.dictionary?.get(values[row]) ?? null;
  if (DataType.isTimestamp(type)) return (row) => new Date(Number(values[row] / 1000n));
  if (DataType.isFixedSizeBinary(type)) {
    const { byteWidth } = type;
    return (row) => values.slice(row * byteWidth, (row + 1) * byteWidth);
  }
  if (DataType.isList(type)) {
    const { valueOffsets } = data;
    const read = valueReader(data.children[0]!);
    return (row) => readRange(read, valueOffsets[row]!, valueOffsets[row + 1]!);
  }
  if (DataType.isFixedSizeList(type)) {
    const { listSize } = type as FixedSizeList;
    const read = valueReader(data.children[0]!);
    return (row) => readRange(read, row * listSize, (row + 1) * listSize);
  }
  if (DataType.isStruct(type)) {
    const readers = type.children.map((field, at) => [field.name, valueReader(data.children[at]!)] as const);
    return (row) => {
      const fields: PlainRow = {};
      for (const [name, read] of readers) defineValue(fields, name, read(row));
      return fields;
    };
  }
  return () => null;
}

function readRange(read: ValueReader, start: number, stop: number): PlainValue[] {
  const items = new Array<PlainValue>(stop - start);
  for (let at = start; at < stop; at++) items[at - start] = read(at);
  return items;
}

function safeNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
