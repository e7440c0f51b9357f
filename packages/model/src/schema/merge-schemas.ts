import type { Warning } from "@lazynwb/core";
import type { ColumnType, TableColumn } from "../column-type.ts";
import { columnTypeEquals, columnTypeName } from "../column-type-name.ts";
import { INTERNAL_COLUMNS, type MergedColumn, type MergedSchema } from "../merged-schema.ts";
import type { NwbTable } from "../nwb-table.ts";
import { commonType } from "./common-type.ts";

export interface MergeOptions {
  /** Leave out lists, fixed lists and structs. Internal columns stay. */
  readonly excludeArrayColumns?: boolean | undefined;
  /** The whole schema, in this order, internal columns where wanted; nothing is inferred. */
  readonly schema?: Readonly<Record<string, ColumnType>> | undefined;
  /** Types forced on columns that there are. */
  readonly schemaOverrides?: Readonly<Record<string, ColumnType>> | undefined;
}

/** What `mergeSchemas` looks at of a table. */
export type MergeableTable = Pick<NwbTable, "columns" | "rowCount" | "path"> & {
  readonly file: Pick<NwbTable["file"], "id">;
};

const TEXT: ColumnType = { kind: "text" };

const INTERNAL_TYPES: Readonly<Record<(typeof INTERNAL_COLUMNS)[number], ColumnType>> = {
  _nwb_path: TEXT,
  _table_path: TEXT,
  _table_index: { kind: "int", bits: 32, signed: false },
};

interface Seen {
  readonly column: TableColumn;
  readonly file: string;
  /** Whether the file has a value of it, so that its type counts. */
  readonly counts: boolean;
}

/**
 * The columns of all tables together, in the order in which they are first seen, internal ones last. Types are brought
 * together by supertype, the same for any timing of the work; what differed is reported. A table without rows gives its
 * names; its types count only where no file has a value.
 *
 * @param tables - in source order.
 * @remarks I/O: none.
 * @example mergeSchemas(tables).columns.map(({ name }) => name) // ["id", ..., "_nwb_path", "_table_path", "_table_index"]
 */
export function mergeSchemas(tables: readonly MergeableTable[], options: MergeOptions = {}): MergedSchema {
  const byName = new Map<string, Seen[]>();
  for (const { columns, rowCount, file } of tables)
    for (const column of columns) {
      const seen = byName.get(column.name) ?? [];
      seen.push({ column, file: file.id, counts: rowCount > 0 && column.valueless !== true });
      byName.set(column.name, seen);
    }
  const warnings: Warning[] = [];
  const inferred = [...byName].map(([name, seen]) => mergeColumn(name, seen, options, warnings));
  const internal = INTERNAL_COLUMNS.map((name): MergedColumn => ({ name, type: INTERNAL_TYPES[name], metadata: {} }));
  const known = new Map([...inferred, ...internal].map((column) => [column.name, column]));
  if (options.schema !== undefined)
    return {
      columns: Object.entries(options.schema).map(([name, type]) => ({
        name,
        type,
        metadata: known.get(name)?.metadata ?? {},
      })),
      warnings: [],
    };
  const kept = inferred.filter(({ type }) => !options.excludeArrayColumns || !isArrayType(type));
  return { columns: [...kept, ...internal], warnings };
}

function isArrayType({ kind }: ColumnType): boolean {
  return kind === "list" || kind === "fixed-list" || kind === "struct";
}

function mergeColumn(
  name: string,
  all: readonly Seen[],
  { schemaOverrides = {} }: MergeOptions,
  warnings: Warning[],
): MergedColumn {
  const telling = all.filter(({ counts }) => counts);
  const seen = telling.length > 0 ? telling : all;
  const metadata = Object.assign({}, ...seen.map(({ column }) => column.metadata).reverse());
  const forced = Object.hasOwn(schemaOverrides, name) ? schemaOverrides[name] : undefined;
  if (forced !== undefined) return { name, type: forced, metadata };
  const type = seen.map(({ column }) => column.type).reduce(commonType);
  const byType = Map.groupBy(seen, ({ column }) => columnTypeName(column.type));
  if (seen.some(({ column }) => !columnTypeEquals(column.type, seen[0]!.column.type))) {
    const types = [...byType.keys()];
    const files = Object.fromEntries(
      [...byType].map(([one, those]) => [one, [...new Set(those.map(({ file }) => file))]]),
    );
    const said = types.map((one) => `${one} (${countFiles(files[one]!)})`).join(", ");
    warnings.push({
      code: "COLUMN_TYPES",
      message: `column '${name}' is of different types: ${said}; it is read as ${columnTypeName(type)}`,
      details: { column: name, types, files },
    });
  }
  return { name, type, metadata };
}

function countFiles(files: readonly string[]): string {
  return files.length === 1 ? files[0]! : `${files[0]} and ${files.length - 1} more`;
}
