import type { ColumnType } from "../column-type.ts";
import { columnTypeEquals } from "../column-type-name.ts";

type Int = Extract<ColumnType, { kind: "int" }>;
type Struct = Extract<ColumnType, { kind: "struct" }>;

const TEXT: ColumnType = { kind: "text" };
const FLOAT64: ColumnType = { kind: "float", bits: 64 };

/** The narrowest integer that holds both; Int64 for UInt64 and a signed one. */
function commonInt(left: Int, right: Int): Int {
  if (left.signed === right.signed) return left.bits >= right.bits ? left : right;
  const [signed, unsigned] = left.signed ? [left, right] : [right, left];
  const bits = signed.bits > unsigned.bits ? signed.bits : ((Math.min(32, unsigned.bits) * 2) as 16 | 32 | 64);
  return { kind: "int", bits, signed: true };
}

function commonStruct(left: Struct, right: Struct): Struct {
  const others = new Map(right.fields.map(({ name, type }) => [name, type]));
  const fields = left.fields.map(({ name, type }) => {
    const other = others.get(name);
    others.delete(name);
    return { name, type: other === undefined ? type : commonType(type, other) };
  });
  return { kind: "struct", fields: [...fields, ...[...others].map(([name, type]) => ({ name, type }))] };
}

function isNumber(type: ColumnType): boolean {
  return type.kind === "int" || type.kind === "float";
}

/** Whether turning `from` into `to` can make a null of a value, as text has no NaN. */
function canLoseValues(from: ColumnType, to: ColumnType): boolean {
  if (from.kind === "float") return to.kind === "text";
  if (from.kind === "fixed-list" && to.kind === "fixed-list") return canLoseValues(from.item, to.item);
  if (from.kind === "struct" && to.kind === "struct")
    return from.fields.some(({ name, type }) => {
      const other = to.fields.find((field) => field.name === name);
      return other !== undefined && canLoseValues(type, other.type);
    });
  return false;
}

/**
 * The type that holds the values of both, the same whichever comes first but for the order of fields.
 *
 * Integers give the narrowest integer for both, integers with floats Float64, bool with a number the number, a list with
 * anything a list of both, anything else with text (or with what it has nothing in common with) text.
 *
 * @example commonType({ kind: "int", bits: 8, signed: false }, { kind: "int", bits: 8, signed: true }) // int16
 */
export function commonType(left: ColumnType, right: ColumnType): ColumnType {
  if (columnTypeEquals(left, right) || right.kind === "null") return left;
  if (left.kind === "null") return right;
  if (left.kind === "int" && right.kind === "int") return commonInt(left, right);
  if (left.kind === "float" && right.kind === "float") return left.bits >= right.bits ? left : right;
  if (isNumber(left) && isNumber(right)) return FLOAT64;
  if (left.kind === "bool" && isNumber(right)) return right;
  if (right.kind === "bool" && isNumber(left)) return left;
  if (left.kind === "struct" && right.kind === "struct") return commonStruct(left, right);
  if (left.kind === "fixed-list" && right.kind === "fixed-list" && left.size === right.size) {
    const item = commonType(left.item, right.item);
    // A fixed list has no place to say which of its values are null.
    if (canLoseValues(left.item, item) || canLoseValues(right.item, item)) return { kind: "list", item };
    return { kind: "fixed-list", size: left.size, item };
  }
  if (isList(left) || isList(right))
    return {
      kind: "list",
      item: commonType(isList(left) ? left.item : left, isList(right) ? right.item : right),
    };
  return TEXT;
}

function isList(type: ColumnType): type is Extract<ColumnType, { kind: "list" | "fixed-list" }> {
  return type.kind === "list" || type.kind === "fixed-list";
}
