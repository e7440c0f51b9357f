import { allocateFixed, type DType, elementCount, type NdArray, validityOf } from "@lazynwb/core";
import type { ColumnType } from "../column-type.ts";
import { unfoldDType } from "../stored-array.ts";

/** An array of `rows` rows of a stored type, all zero, empty or null: what stands where there is nothing to read. */
export function blankArray(dtype: DType, shape: readonly number[]): NdArray {
  const whole = unfoldDType(dtype, shape);
  const count = elementCount(whole.shape);
  const made = { dtype: whole.dtype, shape: whole.shape };
  switch (whole.dtype.kind) {
    case "int":
    case "float":
    case "bool":
      return { ...made, data: { kind: "fixed", values: allocateFixed(whole.dtype, count) } };
    case "enum":
      return { ...made, data: { kind: "fixed", values: allocateFixed(whole.dtype.base, count) } };
    case "text":
      return { ...made, data: { kind: "text", offsets: new Int32Array(count + 1), bytes: new Uint8Array(0) } };
    case "reference":
      return { ...made, data: { kind: "reference", codes: new Int32Array(count).fill(-1), targets: [] } };
    case "struct": {
      const fields = whole.dtype.fields.map((field) => [field.name, blankArray(field.dtype, whole.shape)] as const);
      return { ...made, data: { kind: "struct", fields: Object.fromEntries(fields) } };
    }
    case "list": {
      const values = blankArray(whole.dtype.item, [0]);
      return { ...made, data: { kind: "list", offsets: new Int32Array(count + 1), values } };
    }
    case "opaque": {
      const { itemBytes } = whole.dtype;
      return { ...made, data: { kind: "opaque", itemBytes, bytes: new Uint8Array(count * itemBytes) } };
    }
    case "array":
      throw new TypeError("array types were unfolded");
    default:
      return whole.dtype satisfies never;
  }
}

/** No rows of what an array holds. */
export function noRows(array: NdArray): NdArray {
  return blankArray(array.dtype, array.shape.with(0, 0));
}

/** The element type of the values of a column type. A column without any type has bool values that are all null. */
export function valueDType(type: ColumnType): DType {
  switch (type.kind) {
    case "int":
    case "float":
    case "bool":
    case "text":
      return type;
    case "null":
      return { kind: "bool" };
    case "dictionary":
      return { kind: "int", bits: 32, signed: true };
    case "timestamp":
      return { kind: "int", bits: 64, signed: true };
    case "list":
      return { kind: "list", item: valueDType(type.item) };
    case "fixed-list":
      return { kind: "array", item: valueDType(type.item), shape: [type.size] };
    case "struct":
      return { kind: "struct", fields: type.fields.map(({ name, type }) => ({ name, dtype: valueDType(type) })) };
    case "binary":
      return { kind: "opaque", itemBytes: type.bytes };
    default:
      return type satisfies never;
  }
}

/**
 * Values of a column that are all null.
 *
 * @example nullValues({ kind: "text" }, 2) // two nulls
 */
export function nullValues(type: ColumnType, rows: number): NdArray {
  const blank = blankArray(valueDType(type), [rows]);
  return rows === 0 ? blank : { ...blank, validity: validityOf(rows, () => false) };
}
