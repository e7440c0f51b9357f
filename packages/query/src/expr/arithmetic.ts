import { TypeMismatchError } from "@lazynwb/core";
import {
  type BigintColumn,
  bothValid,
  type Constant,
  type Evaluated,
  NULL,
  type NumberArray,
  type NumberColumn,
  type Valid,
} from "./evaluated.ts";
import type { ArithmeticOp } from "./node.ts";

type Numbers = NumberColumn | BigintColumn;

/**
 * Integers among themselves give int64, exactly, wrapping beyond 64 bits; anything else gives float64, or float32 where
 * neither side is wider. Division always gives a float. An integer modulo 0 is null.
 */
export function arithmeticValues(op: ArithmeticOp, left: Evaluated, right: Evaluated): Evaluated {
  if (isNothing(left) || isNothing(right)) return NULL;
  if (left.kind === "constant" && right.kind === "constant") {
    const result = calculate(op, spread(left, 1), spread(right, 1), false);
    if (result.valid !== null && result.valid[0] === 0) return NULL;
    const value = result.values[0]!;
    return { kind: "constant", type: typeof value === "bigint" ? "integer" : "number", value };
  }
  const rows = rowsOf(left) ?? rowsOf(right)!;
  return calculate(op, spread(left, rows), spread(right, rows), isSingle(left) && isSingle(right));
}

function isNothing(value: Evaluated): boolean {
  return value.kind === "opaque" || (value.kind === "constant" && value.value === null);
}

function rowsOf(value: Evaluated): number | undefined {
  return value.kind === "number" || value.kind === "bigint" ? value.values.length : undefined;
}

/** As polars finds float32 to suffice: float32 itself and integers that it holds exactly. */
function isSingle(value: Evaluated): boolean {
  if (value.kind !== "number") return false;
  const { values } = value;
  return values instanceof Float32Array || (value.integer && values.BYTES_PER_ELEMENT <= 2);
}

/** A column, or a constant as one of `rows` rows. */
function spread(value: Evaluated, rows: number): Numbers {
  if (value.kind === "number" || value.kind === "bigint") return value;
  if (value.kind === "constant" && typeof value.value === "number") {
    const values = new Float64Array(rows).fill(value.value);
    return { kind: "number", values, integer: Number.isSafeInteger(value.value), valid: null };
  }
  if (value.kind === "constant" && typeof value.value === "bigint") return spreadBigint(value, value.value, rows);
  throw new TypeMismatchError(`${value.kind} values cannot be calculated with`);
}

function spreadBigint(constant: Constant, value: bigint, rows: number): Numbers {
  if (constant.type !== "integer") throw new TypeMismatchError(`a ${constant.type} cannot be calculated with`);
  if (Number.isSafeInteger(Number(value)))
    return { kind: "number", values: new Float64Array(rows).fill(Number(value)), integer: true, valid: null };
  return { kind: "bigint", values: new BigInt64Array(rows).fill(value), valid: null };
}

function calculate(op: ArithmeticOp, left: Numbers, right: Numbers, single: boolean): Numbers {
  const valid = bothValid(left.valid, right.valid);
  const integers = op !== "div" && isInteger(left) && isInteger(right);
  if (!integers) return floats(op, doubles(left), doubles(right), valid, single && left.kind === right.kind);
  if (left.kind === "number" && right.kind === "number") {
    const exact = safeIntegers(op, left.values, right.values, valid);
    if (exact !== null) return exact;
  }
  return bigintegers(op, left.values, right.values, valid);
}

function isInteger(numbers: Numbers): boolean {
  return numbers.kind === "bigint" || numbers.integer;
}

function doubles(numbers: Numbers): NumberArray {
  return numbers.kind === "number" ? numbers.values : Float64Array.from(numbers.values as BigInt64Array, Number);
}

function floats(op: ArithmeticOp, left: NumberArray, right: NumberArray, valid: Valid, single: boolean): NumberColumn {
  const bothIntegers = !(left instanceof Float32Array) && !(right instanceof Float32Array);
  const values = single && !bothIntegers ? new Float32Array(left.length) : new Float64Array(left.length);
  for (let row = 0; row < values.length; row++) values[row] = floatResult(op, left[row]!, right[row]!);
  return { kind: "number", values, integer: false, valid };
}

function floatResult(op: ArithmeticOp, left: number, right: number): number {
  switch (op) {
    case "add":
      return left + right;
    case "sub":
      return left - right;
    case "mul":
      return left * right;
    case "div":
      return left / right;
    case "mod":
      return left - right * Math.floor(left / right);
    default:
      return op satisfies never;
  }
}

/** Integers that doubles hold; null where a result would not be one of them. */
function safeIntegers(op: ArithmeticOp, left: NumberArray, right: NumberArray, valid: Valid): NumberColumn | null {
  const values = new Float64Array(left.length);
  let defined = valid;
  for (let row = 0; row < values.length; row++) {
    const divisor = right[row]!;
    if (op === "mod") {
      if (divisor === 0) {
        if (defined === valid) defined = valid?.slice() ?? new Uint8Array(values.length).fill(1);
        defined![row] = 0;
        continue;
      }
      const rest = left[row]! % divisor;
      // Adding 0 makes of -0 the 0 that integers have.
      values[row] = (rest !== 0 && rest < 0 !== divisor < 0 ? rest + divisor : rest) + 0;
      continue;
    }
    const result = floatResult(op, left[row]!, divisor) + 0;
    if (!Number.isSafeInteger(result)) return null;
    values[row] = result;
  }
  return { kind: "number", values, integer: true, valid: defined };
}

type Integers = NumberArray | BigInt64Array | BigUint64Array;

function bigintegers(op: ArithmeticOp, left: Integers, right: Integers, valid: Valid): BigintColumn {
  const values = new BigInt64Array(left.length);
  const defined = valid?.slice() ?? new Uint8Array(values.length).fill(1);
  for (let row = 0; row < values.length; row++) {
    if (defined[row] === 0) continue;
    const result = bigintResult(op, BigInt(left[row]!), BigInt(right[row]!));
    if (result === null) defined[row] = 0;
    else values[row] = result;
  }
  return { kind: "bigint", values, valid: defined };
}

/** Storing it into 64 bits wraps it. */
function bigintResult(op: ArithmeticOp, left: bigint, right: bigint): bigint | null {
  switch (op) {
    case "add":
      return left + right;
    case "sub":
      return left - right;
    case "mul":
      return left * right;
    case "mod": {
      if (right === 0n) return null;
      const rest = left % right;
      return rest !== 0n && rest < 0n !== right < 0n ? rest + right : rest;
    }
    default:
      return null;
  }
}
