import { type NdArray, type Reference, textArray } from "@lazynwb/core";
import { isRecord } from "./consolidated-metadata.ts";

/** Attributes that only say how hdmf-zarr stored a node. */
const STORAGE_ATTRIBUTES = new Set(["zarr_dtype", "zarr_link", "_ARRAY_DIMENSIONS"]);

/** The attributes of a node, as values. An attribute of null or of a kind that NWB does not use is left out. */
export function attributesOf(
  attributes: Readonly<Record<string, unknown>>,
  objectIdOf: (path: string) => string,
): Record<string, NdArray> {
  const found: Record<string, NdArray> = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (STORAGE_ATTRIBUTES.has(name)) continue;
    const array = attributeValue(value, objectIdOf);
    if (array !== undefined) found[name] = array;
  }
  return found;
}

function attributeValue(value: unknown, objectIdOf: (path: string) => string): NdArray | undefined {
  if (typeof value === "string") return textArray([value], []);
  if (typeof value === "boolean")
    return { dtype: { kind: "bool" }, shape: [], data: { kind: "fixed", values: Uint8Array.of(value ? 1 : 0) } };
  if (typeof value === "number") return numbers([value], []);
  if (Array.isArray(value)) {
    if (value.every((item) => typeof item === "string")) return textArray(value);
    if (value.every((item) => typeof item === "number")) return numbers(value, [value.length]);
    return undefined;
  }
  const reference = referenceOf(value, objectIdOf);
  if (reference === undefined) return undefined;
  return {
    dtype: { kind: "reference", to: "object" },
    shape: [],
    data: { kind: "reference", codes: Int32Array.of(0), targets: [reference] },
  };
}

/** hdmf-zarr writes a reference as `{ zarr_dtype: "object", value: { source, path, ... } }`. */
function referenceOf(value: unknown, objectIdOf: (path: string) => string): Reference | undefined {
  if (!isRecord(value) || value["zarr_dtype"] !== "object" || !isRecord(value["value"])) return undefined;
  const { path } = value["value"];
  return typeof path === "string" ? { objectId: objectIdOf(path) } : undefined;
}

function numbers(values: readonly number[], shape: readonly number[]): NdArray {
  const whole = values.every(Number.isSafeInteger);
  return whole
    ? {
        dtype: { kind: "int", bits: 64, signed: true },
        shape,
        data: { kind: "fixed", values: BigInt64Array.from(values, BigInt) },
      }
    : { dtype: { kind: "float", bits: 64 }, shape, data: { kind: "fixed", values: Float64Array.from(values) } };
}
