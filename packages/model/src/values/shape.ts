import { elementCount, type NdArray, type TypedArray, type Values, validityOf } from "@lazynwb/core";
import { isValidAt, repeatValidity, rowsAllValid, withValidity } from "./bitmap.ts";

type MapValidity = (validity: Uint8Array | undefined) => Uint8Array | undefined;

/** The same elements, `shape` standing for the first `from` axes. Fields of compounds follow. */
function reshape(array: NdArray, from: number, shape: readonly number[], mapValidity: MapValidity): NdArray {
  const { data, dtype } = array;
  return {
    dtype,
    shape: [...shape, ...array.shape.slice(from)],
    data: data.kind === "struct" ? reshapeFields(data.fields, from, shape, mapValidity) : data,
    ...withValidity(mapValidity(array.validity)),
  };
}

function reshapeFields(
  fields: Readonly<Record<string, NdArray>>,
  from: number,
  shape: readonly number[],
  mapValidity: MapValidity,
): Values {
  const reshaped = Object.entries(fields).map(
    ([name, field]) => [name, reshape(field, from, shape, mapValidity)] as const,
  );
  return { kind: "struct", fields: Object.fromEntries(reshaped) };
}

/** Folds the second axis into the first: each element of a row of [rows, size, ...] becomes a row of its own. */
export function flattenRows(array: NdArray): NdArray {
  const [rows, size] = [array.shape[0]!, array.shape[1]!];
  return reshape(array, 2, [rows * size], (validity) => repeatValidity(validity, rows, size));
}

/** The reverse: `size` rows become one. A row with a null in it is null. */
export function unflattenRows(array: NdArray, rows: number, size: number): NdArray {
  return reshape(array, 1, [rows, size], (validity) => rowsAllValid(validity, rows, size));
}

/** A scalar as an array of one row. */
export function asRow(array: NdArray): NdArray {
  return array.shape.length > 0 ? array : reshape(array, 0, [1], (validity) => validity);
}

/** A whole array as one row that is a list of its rows. */
export function asListRow(array: NdArray): NdArray {
  const values = asRow(array);
  const offsets = Int32Array.of(0, values.shape[0]!);
  return { dtype: { kind: "list", item: values.dtype }, shape: [1], data: { kind: "list", offsets, values } };
}

/** The rows of [rows, size, ...] as lists of `size` elements each. A null row is an empty list, and null. */
export function trailingAsList(array: NdArray): NdArray {
  const [rows, size] = [array.shape[0]!, array.shape[1]!];
  const values = flattenRows(array);
  const offsets = Int32Array.from({ length: rows + 1 }, (_, row) => row * size);
  return {
    dtype: { kind: "list", item: values.dtype },
    shape: [rows],
    data: { kind: "list", offsets, values },
    ...withValidity(array.validity),
  };
}

function padTyped(values: TypedArray, length: number): TypedArray {
  const padded = new (values.constructor as new (length: number) => TypedArray)(length);
  (padded as Uint8Array).set(values as Uint8Array);
  return padded;
}

function padOffsets(offsets: Int32Array, length: number): Int32Array {
  const padded = new Int32Array(length + 1).fill(offsets.at(-1) ?? 0);
  padded.set(offsets);
  return padded;
}

function padData(array: NdArray, rows: number): Values {
  const { data } = array;
  const count = elementCount([rows, ...array.shape.slice(1)]);
  switch (data.kind) {
    case "fixed":
      return { kind: "fixed", values: padTyped(data.values, count) };
    case "text":
      return { ...data, offsets: padOffsets(data.offsets, count) };
    case "list":
      return { ...data, offsets: padOffsets(data.offsets, count) };
    case "reference": {
      const codes = new Int32Array(count).fill(-1);
      codes.set(data.codes);
      return { ...data, codes };
    }
    case "struct": {
      const fields = Object.entries(data.fields).map(([name, field]) => [name, padRows(field, rows)] as const);
      return { kind: "struct", fields: Object.fromEntries(fields) };
    }
    case "opaque":
      return { ...data, bytes: padTyped(data.bytes, count * data.itemBytes) as Uint8Array };
    default:
      return data satisfies never;
  }
}

/** The same rows, and nulls behind them until there are `rows`. Copies where it pads. */
export function padRows(array: NdArray, rows: number): NdArray {
  const length = array.shape[0]!;
  if (length >= rows) return array;
  const validity = validityOf(rows, (row) => row < length && isValidAt(array.validity, row));
  return { dtype: array.dtype, shape: [rows, ...array.shape.slice(1)], data: padData(array, rows), validity };
}
