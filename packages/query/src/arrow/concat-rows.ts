import { type NdArray, rowCount, rowRanges, type TypedArray, type Values, validityOf } from "@lazynwb/core";
import { takeRows } from "./take-rows.ts";

/**
 * Arrays of one type and outline, one after the other.
 *
 * @remarks Copies: one.
 */
export function concatRows(arrays: readonly NdArray[]): NdArray {
  const [first] = arrays;
  if (first === undefined || arrays.length === 1) return first!;
  const rows = arrays.reduce((sum, array) => sum + rowCount(array), 0);
  const data = concatValues(arrays.map((array) => array.data));
  const validity = concatValidity(arrays, rows);
  return { dtype: first.dtype, shape: [rows, ...first.shape.slice(1)], data, ...(validity && { validity }) };
}

type Of<Kind extends Values["kind"]> = Extract<Values, { kind: Kind }>;

function concatValues(parts: readonly Values[]): Values {
  const [{ kind }] = parts as readonly [Values];
  switch (kind) {
    case "fixed":
      return { kind, values: concatTyped((parts as readonly Of<"fixed">[]).map(({ values }) => values)) };
    case "text": {
      const texts = parts as readonly Of<"text">[];
      const bytes = texts.map(({ offsets, bytes }) => bytes.subarray(offsets[0]!, offsets.at(-1)!));
      return { kind, offsets: concatOffsets(texts.map(({ offsets }) => offsets)), bytes: concatTyped(bytes) };
    }
    case "list": {
      const lists = parts as readonly Of<"list">[];
      const items = lists.map(({ offsets, values }) => takeRows(values, rowRanges([offsets[0]!, offsets.at(-1)!])));
      return { kind, offsets: concatOffsets(lists.map(({ offsets }) => offsets)), values: concatRows(items) };
    }
    default:
      throw new TypeError(`arrays of ${kind} cannot be put together`);
  }
}

function concatTyped<Items extends TypedArray>(parts: readonly Items[]): Items {
  const Kind = parts[0]!.constructor as new (length: number) => Items;
  const joined = new Kind(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    (joined as { set(from: Items, at: number): void }).set(part, at);
    at += part.length;
  }
  return joined;
}

function concatOffsets(parts: readonly Int32Array[]): Int32Array {
  const joined = new Int32Array(parts.reduce((sum, part) => sum + part.length - 1, 1));
  let at = 0;
  for (const part of parts) {
    const shift = joined[at]! - part[0]!;
    for (let next = 1; next < part.length; next++) joined[at + next] = part[next]! + shift;
    at += part.length - 1;
  }
  return joined;
}

function concatValidity(arrays: readonly NdArray[], rows: number): Uint8Array | undefined {
  if (arrays.every(({ validity }) => validity === undefined)) return undefined;
  let of = 0;
  let start = 0;
  return validityOf(rows, (row) => {
    while (row - start >= rowCount(arrays[of]!)) start += rowCount(arrays[of++]!);
    const bits = arrays[of]!.validity;
    return bits === undefined || ((bits[(row - start) >> 3]! >> ((row - start) & 7)) & 1) === 1;
  });
}
