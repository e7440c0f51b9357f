import type { RecordBatch } from "apache-arrow";
import type { RowPredicate } from "../row-predicate.ts";
import { type ColumnTypes, checkPredicate } from "./check-expr.ts";
import { keptRows } from "./evaluate.ts";
import type { Expression } from "./expr-types.ts";
import { formatExpr } from "./format-expr.ts";
import { nanKeepers } from "./nan-keepers.ts";
import type { ExprNode } from "./node.ts";
import { columnsOf, splitConjuncts } from "./walk.ts";

/**
 * An expression as the predicate that a scan runs.
 *
 * @param columns - names and types of the scan's columns, internal ones included.
 * @throws UnknownColumnError, TypeMismatchError before anything is read.
 */
export function predicateOf(expr: Expression, columns: ColumnTypes): RowPredicate {
  checkPredicate(expr.node, columns);
  return predicateOfNode(expr.node, columns);
}

/** One predicate for each part that must hold, so that those that cost no I/O can go first. */
export function predicatesOf(expr: Expression, columns: ColumnTypes): RowPredicate[] {
  checkPredicate(expr.node, columns);
  return splitConjuncts(expr.node).map((node) => predicateOfNode(node, columns));
}

function predicateOfNode(node: ExprNode, columns: ColumnTypes): RowPredicate {
  const nanColumns = nanKeepers(node).filter((name) => columns.get(name)?.kind === "float");
  return Object.freeze({
    columns: columnsOf(node),
    keep: (batch: RecordBatch) => keptRows(node, batch),
    toString: () => formatExpr(node),
    ...(nanColumns.length > 0 && { nanColumns }),
  });
}
