import { parseTimestamp } from "../expr/timestamp.ts";

/**
 * Whether a value found is the one expected. Numbers of either kind are equal where they are the same number, NaN equals NaN;
 * a missing value is null; a moment may come as a Date (milliseconds), as microseconds, or as ISO 8601.
 */
export function sameValue(found: unknown, expected: unknown): boolean {
  if (expected === null || expected === undefined) return found === null || found === undefined;
  if (found === null || found === undefined) return false;
  if (typeof expected === "bigint" && !isNumber(found)) return momentOf(found, expected) === expected;
  if (isNumber(expected)) return isNumber(found) && sameNumber(found, expected);
  if (Array.isArray(expected)) {
    if (typeof found === "string" || !isSequence(found)) return false;
    const items = Array.from(found);
    return items.length === expected.length && expected.every((item, at) => sameValue(items[at], item));
  }
  if (typeof expected === "object")
    return (
      typeof found === "object" &&
      Object.entries(expected).every(([name, value]) => sameValue((found as Record<string, unknown>)[name], value))
    );
  return found === expected;
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

/** Exactly: JavaScript compares a number and a bigint by their mathematical values. */
function sameNumber(left: number | bigint, right: number | bigint): boolean {
  return (
    (Number.isNaN(left) && Number.isNaN(right)) ||
    !(left < right || left > right || Number.isNaN(left) || Number.isNaN(right))
  );
}

function isSequence(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}

function momentOf(found: unknown, expected: bigint): bigint | null {
  if (typeof found === "string") return parseTimestamp(found);
  if (!(found instanceof Date)) return null;
  const millis = expected >= 0n ? expected / 1000n : (expected - 999n) / 1000n;
  return Math.abs(found.getTime() - Number(millis)) <= 1 ? expected : null;
}
