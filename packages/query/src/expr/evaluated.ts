/** One byte a row, 1 where there is a value; null: every row has one. */
export type Valid = Uint8Array | null;

export type NumberArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** Numbers that doubles hold exactly. `integer`: each of them is whole by its type, so sums of them stay integers. */
export interface NumberColumn {
  readonly kind: "number";
  readonly values: NumberArray;
  readonly integer: boolean;
  readonly valid: Valid;
}

/** 64-bit integers of which at least one is beyond what a double holds exactly. */
export interface BigintColumn {
  readonly kind: "bigint";
  readonly values: BigInt64Array | BigUint64Array;
  readonly valid: Valid;
}

/** Microseconds since 1970 in UTC. */
export interface TimestampColumn {
  readonly kind: "timestamp";
  readonly values: BigInt64Array;
  readonly valid: Valid;
}

export interface BooleanColumn {
  readonly kind: "boolean";
  /** 0 or 1; anything where the row is null. */
  readonly values: Uint8Array;
  readonly valid: Valid;
}

/** UTF-8: row i is `bytes[offsets[i], offsets[i + 1])`. */
export interface TextColumn {
  readonly kind: "text";
  readonly offsets: Int32Array;
  readonly bytes: Uint8Array;
  readonly valid: Valid;
}

/** Text by its place in a dictionary. */
export interface CodedColumn {
  readonly kind: "coded";
  readonly codes: Int32Array;
  readonly dictionary: TextColumn;
  readonly valid: Valid;
}

/** Lists, of which only lengths are asked. */
export interface ListColumn {
  readonly kind: "list";
  readonly lengthOf: (row: number) => number;
  readonly valid: Valid;
}

/** Something that can only be null or not. */
export interface OpaqueColumn {
  readonly kind: "opaque";
  readonly valid: Valid;
}

/** One value for all rows. */
export interface Constant {
  readonly kind: "constant";
  readonly type: "null" | "boolean" | "number" | "integer" | "text" | "timestamp";
  readonly value: null | boolean | number | bigint | string;
}

/** A column of values, or one value, as the kernels take them. */
export type Evaluated =
  | NumberColumn
  | BigintColumn
  | TimestampColumn
  | BooleanColumn
  | TextColumn
  | CodedColumn
  | ListColumn
  | OpaqueColumn
  | Constant;

export type Column = Exclude<Evaluated, Constant>;

export const NULL: Constant = Object.freeze({ kind: "constant", type: "null", value: null });

export function booleanConstant(value: boolean): Constant {
  return { kind: "constant", type: "boolean", value };
}

/** Rows that are valid in both. */
export function bothValid(left: Valid, right: Valid): Valid {
  if (left === null || right === null) return left ?? right;
  const both = new Uint8Array(left.length);
  for (let row = 0; row < both.length; row++) both[row] = left[row]! & right[row]!;
  return both;
}
