import type { CompareOp, ExprNode } from "./node.ts";
import { columnsOf, walk } from "./walk.ts";

/**
 * The columns whose NaN an expression may keep because NaN exceeds every number: those on the greater side of a comparison,
 * or compared by !=. A column that the expression asks `is nan` of is left out: its user has thought of NaN.
 */
export function nanKeepers(node: ExprNode): string[] {
  const keepers = new Set<string>();
  const asked = new Set<string>();
  collect(node, true, keepers);
  walk(node, (visited) => {
    if (visited.kind === "is-nan") for (const name of columnsOf(visited)) asked.add(name);
    return "continue";
  });
  return [...keepers].filter((name) => !asked.has(name));
}

/** `holds`: whether the node must be true for a row to be kept, or, under a not, false. */
function collect(node: ExprNode, holds: boolean, keepers: Set<string>): void {
  switch (node.kind) {
    case "logical":
      for (const operand of node.operands) collect(operand, holds, keepers);
      break;
    case "not":
      collect(node.operand, !holds, keepers);
      break;
    case "is-in":
      if (!holds) for (const name of columnsOf(node.operand)) keepers.add(name);
      break;
    case "compare": {
      const op = holds ? node.op : NEGATED[node.op];
      if (op === "gt" || op === "ge" || op === "ne") for (const name of columnsOf(node.left)) keepers.add(name);
      if (op === "lt" || op === "le" || op === "ne") for (const name of columnsOf(node.right)) keepers.add(name);
      break;
    }
    default:
  }
}

const NEGATED: Readonly<Record<CompareOp, CompareOp>> = {
  eq: "ne",
  ne: "eq",
  lt: "ge",
  le: "gt",
  gt: "le",
  ge: "lt",
};
