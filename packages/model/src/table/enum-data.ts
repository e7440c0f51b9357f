import { elementCount, type NdArray, stringsOf, textArray } from "@lazynwb/core";
import type { StoredArray } from "../stored-array.ts";
import { isValidAt, validityWhere, withValidity } from "../values/bitmap.ts";
import { asFloat64 } from "../values/numbers.ts";
import { type ColumnSource, mappedSource } from "./column-source.ts";

/** Codes as the texts they stand for; a row is null where one of its codes stands for none. */
function decodeCodes(codes: NdArray, texts: readonly (string | null)[]): NdArray {
  if (codes.data.kind === "list") {
    const values = decodeCodes(codes.data.values, texts);
    return { ...codes, dtype: { kind: "list", item: values.dtype }, data: { ...codes.data, values } };
  }
  if (codes.data.kind !== "fixed") return codes;
  const decoded = Array.from(asFloat64(codes), (code) => texts[code] ?? null);
  const [rows, perRow] = [codes.shape[0]!, elementCount(codes.shape.slice(1))];
  const validity = validityWhere(rows, (row) => {
    if (!isValidAt(codes.validity, row)) return false;
    return !decoded.slice(row * perRow, (row + 1) * perRow).includes(null);
  });
  const { data, dtype } = textArray(decoded.map((text) => text ?? ""));
  return { dtype, shape: codes.shape, data, ...withValidity(validity) };
}

/** A column of codes (EnumData) as text, by the array that its `elements` attribute points to. */
export function enumSource(codes: ColumnSource, elements: StoredArray): ColumnSource {
  return mappedSource(codes, (values, [read]) => decodeCodes(values, stringsOf(read!)), [elements]);
}
