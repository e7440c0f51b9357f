import { closeNames, UnknownColumnError } from "@lazynwb/core";

/** Says that there is no such column, what was probably meant, and what there is. */
export function unknownColumn(column: string, available: readonly string[]): UnknownColumnError {
  const close = closeNames(column, available);
  const guess = close.length === 0 ? "" : `; did you mean ${close.map((name) => `'${name}'`).join(" or ")}?`;
  const shown = available.slice(0, 40).join(", ") + (available.length > 40 ? ", ..." : "");
  return new UnknownColumnError(`there is no column '${column}'${guess} (columns: ${shown})`, { column, available });
}
