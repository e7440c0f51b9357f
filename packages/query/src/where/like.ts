import type { ExpressionSyntaxError } from "@lazynwb/core";
import { type ExprNode, literalNode } from "../expr/node.ts";

/** `like` with `%` at the ends only: what starts with, ends with, contains or is a text. */
export function likeNode(
  operand: ExprNode,
  pattern: string,
  error: (message: string) => ExpressionSyntaxError,
): ExprNode {
  const head = pattern.startsWith("%");
  const tail = pattern.length > 1 && pattern.endsWith("%");
  const text = pattern.slice(head ? 1 : 0, tail ? -1 : undefined);
  if (/[%_]/.test(text))
    throw error("like knows % at the beginning and the end only; a literal % or _ is looked for by 'contains'");
  if (!head && !tail) return Object.freeze({ kind: "compare", op: "eq", left: operand, right: literalNode(text) });
  const op = head && tail ? "contains" : head ? "ends-with" : "starts-with";
  return Object.freeze({ kind: "text-test", op, operand, text });
}
