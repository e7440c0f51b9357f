import { type DataType, DataType as Types } from "apache-arrow";

/** JSON in which every number keeps its digits: as a bigint where it is whole and large, else as a number. */
export function parseExactJson(text: string): unknown {
  type Source = { readonly source?: string };
  const reviver = (_: string, value: unknown, context?: Source): unknown => {
    const digits = context?.source;
    return typeof value === "number" && digits !== undefined && /^-?\d{16,}$/.test(digits) ? BigInt(digits) : value;
  };
  return JSON.parse(text, reviver as (key: string, value: unknown) => unknown);
}

/** What JSON had to write as text, as the type it is of. */
export function typedValue(value: unknown, type: DataType): unknown {
  if (value === null || value === undefined) return null;
  if (Types.isFloat(type)) return Number(value);
  if (Types.isList(type) || Types.isFixedSizeList(type))
    return (value as unknown[]).map((item) => typedValue(item, type.children[0]!.type));
  return value;
}
