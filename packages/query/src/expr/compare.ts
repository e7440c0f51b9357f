import { TypeMismatchError } from "@lazynwb/core";
import {
  type BooleanColumn,
  booleanConstant,
  bothValid,
  type CodedColumn,
  type Column,
  type Constant,
  type Evaluated,
  NULL,
  type NumberArray,
  type TextColumn,
} from "./evaluated.ts";
import type { CompareOp } from "./node.ts";
import { compareBytes, encodeText, testTexts } from "./text-bytes.ts";
import { parseTimestamp } from "./timestamp.ts";

/** For each operator, what less, equal and greater mean. */
const ACCEPTS: Readonly<Record<CompareOp, Uint8Array>> = {
  eq: Uint8Array.of(0, 1, 0),
  ne: Uint8Array.of(1, 0, 1),
  lt: Uint8Array.of(1, 0, 0),
  le: Uint8Array.of(1, 1, 0),
  gt: Uint8Array.of(0, 0, 1),
  ge: Uint8Array.of(0, 1, 1),
};

const FLIPPED: Readonly<Record<CompareOp, CompareOp>> = { eq: "eq", ne: "ne", lt: "gt", le: "ge", gt: "lt", ge: "le" };

const LESS = 0;
const EQUAL = 1;
const GREATER = 2;

/**
 * Compares row by row: null where either side is null; NaN equals NaN and exceeds every number; integers of 64 bits are
 * compared exactly, with floats too; text goes by code points.
 */
export function compareValues(op: CompareOp, left: Evaluated, right: Evaluated): Evaluated {
  if (left.kind === "constant" && right.kind === "constant") return compareConstants(op, left, right);
  if (left.kind === "constant") return compareValues(FLIPPED[op], right, left);
  const other = right.kind === "constant" ? asConstantOf(left, right) : right;
  if (other.kind === "constant" && other.value === null) return NULL;
  if (left.kind === "opaque" || other.kind === "opaque") return NULL;
  const accepts = ACCEPTS[op];
  const valid = other.kind === "constant" ? left.valid : bothValid(left.valid, other.valid);
  const values = other.kind === "constant" ? againstConstant(left, other, accepts) : columns(left, other, accepts);
  return { kind: "boolean", values, valid } satisfies BooleanColumn;
}

/** A constant in the terms of the column: a text beside timestamps is a moment. */
export function asConstantOf(column: Column, constant: Constant): Constant {
  if (column.kind !== "timestamp" || typeof constant.value !== "string") return constant;
  return { kind: "constant", type: "timestamp", value: parseTimestamp(constant.value) };
}

function compareConstants(op: CompareOp, left: Constant, right: Constant): Constant {
  if (left.value === null || right.value === null) return NULL;
  if (typeof left.value === "string" && typeof right.value === "string" && left.type === right.type) {
    const a = encodeText(left.value);
    const b = encodeText(right.value);
    const sign = compareBytes(a, 0, a.length, b, 0, b.length);
    return booleanConstant(ACCEPTS[op][sign < 0 ? LESS : sign > 0 ? GREATER : EQUAL] === 1);
  }
  const [a, b] = [comparableConstant(left, right), comparableConstant(right, left)];
  return booleanConstant(ACCEPTS[op][orderOf(a, b)] === 1);
}

function comparableConstant(constant: Constant, other: Constant): number | bigint {
  const { value } = constant;
  if (typeof value === "string") {
    const moment = other.type === "timestamp" ? parseTimestamp(value) : null;
    if (moment === null) throw incomparable(constant.type, other.type);
    return moment;
  }
  return typeof value === "boolean" ? Number(value) : value!;
}

/** Numbers of either kind, exactly; NaN last. */
function orderOf(left: number | bigint, right: number | bigint): 0 | 1 | 2 {
  if (left < right) return LESS;
  if (left > right) return GREATER;
  const leftNan = Number.isNaN(left);
  return leftNan === Number.isNaN(right) ? EQUAL : leftNan ? GREATER : LESS;
}

function againstConstant(column: Column, constant: Constant, accepts: Uint8Array): Uint8Array {
  const { value } = constant;
  switch (column.kind) {
    case "number":
      if (typeof value === "number") return numbersWith(column.values, value, accepts);
      if (typeof value === "bigint")
        return Number.isSafeInteger(Number(value))
          ? numbersWith(column.values, Number(value), accepts)
          : each(column.values.length, (row) => accepts[orderOf(column.values[row]!, value)]!);
      break;
    case "bigint":
    case "timestamp":
      if (typeof value === "number" || typeof value === "bigint")
        return each(column.values.length, (row) => accepts[orderOf(column.values[row]!, value)]!);
      break;
    case "boolean":
      if (typeof value === "boolean") return numbersWith(column.values, Number(value), accepts);
      break;
    case "text":
    case "coded":
      if (typeof value === "string") return textsWith(column, value, accepts);
      break;
    default:
  }
  throw incomparable(column.kind, constant.type);
}

function numbersWith(values: NumberArray, constant: number, accepts: Uint8Array): Uint8Array {
  const found = new Uint8Array(values.length);
  const [less, equal, greater] = [accepts[LESS]!, accepts[EQUAL]!, accepts[GREATER]!];
  if (Number.isNaN(constant)) {
    for (let row = 0; row < found.length; row++) found[row] = Number.isNaN(values[row]!) ? equal : less;
    return found;
  }
  for (let row = 0; row < found.length; row++) {
    const value = values[row]!;
    // NaN is neither less nor equal, and so counts as greater.
    found[row] = value < constant ? less : value === constant ? equal : greater;
  }
  return found;
}

function textsWith(column: TextColumn | CodedColumn, constant: string, accepts: Uint8Array): Uint8Array {
  const wanted = encodeText(constant);
  return testTexts(column, (bytes, start, stop) => {
    const sign = compareBytes(bytes, start, stop, wanted, 0, wanted.length);
    return accepts[sign < 0 ? LESS : sign > 0 ? GREATER : EQUAL] === 1;
  });
}

function columns(left: Column, right: Column, accepts: Uint8Array): Uint8Array {
  if (left.kind === "timestamp" && right.kind === "timestamp")
    return each(left.values.length, (row) => accepts[orderOf(left.values[row]!, right.values[row]!)]!);
  if ((left.kind === "number" || left.kind === "bigint") && (right.kind === "number" || right.kind === "bigint"))
    return each(left.values.length, (row) => accepts[orderOf(left.values[row]!, right.values[row]!)]!);
  if (left.kind === "boolean" && right.kind === "boolean")
    return each(left.values.length, (row) => accepts[orderOf(left.values[row]!, right.values[row]!)]!);
  if ((left.kind === "text" || left.kind === "coded") && (right.kind === "text" || right.kind === "coded"))
    return textColumns(left, right, accepts);
  throw incomparable(left.kind, right.kind);
}

function textColumns(left: TextColumn | CodedColumn, right: TextColumn | CodedColumn, accepts: Uint8Array): Uint8Array {
  const [a, b] = [textsOf(left), textsOf(right)];
  return each(rowsOf(left), (row) => {
    const [x, y] = [placeOf(left, row), placeOf(right, row)];
    const sign = compareBytes(
      a.bytes,
      a.offsets[x] ?? 0,
      a.offsets[x + 1] ?? 0,
      b.bytes,
      b.offsets[y] ?? 0,
      b.offsets[y + 1] ?? 0,
    );
    return accepts[sign < 0 ? LESS : sign > 0 ? GREATER : EQUAL]!;
  });
}

function textsOf(column: TextColumn | CodedColumn): TextColumn {
  return column.kind === "coded" ? column.dictionary : column;
}

function rowsOf(column: TextColumn | CodedColumn): number {
  return column.kind === "coded" ? column.codes.length : column.offsets.length - 1;
}

function placeOf(column: TextColumn | CodedColumn, row: number): number {
  return column.kind === "coded" ? column.codes[row]! : row;
}

function each(length: number, accept: (row: number) => number): Uint8Array {
  const found = new Uint8Array(length);
  for (let row = 0; row < length; row++) found[row] = accept(row);
  return found;
}

function incomparable(left: string, right: string): TypeMismatchError {
  return new TypeMismatchError(`${left} values cannot be compared with ${right} values`);
}
