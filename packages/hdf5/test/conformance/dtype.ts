import type { DType } from "@lazynwb/core";

/** A type as the manifest writes it down. */
export interface StoredType {
  readonly class: string;
  readonly size: number | null;
  readonly signed?: boolean;
  readonly exp?: readonly [number, number];
  readonly mant?: readonly [number, number];
  readonly base?: StoredType;
  readonly dims?: readonly number[];
  readonly tag?: string;
  readonly ref?: string;
  readonly members?:
    | readonly { readonly name: string; readonly type: StoredType }[]
    | readonly (readonly [string, number | string])[];
}

type IntDType = Extract<DType, { kind: "int" }>;

function intOf(size: number, signed: boolean): IntDType {
  return { kind: "int", bits: size <= 1 ? 8 : size <= 2 ? 16 : size <= 4 ? 32 : 64, signed };
}

/** The type that the reader must tell for one of the manifest. Members of enumerations come sorted by name. */
export function expectedDType(type: StoredType): DType {
  switch (type.class) {
    case "int":
    case "bitfield":
      return intOf(type.size!, type.class === "int" && type.signed === true);
    case "float": {
      const [exponent, mantissa] = [type.exp![1], type.mant![1]];
      if (exponent <= 5 && mantissa <= 10) return { kind: "float", bits: 16 };
      return { kind: "float", bits: exponent <= 8 && mantissa <= 23 ? 32 : 64 };
    }
    case "string":
      return { kind: "text" };
    case "time":
      return { kind: "opaque", itemBytes: type.size! };
    case "opaque":
      return { kind: "opaque", itemBytes: type.size!, ...(type.tag && { tag: type.tag }) };
    case "reference":
      return { kind: "reference", to: type.ref === "region" ? "region" : "object" };
    case "vlen":
      return { kind: "list", item: expectedDType(type.base!) };
    case "array":
      return { kind: "array", shape: type.dims!, item: expectedDType(type.base!) };
    case "complex": {
      const part = expectedDType(type.base!);
      return { kind: "struct", fields: ["r", "i"].map((name) => ({ name, dtype: part })) };
    }
    case "compound": {
      const members = type.members as readonly { readonly name: string; readonly type: StoredType }[];
      return { kind: "struct", fields: members.map(({ name, type: each }) => ({ name, dtype: expectedDType(each) })) };
    }
    case "enum":
      return expectedEnum(type);
    default:
      throw new TypeError(`the manifest knows a class ${type.class}`);
  }
}

function expectedEnum(type: StoredType): DType {
  const members = [...(type.members as readonly (readonly [string, number | string])[])].sort(byName);
  if (JSON.stringify(members) === '[["FALSE",0],["TRUE",1]]') return { kind: "bool" };
  return {
    kind: "enum",
    base: intOf(type.base!.size!, type.base!.signed === true),
    names: members.map(([name]) => name),
    values: members.map(([, value]) => BigInt(value)),
  };
}

/** A type with the members of its enumerations sorted by name: their order is the file's own. */
export function sortedDType(dtype: DType): DType {
  switch (dtype.kind) {
    case "enum": {
      const members = dtype.names.map((name, at) => [name, dtype.values[at]!] as const).sort(byName);
      return { ...dtype, names: members.map(([name]) => name), values: members.map(([, value]) => value) };
    }
    case "list":
    case "array":
      return { ...dtype, item: sortedDType(dtype.item) };
    case "struct":
      return { ...dtype, fields: dtype.fields.map((field) => ({ ...field, dtype: sortedDType(field.dtype) })) };
    default:
      return dtype;
  }
}

function byName([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
