import { type NdArray, textArray, validityOf } from "@lazynwb/core";
import type { ColumnType } from "@lazynwb/model";

/** A column for tests: its type and its values as model would give them. */
export interface TestColumn {
  readonly type: ColumnType;
  readonly array: NdArray;
}

function validity(values: readonly unknown[]): { validity?: Uint8Array } {
  return values.includes(null) ? { validity: validityOf(values.length, (row) => values[row] !== null) } : {};
}

export function float64(values: readonly (number | null)[]): TestColumn {
  return {
    type: { kind: "float", bits: 64 },
    array: {
      dtype: { kind: "float", bits: 64 },
      shape: [values.length],
      data: { kind: "fixed", values: Float64Array.from(values, (value) => value ?? 0) },
      ...validity(values),
    },
  };
}

export function float32(values: readonly (number | null)[]): TestColumn {
  return {
    type: { kind: "float", bits: 32 },
    array: {
      dtype: { kind: "float", bits: 32 },
      shape: [values.length],
      data: { kind: "fixed", values: Float32Array.from(values, (value) => value ?? 0) },
      ...validity(values),
    },
  };
}

export function int64(values: readonly (bigint | null)[]): TestColumn {
  return {
    type: { kind: "int", bits: 64, signed: true },
    array: {
      dtype: { kind: "int", bits: 64, signed: true },
      shape: [values.length],
      data: { kind: "fixed", values: BigInt64Array.from(values, (value) => value ?? 0n) },
      ...validity(values),
    },
  };
}

export function uint64(values: readonly (bigint | null)[]): TestColumn {
  return {
    type: { kind: "int", bits: 64, signed: false },
    array: {
      dtype: { kind: "int", bits: 64, signed: false },
      shape: [values.length],
      data: { kind: "fixed", values: BigUint64Array.from(values, (value) => value ?? 0n) },
      ...validity(values),
    },
  };
}

export function int8(values: readonly (number | null)[]): TestColumn {
  return {
    type: { kind: "int", bits: 8, signed: true },
    array: {
      dtype: { kind: "int", bits: 8, signed: true },
      shape: [values.length],
      data: { kind: "fixed", values: Int8Array.from(values, (value) => value ?? 0) },
      ...validity(values),
    },
  };
}

export function int32(values: readonly (number | null)[]): TestColumn {
  return {
    type: { kind: "int", bits: 32, signed: true },
    array: {
      dtype: { kind: "int", bits: 32, signed: true },
      shape: [values.length],
      data: { kind: "fixed", values: Int32Array.from(values, (value) => value ?? 0) },
      ...validity(values),
    },
  };
}

export function float16(bits: readonly (number | null)[]): TestColumn {
  return {
    type: { kind: "float", bits: 16 },
    array: {
      dtype: { kind: "float", bits: 16 },
      shape: [bits.length],
      data: { kind: "fixed", values: Uint16Array.from(bits, (value) => value ?? 0) },
      ...validity(bits),
    },
  };
}

export function bool(values: readonly (boolean | null)[]): TestColumn {
  return {
    type: { kind: "bool" },
    array: {
      dtype: { kind: "bool" },
      shape: [values.length],
      data: { kind: "fixed", values: Uint8Array.from(values, (value) => (value ? 1 : 0)) },
      ...validity(values),
    },
  };
}

export function text(values: readonly (string | null)[]): TestColumn {
  return { type: { kind: "text" }, array: textArray(values) };
}

export function dictionary(codes: readonly (number | null)[], values: readonly string[]): TestColumn {
  return {
    type: { kind: "dictionary", values },
    array: {
      dtype: { kind: "int", bits: 32, signed: true },
      shape: [codes.length],
      data: { kind: "fixed", values: Int32Array.from(codes, (code) => code ?? 0) },
      ...validity(codes),
    },
  };
}

/** Microseconds since 1970. */
export function timestamp(values: readonly (bigint | null)[]): TestColumn {
  return { ...int64(values), type: { kind: "timestamp" } };
}

/** A list for each row, of the items of a column made by `make`. */
export function list<Item>(
  rows: readonly (readonly Item[] | null)[],
  make: (items: readonly Item[]) => TestColumn,
): TestColumn {
  const offsets = new Int32Array(rows.length + 1);
  rows.forEach((row, at) => {
    offsets[at + 1] = offsets[at]! + (row?.length ?? 0);
  });
  const items = make(rows.flatMap((row) => row ?? []));
  return {
    type: { kind: "list", item: items.type },
    array: {
      dtype: { kind: "list", item: items.array.dtype },
      shape: [rows.length],
      data: { kind: "list", offsets, values: items.array },
      ...validity(rows),
    },
  };
}

/** Rows of `size` items each, as a trailing axis. */
export function fixedList<Item>(
  rows: readonly (readonly Item[])[],
  size: number,
  make: (items: readonly Item[]) => TestColumn,
): TestColumn {
  const items = make(rows.flat());
  return {
    type: { kind: "fixed-list", size, item: items.type },
    array: { ...items.array, shape: [rows.length, size, ...items.array.shape.slice(1)] },
  };
}

export function struct(fields: Readonly<Record<string, TestColumn>>, rows: number, valid?: Uint8Array): TestColumn {
  const entries = Object.entries(fields);
  return {
    type: { kind: "struct", fields: entries.map(([name, { type }]) => ({ name, type })) },
    array: {
      dtype: { kind: "struct", fields: entries.map(([name, { array }]) => ({ name, dtype: array.dtype })) },
      shape: [rows],
      data: { kind: "struct", fields: Object.fromEntries(entries.map(([name, { array }]) => [name, array])) },
      ...(valid && { validity: valid }),
    },
  };
}

export function binary(values: readonly Uint8Array[], itemBytes: number): TestColumn {
  const bytes = new Uint8Array(values.length * itemBytes);
  values.forEach((value, at) => {
    bytes.set(value, at * itemBytes);
  });
  return {
    type: { kind: "binary", bytes: itemBytes },
    array: { dtype: { kind: "opaque", itemBytes }, shape: [values.length], data: { kind: "opaque", itemBytes, bytes } },
  };
}
