import { TypeMismatchError } from "@lazynwb/core";
import type { ColumnType } from "@lazynwb/model";
import { formatExpr } from "./format-expr.ts";
import type { CompareNode, ExprNode, IsInNode, LiteralNode } from "./node.ts";
import { parseTimestamp } from "./timestamp.ts";
import { unknownColumn } from "./unknown-column.ts";
import { describeType, isNumeric, typeOfColumn, typeOfLiteral, type ValueType } from "./value-type.ts";

/** Names and types of the columns that an expression may use. */
export type ColumnTypes = ReadonlyMap<string, ColumnType>;

/**
 * The type of an expression over columns of these types.
 *
 * @throws UnknownColumnError where a name is not among them, TypeMismatchError where operands do not go together.
 * @remarks I/O: none.
 */
export function checkExpr(node: ExprNode, columns: ColumnTypes): ValueType {
  switch (node.kind) {
    case "column": {
      const type = columns.get(node.name);
      if (type === undefined) throw unknownColumn(node.name, [...columns.keys()]);
      return typeOfColumn(type);
    }
    case "literal":
      return typeOfLiteral(node);
    case "compare":
      checkComparison(node, columns);
      return { kind: "boolean" };
    case "logical":
      for (const operand of node.operands) expectBoolean(operand, columns, node);
      return { kind: "boolean" };
    case "not":
      expectBoolean(node.operand, columns, node);
      return { kind: "boolean" };
    case "arithmetic": {
      const left = expectNumber(node.left, columns, node);
      const right = expectNumber(node.right, columns, node);
      const float = node.op === "div" || left.kind === "float" || right.kind === "float";
      return { kind: float ? "float" : "integer" };
    }
    case "is-null":
      checkExpr(node.operand, columns);
      return { kind: "boolean" };
    case "is-nan":
      expectNumber(node.operand, columns, node);
      return { kind: "boolean" };
    case "is-in":
      checkIsIn(node, columns);
      return { kind: "boolean" };
    case "text-test":
      expectKind(node.operand, "text", columns, node);
      return { kind: "boolean" };
    case "list-length":
      expectKind(node.operand, "list", columns, node);
      return { kind: "integer" };
    default:
      return node satisfies never;
  }
}

/** Checks that an expression answers yes or no, so that it can be a filter. */
export function checkPredicate(node: ExprNode, columns: ColumnTypes): void {
  const type = checkExpr(node, columns);
  if (type.kind !== "boolean" && type.kind !== "null")
    throw new TypeMismatchError(
      `a filter wants a yes or no for each row, but ${formatExpr(node)} gives ${describeType(type)}`,
    );
}

function checkComparison(node: CompareNode, columns: ColumnTypes): void {
  const left = checkExpr(node.left, columns);
  const right = checkExpr(node.right, columns);
  checkTimestampText(left, node.right, node);
  checkTimestampText(right, node.left, node);
  if (isTimestampText(left, node.right) || isTimestampText(right, node.left)) return;
  if (!comparable(left, right)) throw mismatch(node, left, right, node.left, node.right);
}

function checkIsIn(node: IsInNode, columns: ColumnTypes): void {
  const type = checkExpr(node.operand, columns);
  for (const value of node.values) {
    checkTimestampText(type, value, node);
    if (isTimestampText(type, value)) continue;
    const found = typeOfLiteral(value);
    if (!comparable(type, found)) throw mismatch(node, type, found, node.operand, value);
  }
}

function comparable(left: ValueType, right: ValueType): boolean {
  if (left.kind === "null" || right.kind === "null") return true;
  if (isNumeric(left) && isNumeric(right)) return true;
  return left.kind === right.kind && ["boolean", "text", "timestamp"].includes(left.kind);
}

/** A text that stands for a moment, as it is compared with one. */
function isTimestampText(type: ValueType, other: ExprNode): other is LiteralNode & { readonly type: "text" } {
  return type.kind === "timestamp" && other.kind === "literal" && other.type === "text";
}

function checkTimestampText(type: ValueType, other: ExprNode, node: ExprNode): void {
  if (isTimestampText(type, other) && parseTimestamp(other.value) === null)
    throw new TypeMismatchError(
      `${formatExpr(node)} compares a timestamp with '${other.value}', which is no date; write one as '2024-01-31' or '2024-01-31T12:30:00Z'`,
    );
}

function expectBoolean(node: ExprNode, columns: ColumnTypes, whole: ExprNode): void {
  expectKind(node, "boolean", columns, whole);
}

function expectNumber(node: ExprNode, columns: ColumnTypes, whole: ExprNode): ValueType {
  const type = checkExpr(node, columns);
  if (!isNumeric(type)) throw unfit(node, type, "a number", whole);
  return type;
}

function expectKind(node: ExprNode, kind: "boolean" | "text" | "list", columns: ColumnTypes, whole: ExprNode): void {
  const type = checkExpr(node, columns);
  if (type.kind !== kind && type.kind !== "null") throw unfit(node, type, describeType({ kind }), whole);
}

function unfit(node: ExprNode, type: ValueType, wanted: string, whole: ExprNode): TypeMismatchError {
  return new TypeMismatchError(
    `${formatExpr(whole)} wants ${wanted}, but ${formatExpr(node)} is ${describeType(type)}`,
  );
}

function mismatch(
  whole: ExprNode,
  left: ValueType,
  right: ValueType,
  leftNode: ExprNode,
  rightNode: ExprNode,
): TypeMismatchError {
  const hint =
    left.kind === "text" && isNumeric(right)
      ? "; write a text in quotes"
      : isNumeric(left) && right.kind === "text"
        ? "; write a number without quotes"
        : "";
  return new TypeMismatchError(
    `${formatExpr(whole)}: ${formatExpr(leftNode)} is ${describeType(left)} and cannot be compared with ${formatExpr(rightNode)}, which is ${describeType(right)}${hint}`,
  );
}
