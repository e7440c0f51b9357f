import type { Expr } from "./polars-module.ts";

/** A node of what `Expr.serialize("json")` writes: a bare name, or one name over its content. */
export type SerializedExpr = unknown;

/** The tree of an expression; undefined where nodejs-polars cannot say what it does (`str.toLowerCase`, `hash` ...). */
export function serializedExpr(expr: Expr): SerializedExpr | undefined {
  try {
    return JSON.parse(expr.serialize("json").toString(), keepExactNumber);
  } catch {
    return undefined;
  }
}

type NumberSource = { readonly source?: string };
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/** Numbers that JavaScript would write back differently keep their digits: int64 above 2^53, and -0.0. */
function keepExactNumber(_key: string, value: unknown, context?: NumberSource): unknown {
  if (typeof value !== "number" || context?.source === undefined) return value;
  const exact = Number.isSafeInteger(value) ? !Object.is(value, -0) : !Number.isInteger(value);
  return exact ? value : rawJSON(context.source);
}

/** Name and content of a node. */
export function nodeEntry(node: SerializedExpr): readonly [name: string, content: unknown] | undefined {
  if (typeof node === "string") return [node, undefined];
  if (typeof node !== "object" || node === null || Array.isArray(node)) return undefined;
  const entries = Object.entries(node);
  return entries.length === 1 ? entries[0] : undefined;
}

/** Names of the plain columns that an expression names, nested ones included. Selectors are not resolved. */
export function namedColumns(node: SerializedExpr, into: Set<string> = new Set()): Set<string> {
  if (Array.isArray(node)) {
    if (typeof node[0] !== "number") for (const item of node) namedColumns(item, into);
  } else if (typeof node === "object" && node !== null) {
    for (const [name, content] of Object.entries(node)) {
      if (name === "Column" && typeof content === "string") into.add(content);
      else if (name !== "Literal") namedColumns(content, into);
    }
  }
  return into;
}

/** The parts of an expression that `and` joins, outermost left to right; itself where it is no conjunction. */
export function conjuncts(node: SerializedExpr): readonly SerializedExpr[] {
  const binary = (node as { readonly BinaryExpr?: { left: unknown; op: unknown; right: unknown } } | null)?.BinaryExpr;
  if (binary?.op !== "And") return [node];
  return [...conjuncts(binary.left), ...conjuncts(binary.right)];
}
