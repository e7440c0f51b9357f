import type { ColumnType } from "@lazynwb/model";
import { type LiteralNode, literalValue } from "./node.ts";

/** What an expression gives for a row, as far as operations tell types apart. */
export type ValueType =
  | { readonly kind: "null" }
  | { readonly kind: "boolean" }
  | { readonly kind: "integer" }
  | { readonly kind: "float" }
  | { readonly kind: "text" }
  | { readonly kind: "timestamp" }
  | { readonly kind: "list" }
  /** Can only be asked whether it is null. */
  | { readonly kind: "struct" | "binary" };

export function typeOfColumn(type: ColumnType): ValueType {
  switch (type.kind) {
    case "int":
      return { kind: "integer" };
    case "bool":
      return { kind: "boolean" };
    case "dictionary":
      return { kind: "text" };
    case "fixed-list":
      return { kind: "list" };
    default:
      return { kind: type.kind };
  }
}

/** A whole number counts as an integer: among integers it is one, among floats the same float. */
export function typeOfLiteral(node: LiteralNode): ValueType {
  switch (node.type) {
    case "number":
      return { kind: Number.isSafeInteger(literalValue(node)) ? "integer" : "float" };
    default:
      return { kind: node.type };
  }
}

export function isNumeric(type: ValueType): boolean {
  return type.kind === "integer" || type.kind === "float" || type.kind === "null";
}

/** With its article, for messages. */
export function describeType(type: ValueType): string {
  switch (type.kind) {
    case "null":
    case "text":
      return type.kind;
    case "integer":
    case "float":
      return "a number";
    default:
      return `a ${type.kind}`;
  }
}
