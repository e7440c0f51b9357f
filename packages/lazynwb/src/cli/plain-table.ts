import {
  Bool,
  type DataType,
  Field,
  Int64,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Utf8,
  vectorFromArray,
} from "apache-arrow/Arrow";
import type { Answer } from "./answer.ts";

const TYPES = {
  text: new Utf8(),
  count: new Int64(),
  flag: new Bool(),
  counts: new List(new Field("item", new Int64(), true)),
} as const satisfies Readonly<Record<string, DataType>>;

/** Columns of a table that the command makes itself: name to kind of value. */
export type PlainColumns = Readonly<Record<string, keyof typeof TYPES>>;

/** A value of such a table. */
export type PlainCell = string | number | boolean | readonly number[] | null;

/** Rows of plain values as Arrow, so that they go through the same formats as tables of files. */
export function plainTable(
  columns: PlainColumns,
  rows: readonly Readonly<Record<string, PlainCell>>[],
): Pick<Answer, "schema" | "batches"> {
  const names = Object.keys(columns);
  const fields = names.map((name) => new Field(name, TYPES[columns[name]!], true));
  const schema = new Schema(fields);
  if (rows.length === 0) return { schema, batches: [] };
  const children = names.map((name, at) => {
    const vector = vectorFromArray(
      rows.map((row) => arrowValue(row[name] ?? null)),
      fields[at]!.type,
    );
    return vector.data[0]!;
  });
  const data = makeData({ type: new Struct(fields), length: rows.length, nullCount: 0, children });
  return { schema, batches: [new RecordBatch(schema, data)] };
}

function arrowValue(value: PlainCell): unknown {
  if (typeof value === "number") return BigInt(value);
  return Array.isArray(value) ? value.map((item: number) => BigInt(item)) : value;
}
