import { elementOf, halfToNumber, type NdArray, type Scalar } from "@lazynwb/core";
import type { ColumnType } from "../column-type.ts";

/** The shortest digits that mean a float32, as `String` gives them for a float64. */
function shortestFloat32(value: number): string {
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(Number(value.toPrecision(9)));
}

/**
 * A number as polars prints it when it casts to text: the shortest digits, a point always, an exponent from 1e+16 (float32:
 * 1e+13) and below 1e-5 (float32: 1e-6).
 *
 * @example floatText(100, 64) // "100.0"
 */
export function floatText(value: number, bits: 32 | 64): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const shortest = bits === 64 ? String(Math.abs(value)) : shortestFloat32(Math.abs(value));
  const [mantissa = "", power = "0"] = shortest.split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const digits = (whole + fraction).replace(/^0+/, "");
  const leading = whole === "0" ? fraction.length - fraction.replace(/^0+/, "").length : 0;
  const exponent = Number(power) + (whole === "0" ? -1 - leading : whole.length - 1);
  const significant = digits.replace(/0+$/, "") || "0";
  const sign = value < 0 ? "-" : "";
  const [lowest, highest] = bits === 64 ? [-5, 16] : [-6, 13];
  if (exponent < lowest || exponent >= highest) {
    const point = significant.length > 1 ? `${significant[0]}.${significant.slice(1)}` : significant;
    return `${sign}${point}e${exponent < 0 ? "-" : "+"}${Math.abs(exponent)}`;
  }
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${significant}`;
  const padded = significant.padEnd(exponent + 1, "0");
  return `${sign}${padded.slice(0, exponent + 1)}.${padded.slice(exponent + 1) || "0"}`;
}

/** A moment as polars prints one in UTC: `2024-01-02 03:04:05.000006+00:00`. */
export function timestampText(micros: bigint): string {
  const millis = Number(micros / 1000n) - (micros % 1000n < 0n ? 1 : 0);
  const rest = String(Number(((micros % 1_000_000n) + 1_000_000n) % 1_000_000n)).padStart(6, "0");
  const iso = new Date(millis).toISOString();
  return `${iso.slice(0, iso.indexOf("T"))} ${iso.slice(iso.indexOf("T") + 1, iso.indexOf("."))}.${rest}+00:00`;
}

/** Lists, compounds and bytes as JSON; bytes as hexadecimal text, what is no JSON number as null. */
function jsonText(value: Scalar): string {
  // Not by JSON.stringify: it has no word for int64.
  if (typeof value === "bigint") return String(value);
  if (value instanceof Uint8Array) return JSON.stringify(hexText(value));
  if (Array.isArray(value)) return `[${(value as readonly Scalar[]).map(jsonText).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value as Readonly<Record<string, Scalar>>);
  return `{${fields.map(([name, field]) => `${JSON.stringify(name)}:${jsonText(field)}`).join(",")}}`;
}

function hexText(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The text of the value in a row; null where it has none, as NaN. The row must not be null. */
export function valueText(array: NdArray, type: ColumnType, row: number): string | null {
  const { data } = array;
  if (data.kind === "fixed" && array.shape.length === 1) {
    const value = data.values[row]!;
    if (type.kind === "float") {
      const number = type.bits === 16 ? halfToNumber(Number(value)) : Number(value);
      return Number.isNaN(number) ? null : floatText(number, type.bits === 64 ? 64 : 32);
    }
    if (type.kind === "bool") return value === 1 ? "true" : "false";
    if (type.kind === "timestamp") return timestampText(BigInt(value));
    if (type.kind === "dictionary") return type.values[Number(value)] ?? null;
    return String(value);
  }
  const value = elementOf(array, row);
  if (value instanceof Uint8Array) return hexText(value);
  return typeof value === "string" ? value : jsonText(value);
}
