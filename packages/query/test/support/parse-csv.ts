import { type DataType, type Schema, DataType as Types } from "apache-arrow";
import { parseExactJson, typedValue } from "./exact-json.ts";

/** A small reader of RFC 4180 that tells an empty field from an empty text. */
export function csvFields(text: string): { value: string; quoted: boolean }[][] {
  const rows: { value: string; quoted: boolean }[][] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^,\n]*))(,|\n)/gy;
  let row: { value: string; quoted: boolean }[] = [];
  while (pattern.lastIndex < text.length) {
    const [, quoted, plain, end] = pattern.exec(text)!;
    row.push({ value: (quoted ?? plain ?? "").replaceAll('""', '"'), quoted: quoted !== undefined });
    if (end === "\n") {
      rows.push(row);
      row = [];
    }
  }
  return rows;
}

/** The rows of CSV text, in the types of a schema. */
export function parseCsv(text: string, schema: Schema): Record<string, unknown>[] {
  const [names, ...rows] = csvFields(text);
  return rows.map((row) =>
    Object.fromEntries(
      names!.map(({ value: name }, at) => {
        const { value, quoted } = row[at]!;
        const { type } = schema.fields[at]!;
        return [name, value === "" && !quoted ? null : fieldValue(value, type)];
      }),
    ),
  );
}

function fieldValue(value: string, type: DataType): unknown {
  if (Types.isInt(type)) return BigInt(value);
  if (Types.isFloat(type)) return Number(value);
  if (Types.isBool(type)) return value === "true";
  if (type.children?.length) return typedValue(parseExactJson(value), type);
  return value;
}
