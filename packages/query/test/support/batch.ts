import type { ColumnType, MergedColumn } from "@lazynwb/model";
import { type RecordBatch, Table } from "apache-arrow";
import { arrowData } from "../../src/arrow/arrow-data.ts";
import { arrowLayout } from "../../src/arrow/arrow-schema.ts";
import { batchOf } from "../../src/arrow/record-batch.ts";
import type { TestColumn } from "./arrays.ts";

/** A record batch of test columns, made as a scan makes its own. */
export function batchOfColumns(
  columns: Readonly<Record<string, TestColumn>>,
  options: { readonly nanAsNull?: boolean } = {},
): RecordBatch {
  const layout = arrowLayout(mergedColumns(columns));
  const children = Object.entries(columns).map(([column, { array, type }], at) =>
    arrowData(array, type, layout.schema.fields[at]!.type, {
      dictionaries: layout.dictionaries,
      nanAsNull: options.nanAsNull ?? false,
      column,
    }),
  );
  return batchOf(layout.schema, children, children[0]?.length ?? 0);
}

export function mergedColumns(columns: Readonly<Record<string, TestColumn>>): MergedColumn[] {
  return Object.entries(columns).map(([name, { type }]) => ({ name, type, metadata: {} }));
}

export function columnTypes(columns: Readonly<Record<string, TestColumn>>): ReadonlyMap<string, ColumnType> {
  return new Map(Object.entries(columns).map(([name, { type }]) => [name, type]));
}

export function tableOf(batch: RecordBatch): Table {
  return new Table(batch.schema, [batch]);
}
