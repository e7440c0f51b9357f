import { type ArrayNode, type DType, dtypeBytes, elementCount } from "@lazynwb/core";
import type { Attributes } from "./attributes.ts";
import type { ColumnType } from "./column-type.ts";

/** An array of a file, its fixed-size array type unfolded into its shape, as values that are read have it. */
export interface StoredArray {
  readonly path: string;
  readonly objectId: string;
  readonly attributes: Attributes;
  /** Never of kind `array`. */
  readonly dtype: DType;
  /** [] is a scalar. An array without any value has shape [0]. */
  readonly shape: readonly number[];
  readonly chunks: readonly number[] | undefined;
}

/** Takes fixed-size array types apart: their dimensions go to the end of the shape. */
export function unfoldDType(dtype: DType, shape: readonly number[]): { dtype: DType; shape: readonly number[] } {
  let unfolded = { dtype, shape };
  while (unfolded.dtype.kind === "array")
    unfolded = { dtype: unfolded.dtype.item, shape: [...unfolded.shape, ...unfolded.dtype.shape] };
  return unfolded;
}

export function storedArray(node: ArrayNode): StoredArray {
  const { path, objectId, attributes, chunks } = node;
  return { path, objectId, attributes, chunks, ...unfoldDType(node.dtype, node.shape ?? [0]) };
}

/** Whether a compound is the NWB reference to a span of a time series. */
export function isTimeSeriesReference(dtype: DType): boolean {
  if (dtype.kind !== "struct" || dtype.fields.length !== 3) return false;
  const field = (name: string) => dtype.fields.find((candidate) => candidate.name === name)?.dtype.kind;
  return field("idx_start") === "int" && field("count") === "int" && field("timeseries") === "reference";
}

/** Whether elements can be null on their own, wherever they stand in a row. */
function canBeNull(dtype: DType): boolean {
  return (
    dtype.kind === "reference" || (dtype.kind === "struct" && dtype.fields.some((field) => canBeNull(field.dtype)))
  );
}

function itemType(dtype: DType): ColumnType {
  switch (dtype.kind) {
    case "int":
      return { kind: "int", bits: dtype.bits, signed: dtype.signed };
    case "float":
      return { kind: "float", bits: dtype.bits };
    case "bool":
    case "text":
      return { kind: dtype.kind };
    case "enum":
      return { kind: "dictionary", values: dtype.names };
    case "reference":
      return { kind: "text" };
    case "struct":
      return {
        kind: "struct",
        fields: dtype.fields.map((field) => ({ name: field.name, type: columnTypeOf(field.dtype, []) })),
      };
    case "list":
      return { kind: "list", item: columnTypeOf(dtype.item, []) };
    case "array":
      return columnTypeOf(dtype, []);
    case "opaque":
      return { kind: "binary", bytes: dtype.itemBytes };
    default:
      return dtype satisfies never;
  }
}

/**
 * The type of a column whose rows are elements of `inner` shape.
 *
 * Each axis is a FixedSizeList; of elements that can be null on their own (references, and compounds that hold one) it is a
 * List, because the values of a FixedSizeList have no place to say which are null.
 *
 * @example columnTypeOf(FLOAT32, [3, 2]) // fixed-list<fixed-list<float32, 2>, 3>
 */
export function columnTypeOf(dtype: DType, inner: readonly number[]): ColumnType {
  const whole = unfoldDType(dtype, inner);
  const nullable = canBeNull(whole.dtype);
  return whole.shape.reduceRight<ColumnType>(
    (item, size) => (nullable ? { kind: "list", item } : { kind: "fixed-list", size, item }),
    itemType(whole.dtype),
  );
}

/** Bytes that a text is taken to have where nothing is known of it. */
const GUESSED_TEXT_BYTES = 16;

/** Decoded bytes of one element, texts and lists being guessed. */
export function guessedBytes(dtype: DType): number {
  if (dtype.kind === "text" || dtype.kind === "reference" || dtype.kind === "list")
    return dtypeBytes(dtype) + GUESSED_TEXT_BYTES;
  if (dtype.kind === "struct") return dtype.fields.reduce((sum, field) => sum + guessedBytes(field.dtype), 0);
  if (dtype.kind === "array") return elementCount(dtype.shape) * guessedBytes(dtype.item);
  return dtypeBytes(dtype);
}

/** Decoded bytes of one row of an array. */
export function rowBytesOf(array: StoredArray): number {
  return elementCount(array.shape.slice(1)) * guessedBytes(array.dtype);
}
