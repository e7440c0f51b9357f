import type { ColumnType } from "./column-type.ts";

/** The short name users see: `int64`, `text`, `list<float64>`, `fixed-list<float32, 3>`, `struct<x: int32>`. */
export function columnTypeName(type: ColumnType): string {
  switch (type.kind) {
    case "int":
      return `${type.signed ? "int" : "uint"}${type.bits}`;
    case "float":
      return `float${type.bits}`;
    case "bool":
    case "text":
    case "dictionary":
    case "timestamp":
    case "null":
      return type.kind;
    case "list":
      return `list<${columnTypeName(type.item)}>`;
    case "fixed-list":
      return `fixed-list<${columnTypeName(type.item)}, ${type.size}>`;
    case "struct":
      return `struct<${type.fields.map((field) => `${field.name}: ${columnTypeName(field.type)}`).join(", ")}>`;
    case "binary":
      return `binary<${type.bytes}>`;
    default:
      return type satisfies never;
  }
}

/** Whether two types are the same, names, nesting and dictionary values included. */
export function columnTypeEquals(left: ColumnType, right: ColumnType): boolean {
  if (left === right) return true;
  if (left.kind === "dictionary" && right.kind === "dictionary")
    return left.values.length === right.values.length && left.values.every((value, at) => right.values[at] === value);
  if (left.kind === "list" && right.kind === "list") return columnTypeEquals(left.item, right.item);
  if (left.kind === "fixed-list" && right.kind === "fixed-list")
    return left.size === right.size && columnTypeEquals(left.item, right.item);
  if (left.kind === "struct" && right.kind === "struct")
    return (
      left.fields.length === right.fields.length &&
      left.fields.every((field, at) => {
        const other = right.fields[at]!;
        return other.name === field.name && columnTypeEquals(field.type, other.type);
      })
    );
  return left.kind === right.kind && columnTypeName(left) === columnTypeName(right);
}
