import type { Link, Node } from "@lazynwb/core";
import { textsAttribute } from "../attributes.ts";
import type { WarningLog } from "../warning-log.ts";
import {
  type DynamicTableOptions,
  type DynamicTableParts,
  type PlannedTable,
  planDynamicTable,
} from "./dynamic-table.ts";
import { agreedRowCount } from "./row-count.ts";

/** The categories of an AlignedDynamicTable, in the order of its attribute; [] of any other table. */
export function categoriesOf(table: Node, links: readonly Link[], path: string, log: WarningLog): string[] {
  const names = [...new Set(textsAttribute(table.attributes, "categories") ?? [])];
  return names.filter((name) => {
    const link = links.find((candidate) => candidate.name === name);
    const isTable = link !== undefined && (link.type !== "hard" || link.kind !== "array");
    if (!isTable) log.warn("CATEGORY_MISSING", path, `categories of ${path} lists '${name}', which has no table`);
    return isTable;
  });
}

/** The columns of the main table, then of each category as `category.column`, `category.id` first. I/O: none. */
export function planAlignedTable(
  main: DynamicTableParts,
  categories: ReadonlyMap<string, DynamicTableParts>,
  options: DynamicTableOptions,
  log: WarningLog,
): PlannedTable {
  const tables = [...categories].map(([category, parts]) => {
    return { parts, ...planDynamicTable(parts, { ...options, category }, log) };
  });
  const agreed = agreedRowCount(tables.map(({ rowCount }) => rowCount));
  const own = planDynamicTable(main, { ...options, rowsWithoutColumns: agreed }, log);
  for (const { parts, rowCount } of tables) {
    if (rowCount === own.rowCount) continue;
    const message = `${main.path} has ${own.rowCount} rows and its category ${parts.path} ${rowCount}; missing ones are null`;
    log.warn("CATEGORY_LENGTH", parts.path, message);
  }
  return { columns: [...own.columns, ...tables.flatMap(({ columns }) => columns)], rowCount: own.rowCount };
}
