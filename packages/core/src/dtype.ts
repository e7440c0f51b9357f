/**
 * The type of an array's elements, after byte order and storage width have been dealt with.
 *
 * `describe` keeps a fixed-size array type (HDF5 class 10) as `array`; a value that was read never has it: its dimensions
 * were appended to the value's shape.
 */
export type DType =
  | IntDType
  | FloatDType
  | { readonly kind: "bool" }
  | EnumDType
  /** UTF-8 text. */
  | { readonly kind: "text" }
  | { readonly kind: "reference"; readonly to: "object" | "region" }
  | StructDType
  /** A sequence of any length in each element (HDF5 vlen). */
  | { readonly kind: "list"; readonly item: DType }
  | { readonly kind: "array"; readonly item: DType; readonly shape: readonly number[] }
  | { readonly kind: "opaque"; readonly itemBytes: number; readonly tag?: string | undefined };

export interface IntDType {
  readonly kind: "int";
  readonly bits: 8 | 16 | 32 | 64;
  readonly signed: boolean;
}

/** 16 bits arrive as their raw bits in a Uint16Array; other odd widths have been widened to 32 or 64. */
export interface FloatDType {
  readonly kind: "float";
  readonly bits: 16 | 32 | 64;
}

/** Named integers that are not the two of a boolean. `values[i]` is the code of `names[i]`. */
export interface EnumDType {
  readonly kind: "enum";
  readonly base: IntDType;
  readonly names: readonly string[];
  readonly values: readonly bigint[];
}

/** A compound; a complex number is one of the fields `r` and `i`. */
export interface StructDType {
  readonly kind: "struct";
  readonly fields: readonly { readonly name: string; readonly dtype: DType }[];
}

/** The short name users see: `int64`, `float32`, `text`, `list<float64>`, `struct<idx_start: int32, ...>`. */
export function dtypeName(dtype: DType): string {
  switch (dtype.kind) {
    case "int":
      return `${dtype.signed ? "int" : "uint"}${dtype.bits}`;
    case "float":
      return `float${dtype.bits}`;
    case "bool":
    case "text":
      return dtype.kind;
    case "enum":
      return `enum<${dtype.names.join(", ")}>`;
    case "reference":
      return `${dtype.to}-reference`;
    case "struct":
      return `struct<${dtype.fields.map((field) => `${field.name}: ${dtypeName(field.dtype)}`).join(", ")}>`;
    case "list":
      return `list<${dtypeName(dtype.item)}>`;
    case "array":
      return `array<${dtypeName(dtype.item)}, [${dtype.shape.join(", ")}]>`;
    case "opaque":
      return `opaque<${dtype.itemBytes}>`;
    default:
      return dtype satisfies never;
  }
}

/** Whether two types are the same, names and nesting included. */
export function dtypeEquals(left: DType, right: DType): boolean {
  if (left === right) return true;
  switch (left.kind) {
    case "int":
      return right.kind === "int" && left.bits === right.bits && left.signed === right.signed;
    case "float":
      return right.kind === "float" && left.bits === right.bits;
    case "bool":
    case "text":
      return right.kind === left.kind;
    case "enum":
      return (
        right.kind === "enum" &&
        dtypeEquals(left.base, right.base) &&
        left.names.length === right.names.length &&
        left.names.every((name, at) => right.names[at] === name && right.values[at] === left.values[at])
      );
    case "reference":
      return right.kind === "reference" && left.to === right.to;
    case "struct":
      return (
        right.kind === "struct" &&
        left.fields.length === right.fields.length &&
        left.fields.every((field, at) => {
          const other = right.fields[at]!;
          return other.name === field.name && dtypeEquals(field.dtype, other.dtype);
        })
      );
    case "list":
      return right.kind === "list" && dtypeEquals(left.item, right.item);
    case "array":
      return (
        right.kind === "array" &&
        left.shape.length === right.shape.length &&
        left.shape.every((size, at) => right.shape[at] === size) &&
        dtypeEquals(left.item, right.item)
      );
    case "opaque":
      return right.kind === "opaque" && left.itemBytes === right.itemBytes && left.tag === right.tag;
    default:
      return left satisfies never;
  }
}

/** Bytes of one decoded element; text and lists count their offset only. */
export function dtypeBytes(dtype: DType): number {
  switch (dtype.kind) {
    case "int":
    case "float":
      return dtype.bits / 8;
    case "bool":
      return 1;
    case "enum":
      return dtype.base.bits / 8;
    case "text":
    case "list":
    case "reference":
      return 4;
    case "struct":
      return dtype.fields.reduce((sum, field) => sum + dtypeBytes(field.dtype), 0);
    case "array":
      return dtype.shape.reduce((product, size) => product * size, dtypeBytes(dtype.item));
    case "opaque":
      return dtype.itemBytes;
    default:
      return dtype satisfies never;
  }
}
