import { ColumnMismatchError, dtypeName, elementCount, type NdArray } from "@lazynwb/core";
import type { ColumnType } from "@lazynwb/model";
import {
  type Bool,
  type Data,
  type DataType,
  type Dictionary,
  type FixedSizeBinary,
  type FixedSizeList,
  type Float,
  type List,
  makeData,
  type Struct,
  type Utf8,
  type Vector,
} from "apache-arrow/Arrow";
import { andBits, packBits } from "./bitmap.ts";
import { nanValidity } from "./nan-validity.ts";

/** What turning values of one scan into Arrow needs besides the values. */
export interface ArrowDataContext {
  readonly dictionaries: ReadonlyMap<DataType, Vector<Utf8>>;
  /** NaN becomes null, inside of lists and structs too. */
  readonly nanAsNull: boolean;
  /** For messages. */
  readonly column: string;
}

/**
 * Arrow data over the buffers of an array: nothing is copied but booleans, which are packed into bits.
 *
 * @param array - as model gives it: shape [rows, ...trailing], trailing axes being the fixed-size lists of `type`.
 * @param dataType - the Arrow type of `type`, from the scan's layout.
 * @throws ColumnMismatchError where the array is not of that type.
 * @remarks I/O: none. Copies: none, bool one bit a value. NaN as null: one bitmap where there is any NaN.
 */
export function arrowData(array: NdArray, type: ColumnType, dataType: DataType, context: ArrowDataContext): Data {
  return nest(array, type, dataType, 0, context);
}

/** The elements of axes 0 to `axis`: a fixed-size list where `type` goes on along the next axis. */
function nest(array: NdArray, type: ColumnType, dataType: DataType, axis: number, context: ArrowDataContext): Data {
  const length = elementCount(array.shape.slice(0, axis + 1));
  const validity = axis === 0 ? array.validity : undefined;
  if (type.kind === "fixed-list") {
    const list = dataType as FixedSizeList;
    if (array.shape[axis + 1] !== type.size) throw mismatch(array, type, context);
    const child = nest(array, type.item, list.children[0]!.type, axis + 1, context);
    return makeData({ type: list, length, ...nulls(validity), child });
  }
  if (elementCount(array.shape) !== length) throw mismatch(array, type, context);
  return leaf(array, type, dataType, length, validity, context);
}

function leaf(
  array: NdArray,
  type: ColumnType,
  dataType: DataType,
  length: number,
  validity: Uint8Array | undefined,
  context: ArrowDataContext,
): Data {
  const { data } = array;
  switch (data.kind) {
    case "fixed":
      return fixed(array, type, dataType, length, validity, context);
    case "text": {
      if (type.kind !== "text" || data.offsets.length < length + 1) throw mismatch(array, type, context);
      return makeData({
        type: dataType as Utf8,
        length,
        ...nulls(validity),
        valueOffsets: data.offsets,
        data: data.bytes,
      });
    }
    case "list": {
      if (type.kind !== "list" || data.offsets.length < length + 1) throw mismatch(array, type, context);
      const list = dataType as List;
      const child = nest(data.values, type.item, list.children[0]!.type, 0, context);
      return makeData({ type: list, length, ...nulls(validity), valueOffsets: data.offsets, child });
    }
    case "struct": {
      if (type.kind !== "struct") throw mismatch(array, type, context);
      const struct = dataType as Struct;
      const axis = array.shape.length - 1;
      const children = type.fields.map((field, at) => {
        const values = data.fields[field.name];
        if (values === undefined) throw mismatch(array, type, context);
        return nest(values, field.type, struct.children[at]!.type, axis, context);
      });
      return makeData({ type: struct, length, ...nulls(validity), children });
    }
    case "opaque": {
      if (type.kind !== "binary" || data.itemBytes !== type.bytes) throw mismatch(array, type, context);
      return makeData({ type: dataType as FixedSizeBinary, length, ...nulls(validity), data: data.bytes });
    }
    case "reference":
      throw mismatch(array, type, context);
    default:
      return data satisfies never;
  }
}

function fixed(
  array: NdArray,
  type: ColumnType,
  dataType: DataType,
  length: number,
  validity: Uint8Array | undefined,
  context: ArrowDataContext,
): Data {
  const { data } = array;
  if (data.kind !== "fixed" || data.values.length < length) throw mismatch(array, type, context);
  const { values } = data;
  if (type.kind === "null") return makeData({ type: dataType, length });
  if (type.kind === "bool") {
    if (!(values instanceof Uint8Array)) throw mismatch(array, type, context);
    return makeData({ type: dataType as Bool, length, ...nulls(validity), data: packBits(values.subarray(0, length)) });
  }
  if (type.kind === "dictionary") {
    const dictionary = context.dictionaries.get(dataType);
    if (!(values instanceof Int32Array) || dictionary === undefined) throw mismatch(array, type, context);
    return makeData({ type: dataType as Dictionary, length, ...nulls(validity), data: values, dictionary });
  }
  if (type.kind !== "int" && type.kind !== "float" && type.kind !== "timestamp") throw mismatch(array, type, context);
  // Another element type than the field's would be converted by Arrow without a word.
  if (values.constructor !== dataType.ArrayType) throw mismatch(array, type, context);
  const kept = context.nanAsNull && type.kind === "float" ? nanValidity(values, length) : undefined;
  return makeData({ type: dataType as Float, length, ...nulls(andBits(validity, kept)), data: values as Float64Array });
}

/** Arrow counts the nulls of a bitmap when it is first asked to. */
function nulls(validity: Uint8Array | undefined): { nullBitmap: Uint8Array } | { nullCount: 0 } {
  return validity === undefined ? { nullCount: 0 } : { nullBitmap: validity };
}

function mismatch(array: NdArray, type: ColumnType, context: ArrowDataContext): ColumnMismatchError {
  return new ColumnMismatchError(
    `column '${context.column}' should hold ${type.kind}, but its values came as ${dtypeName(array.dtype)} of shape [${array.shape.join(", ")}]`,
    { column: context.column },
  );
}
