import { elementCount, elementOf, isNull, type NdArray, type Reference, scalarOf, stringsOf } from "@lazynwb/core";

export type Attributes = Readonly<Record<string, NdArray>>;

/** An attribute by its own name: a file may name one `constructor`. */
export function attributeOf(attributes: Attributes, name: string): NdArray | undefined {
  return Object.hasOwn(attributes, name) ? attributes[name] : undefined;
}

/** The one text of an attribute; null where it is absent or anything else. */
export function textAttribute(attributes: Attributes, name: string): string | null {
  const value = scalarOf(attributeOf(attributes, name));
  return typeof value === "string" ? value : null;
}

/** The texts of an attribute, a single one being a list of one; null where it is absent, empty or no text. */
export function textsAttribute(attributes: Attributes, name: string): string[] | null {
  const array = attributeOf(attributes, name);
  if (array === undefined || array.dtype.kind !== "text" || elementCount(array.shape) === 0) return null;
  return stringsOf(array).map((text) => text ?? "");
}

/** The one number of an attribute or of a scalar; int64 as a number where that is exact. */
export function numberOf(array: NdArray | undefined): number | null {
  const value = array !== undefined && elementCount(array.shape) > 0 ? elementOf(array, 0) : null;
  if (typeof value === "bigint") return Number(value);
  return typeof value === "number" ? value : null;
}

export function numberAttribute(attributes: Attributes, name: string): number | null {
  return numberOf(attributeOf(attributes, name));
}

/** The one reference of an attribute; null where it is absent, null or no reference. */
export function referenceAttribute(attributes: Attributes, name: string): Reference | null {
  const array = attributeOf(attributes, name);
  if (array?.data.kind !== "reference" || array.data.codes.length !== 1 || isNull(array, 0)) return null;
  return array.data.targets[array.data.codes[0]!] ?? null;
}
