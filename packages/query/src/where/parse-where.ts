import { ExpressionSyntaxError } from "@lazynwb/core";
import { Expr } from "../expr/expr.ts";
import type { ArithmeticOp, CompareOp, ExprNode, LiteralNode } from "../expr/node.ts";
import { parseTimestamp } from "../expr/timestamp.ts";
import { likeNode } from "./like.ts";
import { TokenReader } from "./token-reader.ts";

const COMPARE_OPS: Readonly<Record<string, CompareOp>> = {
  "=": "eq",
  "==": "eq",
  "!=": "ne",
  "<>": "ne",
  "<": "lt",
  "<=": "le",
  ">": "gt",
  ">=": "ge",
};
const SUM_OPS: Readonly<Record<string, ArithmeticOp>> = { "+": "add", "-": "sub" };
const PRODUCT_OPS: Readonly<Record<string, ArithmeticOp>> = { "*": "mul", "/": "div", "%": "mod" };
const FUNCTIONS = { contains: "contains", starts_with: "starts-with", ends_with: "ends-with" } as const;

/** Parentheses and nots inside each other. */
const MAX_DEPTH = 200;

/**
 * An expression from text, as on a command line.
 *
 * Comparisons (`=`, `!=`, `<`, `<=`, `>`, `>=`), `and`, `or`, `not`, `in (...)`, `between a and b`, `is null`, `is nan`,
 * `contains 'x'`, `starts with 'x'`, `ends with 'x'`, `like '%x%'`, `length(list)`, `+ - * / %` and parentheses. Text stands
 * in single quotes; a column of an unusual name in double quotes or backticks. Words are read in either case.
 *
 * @throws ExpressionSyntaxError whose `position` is the character at which it went wrong.
 * @example parseWhere("presence_ratio >= 0.95 and location in ('VISp', 'VISl')")
 */
export function parseWhere(text: string): Expr<boolean, never> {
  const reader = new TokenReader(text);
  const node = parseOr(reader, 0);
  const rest = reader.peek();
  if (rest.kind !== "end")
    throw reader.error(
      rest.kind === "sign" && COMPARE_OPS[rest.written] !== undefined
        ? "comparisons cannot be chained; write 'a < b and b < c'"
        : `expected 'and', 'or' or the end, not ${reader.describe(rest)}`,
      rest,
    );
  return new Expr(node);
}

function parseOr(reader: TokenReader, depth: number): ExprNode {
  const operands = [parseAnd(reader, depth)];
  while (reader.takeWord("or")) operands.push(parseAnd(reader, depth));
  return joined("or", operands);
}

function parseAnd(reader: TokenReader, depth: number): ExprNode {
  const operands = [parseNot(reader, depth)];
  while (reader.takeWord("and")) operands.push(parseNot(reader, depth));
  return joined("and", operands);
}

function joined(op: "and" | "or", operands: readonly ExprNode[]): ExprNode {
  if (operands.length === 1) return operands[0]!;
  const flat = operands.flatMap((node) => (node.kind === "logical" && node.op === op ? node.operands : [node]));
  return Object.freeze({ kind: "logical", op, operands: Object.freeze(flat) });
}

function parseNot(reader: TokenReader, depth: number): ExprNode {
  if (depth > MAX_DEPTH) throw reader.error(`more than ${MAX_DEPTH} levels of parentheses and nots`, reader.peek());
  return reader.takeWord("not") ? negated(parseNot(reader, depth + 1)) : parseTest(reader, depth);
}

function negated(operand: ExprNode): ExprNode {
  return Object.freeze({ kind: "not", operand });
}

/** A value, and what is asked of it. */
function parseTest(reader: TokenReader, depth: number): ExprNode {
  const left = parseSum(reader, depth);
  const op = reader.peek().kind === "sign" ? COMPARE_OPS[reader.peek().written] : undefined;
  if (op !== undefined) {
    reader.next();
    return compared(op, left, parseSum(reader, depth));
  }
  if (reader.takeWord("is")) {
    const no = reader.takeWord("not");
    const node = parseIs(reader, left);
    return no ? negated(node) : node;
  }
  const not = reader.takeWord("not");
  const node = parseWordTest(reader, left, depth);
  if (node !== null) return not ? negated(node) : node;
  if (not)
    throw reader.error(
      `expected 'in', 'between', 'contains', 'starts with', 'ends with' or 'like' after 'not', not ${reader.describe(reader.peek())}`,
      reader.peek(),
    );
  return left;
}

function parseIs(reader: TokenReader, operand: ExprNode): ExprNode {
  if (reader.takeWord("null")) return Object.freeze({ kind: "is-null", operand });
  if (reader.takeWord("nan")) return Object.freeze({ kind: "is-nan", operand });
  throw reader.error(`expected 'null' or 'nan' after 'is', not ${reader.describe(reader.peek())}`, reader.peek());
}

function parseWordTest(reader: TokenReader, operand: ExprNode, depth: number): ExprNode | null {
  if (reader.takeWord("in")) return Object.freeze({ kind: "is-in", operand, values: parseList(reader) });
  if (reader.takeWord("between")) {
    const low = parseSum(reader, depth);
    reader.expectWord("and");
    return joined("and", [compared("ge", operand, low), compared("le", operand, parseSum(reader, depth))]);
  }
  if (reader.takeWord("contains")) return textTest("contains", operand, reader.expectText());
  if (reader.peekWord("starts") || reader.peekWord("ends")) {
    const op = reader.next().written.toLowerCase() === "starts" ? "starts-with" : "ends-with";
    reader.expectWord("with");
    return textTest(op, operand, reader.expectText());
  }
  if (reader.takeWord("like")) {
    const pattern = reader.peek();
    return likeNode(operand, reader.expectText(), (message) => reader.error(message, pattern));
  }
  return null;
}

function parseList(reader: TokenReader): readonly LiteralNode[] {
  reader.expectSign("(");
  const values: LiteralNode[] = [];
  do {
    const token = reader.peek();
    const value = parseUnary(reader, 0);
    if (value.kind !== "literal") throw reader.error("a list after 'in' holds plain values only", token);
    values.push(value);
  } while (reader.takeSign(","));
  reader.expectSign(")");
  return Object.freeze(values);
}

function parseSum(reader: TokenReader, depth: number): ExprNode {
  return parseChain(reader, SUM_OPS, () => parseChain(reader, PRODUCT_OPS, () => parseUnary(reader, depth)));
}

function parseChain(
  reader: TokenReader,
  ops: Readonly<Record<string, ArithmeticOp>>,
  operand: () => ExprNode,
): ExprNode {
  let left = operand();
  for (;;) {
    const op = reader.peek().kind === "sign" ? ops[reader.peek().written] : undefined;
    if (op === undefined) return left;
    reader.next();
    left = Object.freeze({ kind: "arithmetic", op, left, right: operand() });
  }
}

function parseUnary(reader: TokenReader, depth: number): ExprNode {
  const minus = reader.takeSign("-");
  if (!minus) return parsePrimary(reader, depth);
  if (depth > MAX_DEPTH) throw reader.error(`more than ${MAX_DEPTH} signs in a row`, reader.peek());
  const operand = parseUnary(reader, depth + 1);
  if (operand.kind !== "literal")
    return Object.freeze({ kind: "arithmetic", op: "sub", left: reader.zero, right: operand });
  return reader.negative(operand);
}

function parsePrimary(reader: TokenReader, depth: number): ExprNode {
  const token = reader.next();
  switch (token.kind) {
    case "name":
      return Object.freeze({ kind: "column", name: token.value });
    case "text":
    case "number":
      return reader.literal(token.value);
    case "sign": {
      if (token.written !== "(") break;
      const inner = parseOr(reader, depth + 1);
      reader.expectSign(")");
      return inner;
    }
    case "word": {
      const known = reader.wordLiteral(token.written.toLowerCase());
      if (known !== null) return known;
      if (reader.isReserved(token.written)) break;
      if (reader.takeSign("(")) return parseCall(reader, token.written, token.position, depth);
      const text = reader.peek();
      if (token.written.toLowerCase() === "timestamp" && text.kind === "text") return parseMoment(reader);
      return Object.freeze({ kind: "column", name: token.written });
    }
    default:
  }
  throw reader.error(`expected a column or a value, not ${reader.describe(token)}`, token);
}

function parseMoment(reader: TokenReader): ExprNode {
  const token = reader.peek();
  const moment = parseTimestamp(reader.expectText());
  if (moment === null) throw reader.error("this is no date or time in ISO 8601", token);
  return Object.freeze({ kind: "literal", type: "timestamp", value: String(moment) });
}

function parseCall(reader: TokenReader, name: string, position: number, depth: number): ExprNode {
  const known = name.toLowerCase();
  if (known !== "length" && !(known in FUNCTIONS))
    throw new ExpressionSyntaxError(
      `there is no function '${name}' (functions: length, ${Object.keys(FUNCTIONS).join(", ")})`,
      { position },
    );
  const operand = parseOr(reader, depth + 1);
  let node: ExprNode;
  if (known === "length") node = Object.freeze({ kind: "list-length", operand });
  else {
    reader.expectSign(",");
    node = textTest(FUNCTIONS[known as keyof typeof FUNCTIONS], operand, reader.expectText());
  }
  reader.expectSign(")");
  return node;
}

function compared(op: CompareOp, left: ExprNode, right: ExprNode): ExprNode {
  return Object.freeze({ kind: "compare", op, left, right });
}

function textTest(op: "contains" | "starts-with" | "ends-with", operand: ExprNode, text: string): ExprNode {
  return Object.freeze({ kind: "text-test", op, operand, text });
}
