import { childrenOf, type ExprNode } from "./node.ts";

/** What a visitor wants next: the node's children, not them but what follows, or nothing more at all. */
export type WalkStep = "continue" | "skip" | "stop";

/** Visits a tree, parents before children, left to right. False where a visit said stop. */
export function walk(node: ExprNode, visit: (node: ExprNode) => WalkStep): boolean {
  const step = visit(node);
  if (step === "stop") return false;
  return step === "skip" || childrenOf(node).every((child) => walk(child, visit));
}

/** Names of the columns in an expression, each once, in the order in which they stand there. */
export function columnsOf(node: ExprNode): string[] {
  const names = new Set<string>();
  walk(node, (visited) => {
    if (visited.kind === "column") names.add(visited.name);
    return "continue";
  });
  return [...names];
}

/** The parts that must all hold: `a and (b and c)` is a, b and c. */
export function splitConjuncts(node: ExprNode): ExprNode[] {
  return node.kind === "logical" && node.op === "and" ? node.operands.flatMap(splitConjuncts) : [node];
}
