import type { ArithmeticOp, CompareOp, ExprNode, LiteralNode, UnwritableNumber } from "./node.ts";
import { formatTimestamp } from "./timestamp.ts";

const COMPARE_SIGNS: Readonly<Record<CompareOp, string>> = {
  eq: "=",
  ne: "!=",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
};
const ARITHMETIC_SIGNS: Readonly<Record<ArithmeticOp, string>> = { add: "+", sub: "-", mul: "*", div: "/", mod: "%" };
const TEXT_TESTS = { contains: "contains", "starts-with": "starts with", "ends-with": "ends with" } as const;

/** How tightly a node binds: what is looser than its surroundings wants parentheses. */
const OR = 1;
const AND = 2;
const NOT = 3;
const COMPARISON = 4;
const SUM = 5;
const PRODUCT = 6;
const ATOM = 7;

/**
 * An expression as text that `parseWhere` reads back.
 *
 * @example formatExpr(col("x").gt(5).and(col("name").isIn(["a"])).node) // "x > 5 and name in ('a')"
 */
export function formatExpr(node: ExprNode): string {
  return format(node, 0);
}

function format(node: ExprNode, outer: number): string {
  const binds = precedence(node);
  const text = write(node, binds);
  return binds < outer ? `(${text})` : text;
}

function precedence(node: ExprNode): number {
  switch (node.kind) {
    case "column":
    case "literal":
    case "list-length":
      return ATOM;
    case "logical":
      return node.op === "and" ? AND : OR;
    case "not":
      return node.operand.kind === "is-null" ? COMPARISON : NOT;
    case "arithmetic":
      return node.op === "add" || node.op === "sub" ? SUM : PRODUCT;
    case "compare":
    case "is-null":
    case "is-nan":
    case "is-in":
    case "text-test":
      return COMPARISON;
    default:
      return node satisfies never;
  }
}

function write(node: ExprNode, binds: number): string {
  switch (node.kind) {
    case "column":
      return formatName(node.name);
    case "literal":
      return formatLiteral(node);
    case "compare":
      return `${format(node.left, binds + 1)} ${COMPARE_SIGNS[node.op]} ${format(node.right, binds + 1)}`;
    case "logical":
      return node.operands.map((operand) => format(operand, binds + 1)).join(` ${node.op} `);
    case "not":
      return node.operand.kind === "is-null"
        ? `${format(node.operand.operand, SUM)} is not null`
        : `not ${format(node.operand, NOT)}`;
    case "arithmetic":
      return `${format(node.left, binds)} ${ARITHMETIC_SIGNS[node.op]} ${format(node.right, binds + 1)}`;
    case "is-null":
      return `${format(node.operand, SUM)} is null`;
    case "is-nan":
      return `${format(node.operand, SUM)} is nan`;
    case "is-in":
      return `${format(node.operand, SUM)} in (${node.values.map(formatLiteral).join(", ")})`;
    case "text-test":
      return `${format(node.operand, SUM)} ${TEXT_TESTS[node.op]} ${quote(node.text)}`;
    case "list-length":
      return `length(${format(node.operand, 0)})`;
    default:
      return node satisfies never;
  }
}

/** Words of the language: a column of such a name stands in quotes. */
export const WHERE_WORDS: ReadonlySet<string> = new Set([
  "and",
  "between",
  "false",
  "in",
  "infinity",
  "is",
  "nan",
  "not",
  "null",
  "or",
  "true",
]);

function formatName(name: string): string {
  const plain = /^[A-Za-z_][A-Za-z0-9_.]*$/.test(name) && !WHERE_WORDS.has(name.toLowerCase());
  return plain ? name : `"${name.replaceAll('"', '""')}"`;
}

function formatLiteral(node: LiteralNode): string {
  switch (node.type) {
    case "null":
      return "null";
    case "boolean":
      return String(node.value);
    case "number":
      return formatNumber(node.value);
    case "integer":
      return `${node.value}n`;
    case "text":
      return quote(node.value);
    case "timestamp":
      return `timestamp ${quote(formatTimestamp(BigInt(node.value)))}`;
    default:
      return node satisfies never;
  }
}

function formatNumber(value: number | UnwritableNumber): string {
  return value === "-0" ? "-0.0" : String(value).toLowerCase();
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
