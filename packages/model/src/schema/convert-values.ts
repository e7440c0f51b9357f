import {
  allocateFixed,
  ColumnMismatchError,
  halfToNumber,
  isNull,
  type NdArray,
  stringsOf,
  type TypedArray,
  textArray,
  type Values,
} from "@lazynwb/core";
import type { ColumnType } from "../column-type.ts";
import { columnTypeEquals, columnTypeName } from "../column-type-name.ts";
import { isValidAt, validityWhere, withValidity } from "../values/bitmap.ts";
import { nullValues, valueDType } from "../values/empty.ts";
import { numberToHalf } from "../values/half.ts";
import { flattenRows, trailingAsList, unflattenRows } from "../values/shape.ts";
import { takeRows } from "../values/take.ts";
import { fitsInt, parseFloatText, parseInteger, parseTimestamp } from "./parse-value.ts";
import { valueText } from "./value-text.ts";

export interface ConvertOptions {
  /** The type was forced by the user: what cannot be converted is null. Default false: an integer too large is an error. */
  readonly forced?: boolean | undefined;
  /** Name of the column, for messages. */
  readonly column?: string | undefined;
  readonly source?: string | undefined;
}

type ListValues = Extract<Values, { kind: "list" }>;

/**
 * Values of a file's column as the type that was merged from all files, or that was forced. What the target cannot say is
 * null; NaN becomes null where numbers become text. I/O: none. Copies: only where types differ.
 *
 * @throws ColumnMismatchError when a UInt64 above 2^63-1 meets a column that was merged to Int64.
 * @example convertValues(ndArrayOf([1.5]), { kind: "float", bits: 64 }, { kind: "text" }) // "1.5"
 */
export function convertValues(array: NdArray, from: ColumnType, to: ColumnType, options: ConvertOptions = {}): NdArray {
  if (columnTypeEquals(from, to)) return array;
  const rows = array.shape[0]!;
  if (from.kind === "null" || to.kind === "null") return nullValues(to, rows);
  switch (to.kind) {
    case "list":
      return toList(array, from, to.item, options);
    case "fixed-list":
      return toFixedList(array, from, to, options);
    case "struct":
      return toStruct(array, from, to, options);
    case "text": {
      const { list, item } = asList(array, from);
      const [values, type] = from.kind === "fixed-list" ? [list, { kind: "list" as const, item }] : [array, from];
      return textArray(mapRows(values, (row) => valueText(values, type, row)));
    }
    case "int":
    case "timestamp":
      return toInteger(array, from, to, options);
    case "float":
    case "bool":
      return toNumber(array, from, to);
    case "dictionary":
      return toDictionary(array, from, to);
    case "binary":
      return nullValues(to, rows);
    default:
      return to satisfies never;
  }
}

function mapRows<Value>(array: NdArray, map: (row: number) => Value | null): (Value | null)[] {
  return Array.from({ length: array.shape[0]! }, (_, row) => (isNull(array, row) ? null : map(row)));
}

function asList(array: NdArray, from: ColumnType): { list: NdArray; item: ColumnType } {
  if (from.kind === "list") return { list: array, item: from.item };
  if (from.kind === "fixed-list") return { list: trailingAsList(array), item: from.item };
  const rows = array.shape[0]!;
  const offsets = Int32Array.from({ length: rows + 1 }, (_, row) => row);
  const data: ListValues = { kind: "list", offsets, values: array };
  // A null stays a null, not a list of one.
  const dtype = { kind: "list" as const, item: array.dtype };
  return { list: { dtype, shape: [rows], data, ...withValidity(array.validity) }, item: from };
}

function toList(array: NdArray, from: ColumnType, item: ColumnType, options: ConvertOptions): NdArray {
  const { list, item: fromItem } = asList(array, from);
  const data = list.data as ListValues;
  const values = convertValues(data.values, fromItem, item, options);
  return { ...list, dtype: { kind: "list", item: values.dtype }, data: { ...data, values } };
}

function toFixedList(
  array: NdArray,
  from: ColumnType,
  to: Extract<ColumnType, { kind: "fixed-list" }>,
  options: ConvertOptions,
): NdArray {
  const rows = array.shape[0]!;
  if (from.kind === "fixed-list" && from.size === to.size) {
    const values = convertValues(flattenRows(array), from.item, to.item, options);
    const converted = unflattenRows(values, rows, to.size);
    return to.size > 0 ? converted : { ...converted, ...withValidity(array.validity) };
  }
  // Of lists only those of the right length fit; where one does, its elements are taken in place.
  const { list, item } = asList(array, from);
  const { offsets, values } = list.data as ListValues;
  const elements = new Int32Array(rows * to.size).fill(-1);
  const fits = (row: number) => isValidAt(list.validity, row) && offsets[row + 1]! - offsets[row]! === to.size;
  for (let row = 0; row < rows; row++)
    if (fits(row)) for (let at = 0; at < to.size; at++) elements[row * to.size + at] = offsets[row]! + at;
  const converted = unflattenRows(convertValues(takeRows(values, elements), item, to.item, options), rows, to.size);
  return to.size > 0 ? converted : { ...converted, ...withValidity(validityWhere(rows, fits)) };
}

function toStruct(
  array: NdArray,
  from: ColumnType,
  to: Extract<ColumnType, { kind: "struct" }>,
  options: ConvertOptions,
): NdArray {
  const rows = array.shape[0]!;
  if (from.kind !== "struct" || array.data.kind !== "struct") return nullValues(to, rows);
  const stored = array.data.fields;
  const fields = to.fields.map(({ name, type }) => {
    const known = from.fields.find((field) => field.name === name);
    const values =
      known === undefined ? nullValues(type, rows) : convertValues(stored[name]!, known.type, type, options);
    return [name, values] as const;
  });
  return {
    dtype: { kind: "struct", fields: fields.map(([name, values]) => ({ name, dtype: values.dtype })) },
    shape: [rows],
    data: { kind: "struct", fields: Object.fromEntries(fields) },
    ...withValidity(array.validity),
  };
}

/** Numbers of the rows, by text where they are stored as such. */
function numbersOf(array: NdArray, from: ColumnType): (number | bigint | null)[] | TypedArray {
  if (from.kind === "text" || from.kind === "dictionary") {
    const texts = from.kind === "text" ? stringsOf(array) : mapRows(array, (row) => valueText(array, from, row));
    return texts.map((text) => (text === null ? null : (parseInteger(text) ?? parseFloatText(text))));
  }
  if (array.data.kind !== "fixed" || array.shape.length !== 1) return new Array(array.shape[0]!).fill(null);
  if (from.kind === "float" && from.bits === 16)
    return Float64Array.from(array.data.values as Uint16Array, halfToNumber);
  return array.data.values;
}

/** Whether every value of `from` is one of `to`. */
function alwaysFits(from: ColumnType, to: Extract<ColumnType, { kind: "int" }>): boolean {
  if (from.kind === "bool") return true;
  if (from.kind !== "int") return false;
  return from.signed === to.signed ? from.bits <= to.bits : to.signed && from.bits < to.bits;
}

/** The whole number in a value; null where it is none. A stored fraction is cut off, one in text makes it no whole number. */
function wholeOf(number: number | bigint | null, fromText: boolean): bigint | null {
  if (number === null || typeof number === "bigint") return number;
  return fromText || !Number.isFinite(number) ? null : BigInt(Math.trunc(number));
}

function toInteger(
  array: NdArray,
  from: ColumnType,
  to: Extract<ColumnType, { kind: "int" | "timestamp" }>,
  options: ConvertOptions,
): NdArray {
  const dtype = to.kind === "int" ? to : ({ kind: "int", bits: 64, signed: true } as const);
  const rows = array.shape[0]!;
  const values = allocateFixed(dtype, rows);
  const wide = dtype.bits === 64;
  const numbers =
    to.kind === "timestamp" && from.kind === "text"
      ? stringsOf(array).map((text) => (text === null ? null : parseTimestamp(text)))
      : numbersOf(array, from);
  if (alwaysFits(from, dtype)) {
    for (let row = 0; row < rows; row++) values[row] = wide ? BigInt(numbers[row]!) : Number(numbers[row]);
    return { dtype, shape: [rows], data: { kind: "fixed", values }, ...withValidity(array.validity) };
  }
  const fromText = from.kind === "text" || from.kind === "dictionary";
  const kept = new Uint8Array(rows);
  for (let row = 0; row < rows; row++) {
    const whole = isNull(array, row) ? null : wholeOf(numbers[row]!, fromText);
    if (whole === null) continue;
    if (fitsInt(whole, dtype)) {
      values[row] = wide ? whole : Number(whole);
      kept[row] = 1;
    } else if (!options.forced && from.kind === "int" && from.bits === 64 && !from.signed) tooLarge(whole, to, options);
  }
  const validity = validityWhere(rows, (row) => kept[row] === 1);
  return { dtype, shape: [rows], data: { kind: "fixed", values }, ...withValidity(validity) };
}

function tooLarge(value: bigint, to: ColumnType, { column, source }: ConvertOptions): never {
  const name = column === undefined ? "a column" : `column '${column}'`;
  const message = `${name} has ${value}, which ${columnTypeName(to)}, the type common to all files, cannot hold`;
  throw new ColumnMismatchError(message, { column: column ?? "", source });
}

function toNumber(array: NdArray, from: ColumnType, to: Extract<ColumnType, { kind: "float" | "bool" }>): NdArray {
  const rows = array.shape[0]!;
  const dtype = to.kind === "bool" ? ({ kind: "bool" } as const) : to;
  const values = allocateFixed(dtype, rows) as Float64Array;
  const numbers = from.kind === "text" && to.kind === "bool" ? booleansOf(array) : numbersOf(array, from);
  const half = to.kind === "float" && to.bits === 16;
  for (let row = 0; row < rows; row++) {
    const number = Number(numbers[row] ?? 0);
    values[row] = to.kind === "bool" ? (number === 0 ? 0 : 1) : half ? numberToHalf(number) : number;
  }
  const validity = validityWhere(rows, (row) => !isNull(array, row) && numbers[row] !== null);
  return { dtype, shape: [rows], data: { kind: "fixed", values }, ...withValidity(validity) };
}

function booleansOf(array: NdArray): (number | null)[] {
  return stringsOf(array).map((text) => (text === "true" ? 1 : text === "false" ? 0 : null));
}

function toDictionary(array: NdArray, from: ColumnType, to: Extract<ColumnType, { kind: "dictionary" }>): NdArray {
  const codes = new Map(to.values.map((value, at) => [value, at]));
  const found = mapRows(array, (row) => codes.get(valueText(array, from, row) ?? "") ?? null);
  const values = Int32Array.from(found, (code) => code ?? 0);
  const validity = validityWhere(found.length, (row) => found[row] !== null);
  return { dtype: valueDType(to), shape: [found.length], data: { kind: "fixed", values }, ...withValidity(validity) };
}
