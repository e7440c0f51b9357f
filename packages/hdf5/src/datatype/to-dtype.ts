import { type DType, type FloatDType, type IntDType, UnsupportedError } from "@lazynwb/core";
import type { Datatype, FloatingPointDatatype } from "./datatype.ts";

/**
 * The type that values have once they are read. An array type stays `array`; `decodeValues` appends its dimensions to the
 * shape instead, which is what `decodedDType` gives.
 *
 * Integers, bit fields and enumerations get the next width of 8, 16, 32 or 64 bits at or above the stored size; floating-point
 * numbers the narrowest IEEE type that holds their exponent and mantissa, at most 64 bits (an x87 number is rounded). A time
 * is opaque, its bytes in little-endian order. A complex number is a struct of `r` and `i`.
 *
 * @throws UnsupportedError for integers above 8 bytes and VAX numbers.
 */
export function datatypeToDType(datatype: Datatype): DType {
  switch (datatype.class) {
    case "fixed-point":
      return intDType(datatype.size, datatype.signed);
    case "bitfield":
      return intDType(datatype.size, false);
    case "floating-point":
      return floatDType(datatype);
    case "string":
    case "vlen-string":
      return { kind: "text" };
    case "time":
      return { kind: "opaque", itemBytes: datatype.size };
    case "opaque":
      return { kind: "opaque", itemBytes: datatype.size, ...(datatype.tag !== "" && { tag: datatype.tag }) };
    case "compound":
      return {
        kind: "struct",
        fields: datatype.members.map((member) => ({ name: member.name, dtype: datatypeToDType(member.datatype) })),
      };
    case "reference":
      return { kind: "reference", to: datatype.to === "region" ? "region" : "object" };
    case "enum":
      if (isBoolean(datatype.names, datatype.values)) return { kind: "bool" };
      return {
        kind: "enum",
        base: intDType(datatype.size, datatype.base.signed),
        names: datatype.names,
        values: datatype.values,
      };
    case "vlen":
      return { kind: "list", item: datatypeToDType(datatype.item) };
    case "array":
      return { kind: "array", item: datatypeToDType(datatype.item), shape: datatype.dimensions };
    case "complex": {
      const part = floatDType(datatype.part);
      return {
        kind: "struct",
        fields: [
          { name: "r", dtype: part },
          { name: "i", dtype: part },
        ],
      };
    }
    default:
      return datatype satisfies never;
  }
}

/** The type without its array types, whose dimensions a value carries in its shape. */
export function decodedDType(dtype: DType): DType {
  switch (dtype.kind) {
    case "array":
      return decodedDType(dtype.item);
    case "list":
      return { kind: "list", item: decodedDType(dtype.item) };
    case "struct":
      return { kind: "struct", fields: dtype.fields.map(({ name, dtype: of }) => ({ name, dtype: decodedDType(of) })) };
    default:
      return dtype;
  }
}

/** h5py's way to write a boolean: an enumeration of exactly FALSE = 0 and TRUE = 1. */
function isBoolean(names: readonly string[], values: readonly bigint[]): boolean {
  return names.length === 2 && values[names.indexOf("FALSE")] === 0n && values[names.indexOf("TRUE")] === 1n;
}

function intDType(size: number, signed: boolean): IntDType {
  if (size > 8)
    throw new UnsupportedError(`integers of ${size} bytes are wider than any type they could be read as`, {
      feature: `integer of ${size} bytes`,
    });
  return { kind: "int", bits: size <= 1 ? 8 : size <= 2 ? 16 : size <= 4 ? 32 : 64, signed };
}

function floatDType(datatype: FloatingPointDatatype): FloatDType {
  if (datatype.order === "vax")
    throw new UnsupportedError("floating-point numbers in the byte order of the VAX", { feature: "VAX byte order" });
  const { exponentBits, mantissaBits } = datatype;
  if (exponentBits <= 5 && mantissaBits <= 10) return { kind: "float", bits: 16 };
  return { kind: "float", bits: exponentBits <= 8 && mantissaBits <= 23 ? 32 : 64 };
}
