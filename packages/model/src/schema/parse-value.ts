import type { ColumnType } from "../column-type.ts";
import { parseIsoDate } from "../metadata/iso-date.ts";

type Int = Extract<ColumnType, { kind: "int" }>;

/** Whether an integer lies in the range of a type. */
export function fitsInt(value: bigint, { bits, signed }: Int): boolean {
  const reach = 1n << BigInt(signed ? bits - 1 : bits);
  return value < reach && value >= (signed ? -reach : 0n);
}

/** A whole number from text; null where it is none, as polars' lenient cast has it. */
export function parseInteger(text: string): bigint | null {
  return /^[+-]?\d+$/.test(text) ? BigInt(text.replace(/^\+/, "")) : null;
}

/** A number from text: digits with an optional point and exponent, `nan`, `inf`, `infinity`; null where it is none. */
export function parseFloatText(text: string): number | null {
  if (/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  if (/^[+-]?inf(inity)?$/i.test(text))
    return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return null;
}

/** Microseconds since 1970 of a date of ISO 8601; null where it is none. */
export function parseTimestamp(text: string): bigint | null {
  return parseIsoDate(text)?.micros ?? null;
}
