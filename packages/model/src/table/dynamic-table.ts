import { countRows, type DType, type Node, type Reference, type RowRanges } from "@lazynwb/core";
import { type Attributes, referenceAttribute, textsAttribute } from "../attributes.ts";
import type { TableColumn } from "../column-type.ts";
import { columnTypeOf, rowBytesOf, type StoredArray, storedArray } from "../stored-array.ts";
import { checkElements } from "../values/limit.ts";
import type { WarningLog } from "../warning-log.ts";
import { columnMetadata } from "./column-metadata.ts";
import { arraySource, computedSource } from "./column-source.ts";
import { enumSource } from "./enum-data.ts";
import { pairIndexes } from "./pair-indexes.ts";
import { raggedSource } from "./ragged-source.ts";
import type { PlannedColumn } from "./read-columns.ts";
import { agreedRowCount, warnOfLength } from "./row-count.ts";
import { VectorIndex } from "./vector-index.ts";

/** A DynamicTable as its headers tell: what is needed to plan its columns. */
export interface DynamicTableParts {
  readonly path: string;
  readonly attributes: Attributes;
  /** The children that could be described, by name, in link order. */
  readonly children: ReadonlyMap<string, Node>;
  /** Names of children that are groups. */
  readonly groups: ReadonlySet<string>;
  /** Children that could not be described; each was warned of. */
  readonly unreadable: ReadonlySet<string>;
}

export interface DynamicTableOptions {
  readonly allDatasets?: boolean | undefined;
  /** Name of the category whose table this is: it goes before the names of the columns. */
  readonly category?: string | undefined;
  /** Rows of a table that has neither `id` nor columns. Default 0. */
  readonly rowsWithoutColumns?: number | undefined;
  /** The path of a region's target, where it is known. */
  readonly regionPath: (target: Reference) => string | null;
}

export interface PlannedTable {
  readonly columns: readonly PlannedColumn[];
  readonly rowCount: number;
}

/** Children that colnames must name to make them columns. */
const NEVER_UNLISTED: ReadonlySet<string> = new Set(["target", "meanings_tables", "reference_images"]);

interface Entry {
  readonly name: string;
  readonly array: StoredArray;
  readonly indexes: readonly StoredArray[];
  readonly length: number;
}

/** The columns of a DynamicTable in the order of DESIGN section 6, and its rows. I/O: none. */
export function planDynamicTable(
  parts: DynamicTableParts,
  options: DynamicTableOptions,
  log: WarningLog,
): PlannedTable {
  const arrays = new Map<string, StoredArray>();
  for (const [name, node] of parts.children) if (node.kind === "array") arrays.set(name, storedArray(node));
  const listed = [...new Set(textsAttribute(parts.attributes, "colnames") ?? [])];
  const { indexesOf, indexNames } = pairIndexes(arrays, new Set(listed), log);
  const entryOf = (name: string): Entry | null => {
    const array = arrays.get(name);
    if (array === undefined || array.shape.length === 0) return null;
    const indexes = (indexesOf.get(name) ?? []).map((index) => arrays.get(index)!);
    return { name, array, indexes, length: (indexes[0] ?? array).shape[0]! };
  };

  const id = entryOf("id");
  const named = listed.filter((name) => name !== "id" && !indexNames.has(name));
  const columns = named.flatMap((name) => {
    const entry = entryOf(name);
    if (entry === null) warnOfMissing(parts, name, arrays.get(name), log);
    return entry === null ? [] : [entry];
  });
  const others = [...arrays.keys()]
    .filter((name) => name !== "id" && !indexNames.has(name) && !named.includes(name) && !NEVER_UNLISTED.has(name))
    .flatMap((name) => entryOf(name) ?? []);
  const unlisted = listed.length === 0 || options.allDatasets ? others : [];
  const told = columns.length > 0 ? columns : unlisted;
  const agreed = told.length > 0 ? agreedRowCount(told.map(({ length }) => length)) : options.rowsWithoutColumns;
  const rowCount = id?.length ?? agreed ?? 0;
  const entries = [...columns, ...unlisted.filter(({ length }) => length === rowCount)];

  if (id === null && entries.length > 0) {
    const message = `${parts.path} has no 'id'; its ${rowCount} rows are numbered from 0`;
    log.warn("ID_MISSING", parts.path, message);
  }
  const prefix = options.category === undefined ? "" : `${options.category}.`;
  const category: Record<string, string> = options.category === undefined ? {} : { category: options.category };
  const planned = [...(id === null ? [] : [id]), ...entries].map((entry) => {
    warnOfLength(parts.path, entry.name, entry.length, rowCount, log);
    return planColumn(entry, `${prefix}${entry.name}`, category, arrays, options);
  });
  return { columns: id === null ? [countedId(`${prefix}id`, rowCount, category), ...planned] : planned, rowCount };
}

function warnOfMissing(parts: DynamicTableParts, name: string, array: StoredArray | undefined, log: WarningLog): void {
  if (parts.unreadable.has(name)) return;
  const fault =
    array !== undefined
      ? "which is a scalar"
      : parts.groups.has(name) || parts.children.has(name)
        ? "which is a group"
        : "which has no dataset";
  log.warn("COLUMN_MISSING", parts.path, `colnames of ${parts.path} lists '${name}', ${fault}`, { column: name });
}

function planColumn(
  { array, indexes }: Entry,
  name: string,
  more: Readonly<Record<string, string>>,
  siblings: ReadonlyMap<string, StoredArray>,
  { regionPath }: DynamicTableOptions,
): PlannedColumn {
  const region = referenceAttribute(array.attributes, "table");
  const regionTable = region === null ? null : regionPath(region);
  const metadata = columnMetadata(array, {
    ...more,
    ...(regionTable !== null && { "lazynwb.table": regionTable }),
  });
  const source =
    indexes.length === 0
      ? arraySource(array)
      : raggedSource(
          indexes.map((index) => new VectorIndex(index)),
          array,
        );
  const elements = enumElements(array, siblings);
  const inner = array.shape.slice(1);
  const itemType = columnTypeOf(elements === null ? array.dtype : { kind: "text" }, inner);
  const type = indexes.reduce<TableColumn["type"]>((item) => ({ kind: "list", item }), itemType);
  const rows = indexes[0]?.shape[0] ?? 0;
  const listBytes = rows > 0 ? Math.ceil((rowBytesOf(array) * array.shape[0]!) / rows) + 4 : 4;
  const column: TableColumn = {
    name,
    type,
    metadata,
    rowBytes: indexes.length === 0 ? rowBytesOf(array) : listBytes,
    stored: array.dtype,
    ...(array.shape[0] === 0 && { valueless: true }),
  };
  if (elements === null) return { column, source, stored: array.dtype };
  return { column, source: enumSource(source, elements), stored: { kind: "text" } };
}

/** The texts that the codes of an EnumData column stand for, where they lie in the table itself. */
function enumElements(array: StoredArray, siblings: ReadonlyMap<string, StoredArray>): StoredArray | null {
  const elements = referenceAttribute(array.attributes, "elements");
  if (elements === null || array.dtype.kind !== "int") return null;
  const found = [...siblings.values()].find(({ objectId }) => objectId === elements.objectId);
  return found?.dtype.kind === "text" ? found : null;
}

const INT64: DType = { kind: "int", bits: 64, signed: true };

function countedId(name: string, rowCount: number, metadata: Readonly<Record<string, string>>): PlannedColumn {
  const number = (rows: RowRanges) => {
    const count = countRows(rows);
    checkElements(count, "rows");
    const values = new BigInt64Array(count);
    let written = 0;
    for (let at = 0; at < rows.length; at += 2)
      for (let row = rows[at]!; row < rows[at + 1]!; row++) values[written++] = BigInt(row);
    return { dtype: INT64, shape: [values.length], data: { kind: "fixed" as const, values } };
  };
  const column: TableColumn = { name, type: { kind: "int", bits: 64, signed: true }, metadata, rowBytes: 8 };
  return { column, source: computedSource(rowCount, 8, number), stored: INT64 };
}
