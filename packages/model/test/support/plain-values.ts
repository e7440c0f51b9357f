import { elementCount, halfToNumber, type NdArray, stringsOf } from "@lazynwb/core";
import type { ColumnType } from "@lazynwb/model";

export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [name: string]: Plain };

function valid(array: NdArray, row: number): boolean {
  return array.validity === undefined || ((array.validity[row >> 3]! >> (row & 7)) & 1) === 1;
}

function number(value: number): Plain {
  if (Number.isNaN(value)) return "NaN";
  return Number.isFinite(value) ? value : value > 0 ? "Infinity" : "-Infinity";
}

function integer(value: number | bigint): Plain {
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}

function moment(micros: bigint): string {
  const seconds = new Date(Number(micros / 1_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(micros % 1_000_000n).padStart(6, "0")}Z`;
}

/** The rows of a fixed-list, each an array of `size` rows of its own. */
function inner(array: NdArray, from: number, count: number): NdArray {
  const shape = [count, ...array.shape.slice(2)];
  const { data, dtype } = array;
  const size = elementCount(shape.slice(1));
  const [start, stop] = [from * size, (from + count) * size];
  switch (data.kind) {
    case "fixed":
      return { dtype, shape, data: { kind: "fixed", values: data.values.subarray(start, stop) } };
    case "text":
      return { dtype, shape, data: { ...data, offsets: data.offsets.subarray(start, stop + 1) } };
    case "struct": {
      const fields = Object.entries(data.fields).map(([name, field]) => [name, inner(field, from, count)] as const);
      return { dtype, shape, data: { kind: "struct", fields: Object.fromEntries(fields) } };
    }
    default:
      throw new TypeError(`no rows of ${data.kind} in a fixed list`);
  }
}

/** Values of a column as JSON has them, one a row, straight from the layouts that DESIGN section 3 tells. */
export function plainRows(array: NdArray, type: ColumnType): Plain[] {
  return Array.from({ length: array.shape[0]! }, (_, row) => (valid(array, row) ? plain(array, type, row) : null));
}

function plain(array: NdArray, type: ColumnType, row: number): Plain {
  const { data } = array;
  const stored = () => (data as { values: ArrayLike<number | bigint> }).values[row]!;
  switch (type.kind) {
    case "int":
      return integer(stored());
    case "float":
      return number(type.bits === 16 ? halfToNumber(Number(stored())) : Number(stored()));
    case "bool":
      return stored() === 1;
    case "dictionary":
      return type.values[Number(stored())]!;
    case "timestamp":
      return moment(stored() as bigint);
    case "text": {
      const { offsets, bytes } = data as { offsets: Int32Array; bytes: Uint8Array };
      return stringsOf({
        dtype: { kind: "text" },
        shape: [1],
        data: { kind: "text", offsets: offsets.subarray(row, row + 2), bytes },
      })[0]!;
    }
    case "list": {
      const { offsets, values } = data as { offsets: Int32Array; values: NdArray };
      return plainRows(values, type.item).slice(offsets[row], offsets[row + 1]);
    }
    case "fixed-list":
      return plainRows(inner(array, row * type.size, type.size), type.item);
    case "struct": {
      const { fields } = data as { fields: Record<string, NdArray> };
      return Object.fromEntries(type.fields.map(({ name, type }) => [name, plainRows(fields[name]!, type)[row]!]));
    }
    case "binary": {
      const { bytes, itemBytes } = data as { bytes: Uint8Array; itemBytes: number };
      return { hex: Buffer.from(bytes.subarray(row * itemBytes, (row + 1) * itemBytes)).toString("hex") };
    }
    case "null":
      return null;
    default:
      return type satisfies never;
  }
}
