import type { OutputAdapter } from "@lazynwb/query";
import { DataType, type Field, type RecordBatch, type Schema, type Vector } from "apache-arrow/Arrow";
import { type Cell, cellOf } from "./cell-text.ts";
import type { Style } from "./style.ts";
import { type TableColumn, terminalTable } from "./terminal-table.ts";
import { typeName } from "./type-name.ts";

export interface TableAdapterOptions {
  readonly width: number;
  readonly style: Style;
  /** Rows behind these are counted as more, and not shown. */
  readonly maxRows?: number | undefined;
  /** Takes the lines of the table, once. */
  readonly print: (lines: readonly string[]) => Promise<void>;
}

/** Columns whose end says more than their beginning. */
const PATH_COLUMNS = new Set(["_nwb_path", "path", "source"]);

/** An output adapter that prints batches as one table on a terminal. Columns can be fitted only when all rows are known. */
export class TableAdapter implements OutputAdapter<{ readonly rows: number; readonly more: boolean }> {
  readonly #options: TableAdapterOptions;
  #columns: TableColumn[] = [];
  readonly #rows: Cell[][] = [];
  #more = false;

  constructor(options: TableAdapterOptions) {
    this.#options = options;
  }

  begin(schema: Schema): void {
    this.#columns = schema.fields.map((field) => ({ ...columnOf(field), type: typeName(field.type) }));
  }

  write(batch: RecordBatch): void {
    const columns = batch.schema.fields.map((field, at) => cellsOf(batch.getChildAt(at)!, field.type));
    const room = (this.#options.maxRows ?? Number.POSITIVE_INFINITY) - this.#rows.length;
    if (batch.numRows > room) this.#more = true;
    for (let row = 0; row < Math.min(room, batch.numRows); row++) this.#rows.push(columns.map((cells) => cells(row)));
  }

  async finish(): Promise<{ rows: number; more: boolean }> {
    const { width, style, print } = this.#options;
    await print(terminalTable({ columns: this.#columns, rows: this.#rows }, width, style));
    return { rows: this.#rows.length, more: this.#more };
  }

  abort(): void {
    this.#rows.length = 0;
  }
}

/** How a column stands: half a date is none, and of a path the end says more. */
export function columnOf({ name, type }: Field): TableColumn {
  return { name, whole: DataType.isTimestamp(type), cut: PATH_COLUMNS.has(name) ? "head" : "tail" };
}

/** Gives the cell at a row of a column. */
export function cellsOf(vector: Vector, type: DataType): (row: number) => Cell {
  if (DataType.isTimestamp(type)) return (row) => cellOf(momentOf(vector.get(row)));
  if (DataType.isList(type) && DataType.isTimestamp(type.valueType))
    return (row) => {
      const list = vector.get(row) as Vector | null;
      return cellOf(list === null ? null : Array.from(list, momentOf));
    };
  return (row) => cellOf(vector.get(row));
}

/** Arrow hands timestamps over as milliseconds since 1970. */
function momentOf(value: unknown): Date | null {
  return typeof value === "number" || typeof value === "bigint" ? new Date(Number(value)) : null;
}
