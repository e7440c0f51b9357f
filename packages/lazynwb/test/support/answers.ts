import { createHash } from "node:crypto";
import type { AnswerValue, ColumnAnswer } from "@lazynwb/fixtures";
import type { PlainValue } from "../../src/web.ts";

/** A value as the expected answers write it. */
export function answerOf(value: PlainValue): AnswerValue {
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "bigint") return String(value);
  if (value instanceof Date) return value.toISOString().replace("Z", "000Z");
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("hex");
  if (Array.isArray(value)) return (value as readonly PlainValue[]).map(answerOf);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, answerOf(inner as PlainValue)]));
}

type NumberArray = { new (values: number[]): { readonly buffer: ArrayBufferLike } };

const STORED: Readonly<Record<string, NumberArray>> = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
};

function flat(values: readonly PlainValue[]): number[] {
  return values.flat(10) as number[];
}

/**
 * What is compared of a column: its values, or their digest and the lengths of its rows where the answers give those.
 */
export function columnAnswer(values: readonly PlainValue[], expected: ColumnAnswer): unknown {
  if (expected.values !== undefined) return values.map(answerOf);
  const numbers = flat(values);
  const bytes =
    expected.dtype === "int64"
      ? BigInt64Array.from(numbers, BigInt)
      : new (STORED[expected.dtype] ?? Float64Array)(numbers);
  return {
    sha256: createHash("sha256").update(new Uint8Array(bytes.buffer)).digest("hex"),
    ...(expected.counts === undefined ? {} : { counts: values.map((row) => (row as readonly PlainValue[]).length) }),
  };
}

/** The same of an expected column. */
export function expectedAnswer(expected: ColumnAnswer): unknown {
  if (expected.values !== undefined) return expected.values;
  const { sha256, counts } = expected;
  return { sha256, ...(counts === undefined ? {} : { counts }) };
}
