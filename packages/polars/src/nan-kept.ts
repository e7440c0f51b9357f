import type { Warning } from "@lazynwb/core";
import { nodeEntry, type SerializedExpr } from "./serialized-expr.ts";

const KEEPS_NAN_LEFT = new Set(["Gt", "GtEq", "NotEq"]);
const KEEPS_NAN_RIGHT = new Set(["Lt", "LtEq", "NotEq"]);

/** Columns of floats that an expression compares such that NaN, which exceeds every number in polars, is kept. */
export function columnsThatKeepNan(node: SerializedExpr, types: ReadonlyMap<string, string>): readonly string[] {
  const found = new Set<string>();
  collect(node, found);
  return [...found].filter((column) => /^DataType\(Float/.test(types.get(column) ?? ""));
}

function collect(node: SerializedExpr, found: Set<string>): void {
  const entry = nodeEntry(node);
  if (entry === undefined || entry[0] !== "BinaryExpr") return;
  const { left, op, right } = entry[1] as { left: unknown; op: string; right: unknown };
  if (op === "And" || op === "Or") {
    collect(left, found);
    collect(right, found);
    return;
  }
  if (KEEPS_NAN_LEFT.has(op)) addColumn(left, found);
  if (KEEPS_NAN_RIGHT.has(op)) addColumn(right, found);
}

function addColumn(node: SerializedExpr, found: Set<string>): void {
  const entry = nodeEntry(node);
  if (entry?.[0] === "Column") found.add(entry[1] as string);
}

/** The warning about rows that a filter kept though the compared value is NaN. */
export function nanKeptWarning(column: string, rows: number): Warning {
  return {
    code: "NAN_KEPT",
    message: `A filter on "${column}" kept ${rows} row${rows === 1 ? "" : "s"} where it is NaN, which polars holds to exceed every number; nanAsNull: true leaves them out.`,
    details: { column, rows },
  };
}
