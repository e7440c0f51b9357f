import { DataType, type RecordBatch, type Schema, type Vector } from "apache-arrow";
import { type Cell, cellOf } from "./cell-text.ts";
import type { Style } from "./style.ts";
import { type TableColumn, terminalTable } from "./terminal-table.ts";
import { typeName } from "./type-name.ts";

export interface TableAdapterOptions {
  readonly width: number;
  readonly style: Style;
  /** Whether types stand under the names. */
  readonly types: boolean;
  /** Takes the lines of the table, once. */
  readonly print: (lines: readonly string[]) => Promise<void>;
}

/** Columns whose end says more than their beginning. */
const PATH_COLUMNS = new Set(["_nwb_path", "path", "source"]);

/** An output adapter that prints batches as one table on a terminal. Columns can be fitted only when all rows are known. */
export class TableAdapter {
  readonly #options: TableAdapterOptions;
  #columns: TableColumn[] = [];
  readonly #rows: Cell[][] = [];

  constructor(options: TableAdapterOptions) {
    this.#options = options;
  }

  begin(schema: Schema): void {
    this.#columns = schema.fields.map((field) => ({
      name: field.name,
      type: this.#options.types ? typeName(field.type) : undefined,
      cut: PATH_COLUMNS.has(field.name) ? "head" : "tail",
    }));
  }

  write(batch: RecordBatch): void {
    const columns = batch.schema.fields.map((field, at) => cellsOf(batch.getChildAt(at)!, field.type));
    for (let row = 0; row < batch.numRows; row++) this.#rows.push(columns.map((cells) => cells(row)));
  }

  /** @returns the number of rows printed. */
  async finish(): Promise<number> {
    const { width, style, print } = this.#options;
    await print(terminalTable({ columns: this.#columns, rows: this.#rows }, width, style));
    return this.#rows.length;
  }

  abort(): void {
    this.#rows.length = 0;
  }
}

function cellsOf(vector: Vector, type: DataType): (row: number) => Cell {
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
