/**
 * An expression as plain frozen data: it survives `JSON.stringify`, `structuredClone` and a worker's message port.
 * Numbers that JSON cannot hold are text: `integer` and `timestamp` (microseconds) as digits, NaN, -0 and infinities by name.
 */
export type ExprNode =
  | ColumnNode
  | LiteralNode
  | CompareNode
  | LogicalNode
  | NotNode
  | ArithmeticNode
  | IsNullNode
  | IsNanNode
  | IsInNode
  | TextTestNode
  | ListLengthNode;

export interface ColumnNode {
  readonly kind: "column";
  readonly name: string;
}

export type LiteralNode =
  | { readonly kind: "literal"; readonly type: "null" }
  | { readonly kind: "literal"; readonly type: "boolean"; readonly value: boolean }
  | { readonly kind: "literal"; readonly type: "number"; readonly value: number | UnwritableNumber }
  | { readonly kind: "literal"; readonly type: "integer"; readonly value: string }
  | { readonly kind: "literal"; readonly type: "text"; readonly value: string }
  | { readonly kind: "literal"; readonly type: "timestamp"; readonly value: string };

/** Numbers that JSON has no way to write. */
export type UnwritableNumber = "NaN" | "Infinity" | "-Infinity" | "-0";

export type CompareOp = "eq" | "ne" | "lt" | "le" | "gt" | "ge";

export interface CompareNode {
  readonly kind: "compare";
  readonly op: CompareOp;
  readonly left: ExprNode;
  readonly right: ExprNode;
}

export interface LogicalNode {
  readonly kind: "logical";
  readonly op: "and" | "or";
  readonly operands: readonly ExprNode[];
}

export interface NotNode {
  readonly kind: "not";
  readonly operand: ExprNode;
}

export type ArithmeticOp = "add" | "sub" | "mul" | "div" | "mod";

export interface ArithmeticNode {
  readonly kind: "arithmetic";
  readonly op: ArithmeticOp;
  readonly left: ExprNode;
  readonly right: ExprNode;
}

export interface IsNullNode {
  readonly kind: "is-null";
  readonly operand: ExprNode;
}

export interface IsNanNode {
  readonly kind: "is-nan";
  readonly operand: ExprNode;
}

export interface IsInNode {
  readonly kind: "is-in";
  readonly operand: ExprNode;
  readonly values: readonly LiteralNode[];
}

export interface TextTestNode {
  readonly kind: "text-test";
  readonly op: "contains" | "starts-with" | "ends-with";
  readonly operand: ExprNode;
  readonly text: string;
}

export interface ListLengthNode {
  readonly kind: "list-length";
  readonly operand: ExprNode;
}

/** A plain value that may stand in an expression. */
export type Literal = null | boolean | number | bigint | string | Date;

/** The node of a plain value. */
export function literalNode(value: Literal): LiteralNode {
  if (value === null) return Object.freeze({ kind: "literal", type: "null" });
  switch (typeof value) {
    case "boolean":
      return Object.freeze({ kind: "literal", type: "boolean", value });
    case "bigint":
      return Object.freeze({ kind: "literal", type: "integer", value: String(value) });
    case "string":
      return Object.freeze({ kind: "literal", type: "text", value });
    case "number":
      return Object.freeze({
        kind: "literal",
        type: "number",
        value: Object.is(value, -0) ? "-0" : Number.isFinite(value) ? value : (String(value) as UnwritableNumber),
      });
    default:
      return Object.freeze({ kind: "literal", type: "timestamp", value: String(BigInt(value.getTime()) * 1000n) });
  }
}

/** The value of a literal: a timestamp as microseconds since 1970 in UTC. */
export function literalValue(node: LiteralNode): null | boolean | number | bigint | string {
  switch (node.type) {
    case "null":
      return null;
    case "boolean":
    case "text":
      return node.value;
    case "number":
      return Number(node.value);
    case "integer":
    case "timestamp":
      return BigInt(node.value);
    default:
      return node satisfies never;
  }
}

/** The expressions that a node is made of, left to right. */
export function childrenOf(node: ExprNode): readonly ExprNode[] {
  switch (node.kind) {
    case "column":
    case "literal":
      return [];
    case "compare":
    case "arithmetic":
      return [node.left, node.right];
    case "logical":
      return node.operands;
    case "not":
    case "is-null":
    case "is-nan":
    case "is-in":
    case "text-test":
    case "list-length":
      return [node.operand];
    default:
      return node satisfies never;
  }
}
