import { QueryError } from "@lazynwb/core";
import { Expr } from "./expr.ts";
import type { ColumnNeeds, ComparedWith, Expression, Operand } from "./expr-types.ts";
import type { Literal } from "./node.ts";

/** Needs the column with values of a type. */
type Needing<Name extends string, Value> = Readonly<Record<Name, Value | null>>;

/** The methods whose needs tell the column's type. */
type Retyped =
  | "eq"
  | "ne"
  | "lt"
  | "le"
  | "gt"
  | "ge"
  | "between"
  | "isIn"
  | "contains"
  | "startsWith"
  | "endsWith"
  | "str"
  | "and"
  | "or"
  | "not";

type Plain<Name extends string> = Omit<
  Expr<unknown, Readonly<Record<Name, unknown>>>,
  Retyped | keyof Expression<unknown, unknown>
>;

/**
 * A column. What it is compared with tells which type the scan's schema must give it; on its own it may be of any, as in
 * `filter(col("is_good"))`.
 */
export interface ColumnExpr<Name extends string = string>
  extends Plain<Name>,
    Expression<never, Readonly<Record<Name, unknown>>> {
  eq<Other extends Operand>(other: Other): Expr<boolean, ColumnNeeds<Name, Other>>;
  ne<Other extends Operand>(other: Other): Expr<boolean, ColumnNeeds<Name, Other>>;
  lt<Other extends Operand>(other: Other): Expr<boolean, ColumnNeeds<Name, Other>>;
  le<Other extends Operand>(other: Other): Expr<boolean, ColumnNeeds<Name, Other>>;
  gt<Other extends Operand>(other: Other): Expr<boolean, ColumnNeeds<Name, Other>>;
  ge<Other extends Operand>(other: Other): Expr<boolean, ColumnNeeds<Name, Other>>;
  between<Low extends Operand, High extends Operand>(
    low: Low,
    high: High,
  ): Expr<boolean, ColumnNeeds<Name, Low> & ColumnNeeds<Name, High>>;
  isIn<Value extends Literal>(values: readonly Value[]): Expr<boolean, Readonly<Record<Name, ComparedWith<Value>>>>;
  contains(text: string): Expr<boolean, Needing<Name, string>>;
  startsWith(text: string): Expr<boolean, Needing<Name, string>>;
  endsWith(text: string): Expr<boolean, Needing<Name, string>>;
  readonly str: Pick<ColumnExpr<Name>, "contains" | "startsWith" | "endsWith">;
  and: Expr<boolean, Needing<Name, boolean>>["and"];
  or: Expr<boolean, Needing<Name, boolean>>["or"];
  not: Expr<boolean, Needing<Name, boolean>>["not"];
}

/**
 * A column by its name.
 *
 * @example col("presence_ratio").ge(0.95).and(col("location").isIn(["VISp", "VISl"]))
 */
export function col<const Name extends string>(name: Name): ColumnExpr<Name> {
  if (typeof name !== "string" || name === "") throw new QueryError("col() wants the name of a column");
  // One class at run time; the interface only narrows what its methods say they need.
  return new Expr({ kind: "column", name }) as unknown as ColumnExpr<Name>;
}
