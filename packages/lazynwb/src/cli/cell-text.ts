import { cut, printable } from "./text-width.ts";

/** A value as a terminal's table shows it, and how it is to stand in its column. */
export interface Cell {
  readonly text: string;
  /** Numbers stand on the right. */
  readonly align: "left" | "right";
  /** null is dimmed, so that it is not taken for text. */
  readonly faint: boolean;
}

const LIST_ITEMS = 3;
const NESTED_TEXT = 24;

/** Values in a row of an Arrow table, plain ones included: what `Vector.get` gives. */
export function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return { text: "null", align: "left", faint: true };
  const isNumber = typeof value === "number" || typeof value === "bigint";
  return { text: valueText(value), align: isNumber ? "right" : "left", faint: false };
}

/**
 * A number, short enough to compare by eye: four digits behind the point, or four significant ones below 1. JSON and CSV
 * carry all digits.
 *
 * @example numberText(0.123456) // "0.1235"
 */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "inf" : "-inf";
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return String(value);
  const size = Math.abs(value);
  if (size >= 1e9 || size < 1e-4)
    return value
      .toExponential(4)
      .replace(/\.?0+e/, "e")
      .replace("e+", "e");
  return size >= 1 ? String(Number(value.toFixed(4))) : String(Number(value.toPrecision(4)));
}

function valueText(value: unknown): string {
  switch (typeof value) {
    case "number":
      return numberText(value);
    case "bigint":
    case "boolean":
      return String(value);
    case "string":
      return printable(value);
    default:
      return objectText(value);
  }
}

function objectText(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "null" : dateText(value);
  if (value instanceof Uint8Array) return bytesText(value);
  if (isList(value)) return listText(value);
  const fields = value as { toJSON?: () => Record<string, unknown> };
  const entries = Object.entries(fields.toJSON?.() ?? fields);
  return `{${entries.map(([name, inner]) => `${printable(name)}: ${nestedText(inner)}`).join(", ")}}`;
}

/** A moment to the second where it has no finer part, in UTC. */
export function dateText(date: Date): string {
  return date.toISOString().replace("T", " ").replace(".000Z", "Z");
}

function bytesText(bytes: Uint8Array): string {
  const shown = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `0x${shown}${bytes.length > 8 ? "…" : ""}`;
}

/** Arrow vectors and arrays: a length and values in turn. */
function isList(value: unknown): value is Iterable<unknown> & { readonly length: number } {
  return typeof value === "object" && value !== null && Symbol.iterator in value && "length" in value;
}

/** @example listText([0.1, 0.2, 0.3, 0.4]) // "[4: 0.1, 0.2, 0.3, …]" */
function listText(list: Iterable<unknown> & { readonly length: number }): string {
  const shown: string[] = [];
  for (const item of list) {
    if (shown.length === LIST_ITEMS) break;
    shown.push(nestedText(item));
  }
  if (list.length > LIST_ITEMS) shown.push("…");
  return list.length === 0 ? "[0]" : `[${list.length}: ${shown.join(", ")}]`;
}

function nestedText(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(cut(printable(value), NESTED_TEXT)) : valueText(value);
}
