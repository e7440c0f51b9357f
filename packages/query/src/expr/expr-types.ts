import type { ExprNode, Literal } from "./node.ts";

/**
 * What every expression is: a tree, what it gives for a row, and the columns that it needs with the types it takes them
 * for. The two latter exist for the compiler alone.
 */
export interface Expression<out Result = unknown, in Needs = never> {
  /** Plain, frozen, serialisable. */
  readonly node: ExprNode;
  readonly "~result"?: Result;
  readonly "~needs"?: (row: Needs) => void;
}

/** What may stand on the other side of an operation. */
export type Operand = Expression<unknown, never> | Literal;

/** The columns that an operand needs; a plain value needs none. */
export type NeedsOf<Other> = Other extends Expression<unknown, infer Needs> ? Needs : unknown;

/** The types that a column may have for a plain value to be compared with it; null because a column may hold it. */
export type ComparedWith<Value> = Value extends bigint
  ? bigint | null
  : Value extends number
    ? number | null
    : Value extends string
      ? string | Date | null
      : Value extends boolean
        ? boolean | null
        : Value extends Date
          ? Date | null
          : unknown;

/** What comparing the column `Name` with something needs. */
export type ColumnNeeds<Name extends string, Other> =
  Other extends Expression<unknown, infer Needs>
    ? Readonly<Record<Name, unknown>> & Needs
    : Readonly<Record<Name, ComparedWith<Other>>>;
