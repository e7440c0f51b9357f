import { TypeMismatchError } from "@lazynwb/core";
import { type BooleanColumn, booleanConstant, type Constant, type Evaluated, NULL } from "./evaluated.ts";

/**
 * Kleene's and/or over any number of operands: what decides (false for and, true for or) wins over null. An operand is not
 * asked for once every row is decided.
 */
export function logicalValues(op: "and" | "or", operands: readonly (() => Evaluated)[]): BooleanColumn | Constant {
  const decisive = op === "or";
  let state: { decided: Uint8Array; unknown: Uint8Array; left: number } | undefined;
  let constantUnknown = false;
  for (const evaluate of operands) {
    const operand = asBoolean(evaluate());
    if (operand.kind === "constant") {
      if (operand.value === decisive) return operand;
      if (operand.value === null) constantUnknown = true;
      continue;
    }
    const { length } = operand.values;
    state ??= { decided: new Uint8Array(length), unknown: new Uint8Array(length), left: length };
    state.left -= mark(operand, decisive, state.decided, state.unknown);
    if (state.left === 0) break;
  }
  if (state === undefined) return constantUnknown ? NULL : booleanConstant(!decisive);
  return conclude(state.decided, state.unknown, decisive, constantUnknown);
}

/** Marks the rows that an operand decides or leaves open; returns how many it newly decided. */
function mark(operand: BooleanColumn, decisive: boolean, decided: Uint8Array, unknown: Uint8Array): number {
  const { values, valid } = operand;
  const wanted = decisive ? 1 : 0;
  let newly = 0;
  for (let row = 0; row < values.length; row++) {
    if (valid !== null && valid[row] === 0) unknown[row] = 1;
    else if (values[row] === wanted && decided[row] === 0) {
      decided[row] = 1;
      newly++;
    }
  }
  return newly;
}

function conclude(
  decided: Uint8Array,
  unknown: Uint8Array,
  decisive: boolean,
  constantUnknown: boolean,
): BooleanColumn {
  const values = new Uint8Array(decided.length);
  const valid = new Uint8Array(decided.length);
  const [yes, no] = decisive ? [1, 0] : [0, 1];
  for (let row = 0; row < values.length; row++) {
    values[row] = decided[row] === 1 ? yes : no;
    valid[row] = decided[row] === 1 || (unknown[row] === 0 && !constantUnknown) ? 1 : 0;
  }
  return { kind: "boolean", values, valid };
}

/** The opposite; null stays null. */
export function notValue(operand: Evaluated): BooleanColumn | Constant {
  const value = asBoolean(operand);
  if (value.kind === "constant") return value.value === null ? NULL : booleanConstant(value.value === false);
  const values = new Uint8Array(value.values.length);
  for (let row = 0; row < values.length; row++) values[row] = value.values[row]! ^ 1;
  return { kind: "boolean", values, valid: value.valid };
}

/** A column of a file without any value has no type: all its rows are null. */
function asBoolean(value: Evaluated): BooleanColumn | Constant {
  if (value.kind === "boolean") return value;
  if (value.kind === "opaque") return NULL;
  if (value.kind === "constant" && (value.type === "boolean" || value.type === "null")) return value;
  throw new TypeMismatchError(`${value.kind} values are neither true nor false`);
}
