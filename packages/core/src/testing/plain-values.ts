import { elementCount, elementOf, type NdArray, type Reference } from "../nd-array.ts";
import type { Selection } from "../selection.ts";

/**
 * A value as a contract's caller writes it down: nested as deep as the array has axes; a reference as `{ reference: path }`. Whole
 * numbers may be written as number or bigint. Typed arrays stand for lists of numbers.
 */
export type ExpectedValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | { readonly reference: string }
  | ArrayLike<number | bigint>
  | readonly ExpectedValue[]
  | { readonly [field: string]: ExpectedValue };

/** An array's elements, nested as deep as it has axes. */
export function plainOf(array: NdArray): unknown {
  const nest = (axis: number, first: number): unknown => {
    if (axis === array.shape.length) return elementOf(array, first);
    const size = elementCount(array.shape.slice(axis + 1));
    return Array.from({ length: array.shape[axis]! }, (_, at) => nest(axis + 1, first + at * size));
  };
  return nest(0, 0);
}

function isListLike(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || ArrayBuffer.isView(value);
}

/**
 * Where a value that was read first differs from what was expected; undefined where nowhere.
 *
 * @param idOf - the object that a path means.
 */
export function difference(
  actual: unknown,
  expected: unknown,
  idOf: (path: string) => string | undefined,
  place = "",
): string | undefined {
  const differs = `${place || "the value"} is ${textOf(actual)} in place of ${textOf(expected)}`;
  if (isListLike(expected)) {
    if (!isListLike(actual)) return differs;
    if (actual.length !== expected.length)
      return `${place || "it"} has ${actual.length} elements in place of ${expected.length}`;
    for (let at = 0; at < expected.length; at++) {
      const found = difference(actual[at], expected[at], idOf, `${place}[${at}]`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (typeof expected === "object" && expected !== null) {
    if (typeof actual !== "object" || actual === null) return differs;
    if ("reference" in expected) {
      const same = (actual as Reference).objectId === idOf(String(expected.reference));
      return same ? undefined : `${place || "the value"} does not mean ${String(expected.reference)}`;
    }
    const names = Object.keys(expected);
    if (names.join() !== Object.keys(actual).join())
      return `${place || "it"} has the fields ${Object.keys(actual)} in place of ${names}`;
    for (const name of names) {
      const fields = [actual, expected] as { [field: string]: unknown }[];
      const found = difference(fields[0]![name], fields[1]![name], idOf, `${place}.${name}`);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  return Object.is(actual, expected) || sameNumber(actual, expected) ? undefined : differs;
}

/** Whether a bigint and a number are the same number. */
function sameNumber(left: unknown, right: unknown): boolean {
  const isNumber = (value: unknown): value is number | bigint => typeof value === "bigint" || typeof value === "number";
  if (!isNumber(left) || !isNumber(right) || typeof left === typeof right) return false;
  return left <= right && left >= right;
}

function textOf(value: unknown): string {
  return typeof value === "bigint" ? `${value}n` : typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** The plain way to select: every row by itself, then every axis. */
export function selectPlain(values: ArrayLike<unknown>, selection: Selection): unknown[] {
  const rows: unknown[] = [];
  const { rows: wanted, step = 1, trailing = [] } = selection;
  const ranges = wanted === "all" ? [0, values.length] : wanted;
  for (let at = 0; at < ranges.length; at += 2)
    for (let row = ranges[at]!; row < ranges[at + 1]!; row += step) rows.push(cutAxes(values[row], trailing));
  return rows;
}

function cutAxes(value: unknown, cuts: NonNullable<Selection["trailing"]>): unknown {
  const [cut, ...rest] = cuts;
  if (cut === undefined) return value;
  const { start, stop, step = 1 } = cut;
  const kept: unknown[] = [];
  for (let at = start; at < stop; at += step) kept.push(cutAxes((value as ArrayLike<unknown>)[at], rest));
  return kept;
}
