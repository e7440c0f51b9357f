import type { Expression, NeedsOf, Operand } from "./expr-types.ts";
import { formatExpr } from "./format-expr.ts";
import {
  type ArithmeticOp,
  type CompareOp,
  type ExprNode,
  type Literal,
  type LogicalNode,
  literalNode,
  type TextTestNode,
} from "./node.ts";

/** A value made of numbers. */
type Numeric = number | bigint;

/**
 * A question or a value of each row, made by `col` and `lit`. Immutable.
 *
 * `Needs` maps the columns it looks at to the types it takes them for, so that a scan whose schema is known refuses, at
 * compile time, a name that it does not have and a value of another type.
 */
export class Expr<out Result = unknown, in Needs = never> implements Expression<Result, Needs> {
  declare readonly "~result"?: Result;
  declare readonly "~needs"?: (row: Needs) => void;
  readonly node: ExprNode;

  constructor(node: ExprNode) {
    this.node = Object.freeze(node);
    Object.freeze(this);
  }

  /** Both must hold. Null where one is null and the other does not decide. */
  and<Other extends Expression<boolean>>(other: Other): Expr<boolean, Needs & NeedsOf<Other>> {
    return logical("and", this, other);
  }

  /** One must hold. Null where one is null and the other does not decide. */
  or<Other extends Expression<boolean>>(other: Other): Expr<boolean, Needs & NeedsOf<Other>> {
    return logical("or", this, other);
  }

  not(): Expr<boolean, Needs> {
    return new Expr({ kind: "not", operand: this.node });
  }

  /** Of integers: an int64, exact, which wraps beyond 64 bits; of anything with a fraction: float64. */
  add<Other extends Operand>(other: Other): Expr<Numeric, Needs & NeedsOf<Other>> {
    return arithmetic("add", this, other);
  }

  sub<Other extends Operand>(other: Other): Expr<Numeric, Needs & NeedsOf<Other>> {
    return arithmetic("sub", this, other);
  }

  mul<Other extends Operand>(other: Other): Expr<Numeric, Needs & NeedsOf<Other>> {
    return arithmetic("mul", this, other);
  }

  /** True division: a float, of integers too. */
  div<Other extends Operand>(other: Other): Expr<number, Needs & NeedsOf<Other>> {
    return arithmetic("div", this, other);
  }

  /** The remainder, with the divisor's sign; null where integers are divided by 0. */
  mod<Other extends Operand>(other: Other): Expr<Numeric, Needs & NeedsOf<Other>> {
    return arithmetic("mod", this, other);
  }

  /** NaN equals NaN. Null where either side is null. */
  eq<Other extends Operand>(other: Other): Expr<boolean, Needs & NeedsOf<Other>> {
    return compare("eq", this, other);
  }

  ne<Other extends Operand>(other: Other): Expr<boolean, Needs & NeedsOf<Other>> {
    return compare("ne", this, other);
  }

  lt<Other extends Operand>(other: Other): Expr<boolean, Needs & NeedsOf<Other>> {
    return compare("lt", this, other);
  }

  le<Other extends Operand>(other: Other): Expr<boolean, Needs & NeedsOf<Other>> {
    return compare("le", this, other);
  }

  /** NaN exceeds every number, as in polars; a scan's `nanAsNull` makes it null instead. */
  gt<Other extends Operand>(other: Other): Expr<boolean, Needs & NeedsOf<Other>> {
    return compare("gt", this, other);
  }

  ge<Other extends Operand>(other: Other): Expr<boolean, Needs & NeedsOf<Other>> {
    return compare("ge", this, other);
  }

  /** From `low` to `high`, both included. */
  between<Low extends Operand, High extends Operand>(
    low: Low,
    high: High,
  ): Expr<boolean, Needs & NeedsOf<Low> & NeedsOf<High>> {
    return logical("and", compare("ge", this, low), compare("le", this, high));
  }

  /** One of the values. A null among them matches nothing; a null row gives null. */
  isIn(values: readonly Literal[]): Expr<boolean, Needs> {
    return new Expr({ kind: "is-in", operand: this.node, values: Object.freeze(values.map(literalNode)) });
  }

  isNull(): Expr<boolean, Needs> {
    return new Expr({ kind: "is-null", operand: this.node });
  }

  isNotNull(): Expr<boolean, Needs> {
    return this.isNull().not();
  }

  /** Null gives null; an integer is never NaN. */
  isNan(): Expr<boolean, Needs> {
    return new Expr({ kind: "is-nan", operand: this.node });
  }

  /** Text that holds `text` anywhere. No pattern; upper and lower case differ. */
  contains(text: string): Expr<boolean, Needs> {
    return textTest("contains", this, text);
  }

  startsWith(text: string): Expr<boolean, Needs> {
    return textTest("starts-with", this, text);
  }

  endsWith(text: string): Expr<boolean, Needs> {
    return textTest("ends-with", this, text);
  }

  /** Items in the list of each row. */
  length(): Expr<number, Needs> {
    return new Expr({ kind: "list-length", operand: this.node });
  }

  /** `col("spike_times").list.length()`, as users of polars write it. */
  get list(): { length(): Expr<number, Needs> } {
    return { length: () => this.length() };
  }

  /** `col("location").str.contains("VIS")`, as users of polars write it. */
  get str(): Pick<Expr<Result, Needs>, "contains" | "startsWith" | "endsWith"> {
    return this;
  }

  /** In the words of `parseWhere`, where it has them. */
  toString(): string {
    return formatExpr(this.node);
  }

  toJSON(): ExprNode {
    return this.node;
  }
}

/** A plain value as an expression. */
export function lit<Value extends Literal>(value: Value): Expr<Value, unknown> {
  return new Expr(literalNode(value));
}

/** True where `operand` is false; null stays null. */
export function not<Needs>(operand: Expression<boolean, Needs>): Expr<boolean, Needs> {
  return new Expr({ kind: "not", operand: operand.node });
}

function nodeOf(operand: Operand): ExprNode {
  return typeof operand === "object" && operand !== null && "node" in operand ? operand.node : literalNode(operand);
}

function compare<Needs>(op: CompareOp, left: Operand, right: Operand): Expr<boolean, Needs> {
  return new Expr({ kind: "compare", op, left: nodeOf(left), right: nodeOf(right) });
}

function arithmetic<Needs>(op: ArithmeticOp, left: Operand, right: Operand): Expr<number, Needs> {
  return new Expr({ kind: "arithmetic", op, left: nodeOf(left), right: nodeOf(right) });
}

/** Chains of one operator become one flat node, so that a long chain is no deep tree. */
function logical<Needs>(op: LogicalNode["op"], left: Operand, right: Operand): Expr<boolean, Needs> {
  const operands = [nodeOf(left), nodeOf(right)].flatMap((node) =>
    node.kind === "logical" && node.op === op ? node.operands : [node],
  );
  return new Expr({ kind: "logical", op, operands: Object.freeze(operands) });
}

function textTest<Needs>(op: TextTestNode["op"], operand: Operand, text: string): Expr<boolean, Needs> {
  return new Expr({ kind: "text-test", op, operand: nodeOf(operand), text });
}
