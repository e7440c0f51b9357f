import { textAttribute } from "../attributes.ts";
import type { StoredArray } from "../stored-array.ts";

/** What a column's array says about itself, under the keys that become field metadata. */
export function columnMetadata(
  array: StoredArray,
  more: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const metadata: Record<string, string> = {};
  for (const key of ["description", "unit", "neurodata_type"]) {
    const text = textAttribute(array.attributes, key);
    if (text !== null && text !== "") metadata[key] = text;
  }
  if (array.dtype.kind === "reference") metadata["lazynwb.reference"] = array.dtype.to;
  return { ...metadata, ...more };
}
