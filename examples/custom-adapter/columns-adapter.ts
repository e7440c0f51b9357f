/**
 * An output format of your own: the rows of a scan as one JavaScript array a column, as charting libraries want them.
 * Four methods, Arrow batches in. Run it with `scan.write(columnsAdapter())`; nothing has to be registered.
 */
import { type OutputAdapter, type PlainValue, rowsOf } from "@lazynwb/query";
import type { RecordBatch, Schema } from "apache-arrow";

/** Values of each column, in the order of the rows: null where one is absent, NaN where it is stored. */
export type Columns = Readonly<Record<string, readonly PlainValue[]>>;

/** Collects a whole table; memory grows with it. An int64 is a number where doubles hold it, else a bigint. */
export function columnsAdapter(): OutputAdapter<Columns> {
  const columns = new Map<string, PlainValue[]>();
  return {
    widen: ["float16"],
    begin(schema: Schema) {
      for (const { name } of schema.fields) columns.set(name, []);
    },
    write(batch: RecordBatch) {
      for (const row of rowsOf(batch)) for (const [name, values] of columns) values.push(row[name] ?? null);
    },
    finish: () => Object.fromEntries(columns),
    abort: () => columns.clear(),
  };
}
