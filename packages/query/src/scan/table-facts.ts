import type { Extent, RowRanges } from "@lazynwb/core";
import type { ColumnType, NwbTable } from "@lazynwb/model";

/** What a plan needs to know of a table: nothing that is not in its headers. */
export interface TableFacts {
  readonly source: string;
  readonly path: string;
  readonly rowCount: number;
  /** Rows that the predicates over internal columns leave. */
  readonly rows: RowRanges;
  readonly columns: ReadonlyMap<string, ColumnFacts>;
  /** Where the bytes of columns lie over `rows`, where it was asked. */
  readonly extents?: ReadonlyMap<string, Extent> | undefined;
}

export interface ColumnFacts {
  /** Decoded bytes of a row; an estimate where rows differ in length. */
  readonly rowBytes: number;
  /** Rows differ in length, and an index says by how much. */
  readonly ragged: boolean;
  /** Holds text, whose bytes may lie elsewhere than what leads to them. */
  readonly text: boolean;
}

export function factsOf(table: NwbTable, rows: RowRanges, extents?: ReadonlyMap<string, Extent>): TableFacts {
  return {
    source: table.file.id,
    path: table.path,
    rowCount: table.rowCount,
    rows,
    columns: new Map(
      table.columns.map(
        ({ name, type, rowBytes }) => [name, { rowBytes, ragged: holdsList(type), text: holdsText(type) }] as const,
      ),
    ),
    extents,
  };
}

function holdsList(type: ColumnType): boolean {
  return type.kind === "list" || (type.kind === "fixed-list" && holdsList(type.item));
}

function holdsText(type: ColumnType): boolean {
  switch (type.kind) {
    case "text":
      return true;
    case "list":
    case "fixed-list":
      return holdsText(type.item);
    case "struct":
      return type.fields.some((field) => holdsText(field.type));
    default:
      return false;
  }
}
