import { type NdArray, type RowRanges, rowRanges } from "@lazynwb/core";
import { columnTypeEquals, commonType, type NwbTable, nullValues } from "@lazynwb/model";
import type { Data, DataType } from "apache-arrow";
import { arrowData } from "../arrow/arrow-data.ts";
import { internalData } from "../arrow/internal-data.ts";
import { takeRows } from "../arrow/take-rows.ts";
import { isInternalColumn } from "../internal-columns.ts";
import { abortable } from "./abortable.ts";
import type { RunContext } from "./run-context.ts";

/** Columns of one table as they were read, and rows of them as Arrow data of the scan's types. */
export class ColumnValues {
  readonly #context: RunContext;
  readonly #table: NwbTable;
  readonly #arrays: ReadonlyMap<string, NdArray>;

  constructor(context: RunContext, table: NwbTable, arrays: ReadonlyMap<string, NdArray>) {
    this.#context = context;
    this.#table = table;
    this.#arrays = arrays;
  }

  /** As they were read, in the types of the scan; undefined where the table has no such column. */
  array(name: string): NdArray | undefined {
    return this.#arrays.get(name);
  }

  /**
   * A column at some of the rows that were read.
   *
   * @param rows - rows of the table, for the internal columns.
   * @param taken - their places among the rows that were read.
   */
  data(name: string, rows: RowRanges, taken: RowRanges, count: number): Data {
    if (isInternalColumn(name))
      return internalData(name, { source: this.#table.file.id, path: this.#table.path }, rows);
    const { schema, options } = this.#context.state;
    const type = schema.typeOf(name);
    const array = this.#arrays.get(name);
    return arrowData(array === undefined ? nullValues(type, count) : takeRows(array, taken), type, this.#typeOf(name), {
      dictionaries: schema.layout.dictionaries,
      nanAsNull: options.nanAsNull === true,
      column: name,
    });
  }

  #typeOf(name: string): DataType {
    return this.#context.state.schema.layout.schema.fields.find((field) => field.name === name)!.type;
  }
}

/** Reads columns of a table at rows and brings them to the scan's types. */
export async function readColumnValues(
  context: RunContext,
  table: NwbTable,
  columns: readonly string[],
  rows: RowRanges,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, NdArray>> {
  if (columns.length === 0) return new Map();
  context.ledger.noteRead(table.file);
  const arrays = await abortable(table.read(columns, rows, { signal }), signal);
  const { model, schema, options } = context.state;
  const stored = new Map(table.columns.map((column) => [column.name, column.type]));
  return new Map(
    columns.map((name, at) => {
      const from = stored.get(name)!;
      const to = schema.typeOf(name);
      if (columnTypeEquals(from, to)) return [name, arrays[at]!];
      const forced = options.schema !== undefined || Object.hasOwn(options.schemaOverrides ?? {}, name);
      if (options.inferSchemaLength !== undefined && !forced && !columnTypeEquals(commonType(to, from), to))
        context.ledger.noteMisfit(table.file.id, name, from, to);
      const convert = { forced, column: name, source: table.file.id };
      return [name, model.convertValues(arrays[at]!, from, to, convert)];
    }),
  );
}

/** All of `count` rows. */
export function allRows(count: number): RowRanges {
  return count === 0 ? new Float64Array(0) : rowRanges([0, count]);
}
