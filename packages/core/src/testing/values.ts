import type { DType } from "../dtype.ts";
import {
  allocateFixed,
  elementCount,
  type NdArray,
  type Reference,
  rowCount,
  type TypedArray,
  textArray,
  type Values,
  validityOf,
} from "../nd-array.ts";

type Leaf = string | number | bigint | boolean | null | Reference;

/** What the tree builders take for an array: plain values nested as deep as it has axes, a typed array, or an NdArray. */
export type PlainValues = Leaf | readonly PlainValues[] | TypedArray | NdArray;

export interface ValueOptions {
  /** The type, where the values do not tell it or tell another. */
  readonly dtype?: DType | undefined;
  /** The shape of values that were given flat. */
  readonly shape?: readonly number[] | undefined;
}

const UNBOUND = "path:";

/** A reference to the object at `path` of the tree it is placed in. One that leads nowhere dangles. */
export function reference(path: string): Reference {
  return { objectId: UNBOUND + path };
}

/** The path that a reference made by `reference` was given, until a hierarchy has bound it. */
export function unboundPath(target: Reference): string | undefined {
  return target.objectId.startsWith(UNBOUND) ? target.objectId.slice(UNBOUND.length) : undefined;
}

export function isNdArray(value: unknown): value is NdArray {
  return typeof value === "object" && value !== null && "dtype" in value && "shape" in value && "data" in value;
}

function typedArrayDType(values: TypedArray): DType {
  const bits = (values.BYTES_PER_ELEMENT * 8) as 8 | 16 | 32 | 64;
  if (values instanceof Float32Array || values instanceof Float64Array) return { kind: "float", bits: bits as 32 | 64 };
  const signed =
    values instanceof Int8Array ||
    values instanceof Int16Array ||
    values instanceof Int32Array ||
    values instanceof BigInt64Array;
  return { kind: "int", bits, signed };
}

function shapeOf(values: PlainValues): number[] {
  const shape: number[] = [];
  for (let level: PlainValues | undefined = values; Array.isArray(level); level = level[0] as PlainValues | undefined)
    shape.push(level.length);
  return shape;
}

function dtypeOf(leaves: readonly Leaf[]): DType {
  const leaf = leaves.find((value) => value !== null);
  if (typeof leaf === "string") return { kind: "text" };
  if (typeof leaf === "bigint") return { kind: "int", bits: 64, signed: true };
  if (typeof leaf === "boolean") return { kind: "bool" };
  if (typeof leaf === "object" && leaf !== null) return { kind: "reference", to: leaf.region ? "region" : "object" };
  return { kind: "float", bits: 64 };
}

function referenceValues(leaves: readonly Leaf[]): Values {
  const targets: Reference[] = [];
  const codes = Int32Array.from(leaves, (leaf) => (leaf === null ? -1 : targets.push(leaf as Reference) - 1));
  return { kind: "reference", codes, targets };
}

function fixedValues(leaves: readonly Leaf[], dtype: DType): Values {
  const storage = dtype.kind === "enum" ? dtype.base : dtype;
  if (storage.kind !== "int" && storage.kind !== "float" && storage.kind !== "bool")
    throw new TypeError(`plain values cannot stand for ${dtype.kind}; give an NdArray`);
  const values = allocateFixed(storage, leaves.length);
  leaves.forEach((leaf, at) => {
    values[at] =
      values instanceof BigInt64Array || values instanceof BigUint64Array ? BigInt(Number(leaf)) : Number(leaf);
    if (typeof leaf === "bigint")
      values[at] = values instanceof BigInt64Array || values instanceof BigUint64Array ? leaf : Number(leaf);
  });
  return { kind: "fixed", values };
}

/**
 * An array of plain values. Numbers become float64, bigints int64, unless `dtype` or a typed array says otherwise; null is
 * allowed along one axis, and anywhere among references.
 *
 * @example ndArrayOf([[1, 2], [3, 4]]).shape // [2, 2]
 */
export function ndArrayOf(values: PlainValues, options: ValueOptions = {}): NdArray {
  if (isNdArray(values)) return values;
  if (ArrayBuffer.isView(values)) {
    const typed = values as TypedArray;
    const dtype = options.dtype ?? typedArrayDType(typed);
    return { dtype, shape: options.shape ?? [typed.length], data: { kind: "fixed", values: typed } };
  }
  const nesting = shapeOf(values);
  const leaves = (Array.isArray(values) ? values.flat(nesting.length) : [values]) as Leaf[];
  if (leaves.length !== elementCount(nesting)) throw new TypeError("nested values must be of equal length");
  const shape = options.shape ?? nesting;
  const dtype = options.dtype ?? dtypeOf(leaves);
  if (dtype.kind === "text") return textArray(leaves as (string | null)[], shape);
  if (dtype.kind === "reference") return { dtype, shape, data: referenceValues(leaves) };
  const array = { dtype, shape, data: fixedValues(leaves, dtype) };
  return leaves.includes(null) ? { ...array, validity: validityOf(leaves.length, (at) => leaves[at] !== null) } : array;
}

/**
 * A compound array from one array a field; all fields have the same number of rows.
 *
 * @example structOf({ idx_start: Int32Array.of(0), count: Int32Array.of(2), timeseries: [reference("/acquisition/a")] })
 */
export function structOf(fields: Readonly<Record<string, PlainValues>>): NdArray {
  const arrays = Object.entries(fields).map(([name, values]) => [name, ndArrayOf(values)] as const);
  const rows = arrays.length > 0 ? rowCount(arrays[0]![1]) : 0;
  if (arrays.some(([, array]) => rowCount(array) !== rows)) throw new TypeError("fields must have the same length");
  return {
    dtype: { kind: "struct", fields: arrays.map(([name, array]) => ({ name, dtype: fieldDType(array) })) },
    shape: [rows],
    data: { kind: "struct", fields: Object.fromEntries(arrays) },
  };
}

function fieldDType(field: NdArray): DType {
  return field.shape.length > 1 ? { kind: "array", item: field.dtype, shape: field.shape.slice(1) } : field.dtype;
}

/** An array of sequences of any length (HDF5 vlen), one a row. */
export function listOf(rows: readonly (readonly PlainValues[])[], options: ValueOptions = {}): NdArray {
  const offsets = new Int32Array(rows.length + 1);
  rows.forEach((row, at) => {
    offsets[at + 1] = offsets[at]! + row.length;
  });
  const values = ndArrayOf(rows.flat(), options);
  return { dtype: { kind: "list", item: values.dtype }, shape: [rows.length], data: { kind: "list", offsets, values } };
}

/** The same array with each of its references replaced. */
export function mapReferences(array: NdArray, map: (target: Reference) => Reference): NdArray {
  const { data } = array;
  switch (data.kind) {
    case "reference":
      return { ...array, data: { ...data, targets: data.targets.map(map) } };
    case "struct": {
      const fields = Object.entries(data.fields).map(([name, field]) => [name, mapReferences(field, map)] as const);
      return { ...array, data: { kind: "struct", fields: Object.fromEntries(fields) } };
    }
    case "list":
      return { ...array, data: { ...data, values: mapReferences(data.values, map) } };
    case "fixed":
    case "text":
    case "opaque":
      return array;
    default:
      return data satisfies never;
  }
}
