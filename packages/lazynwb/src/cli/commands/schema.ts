import { INTERNAL_COLUMNS } from "@lazynwb/model";
import { cellOf } from "../cell-text.ts";
import { plural } from "../human-units.ts";
import { plainTable } from "../plain-table.ts";
import { typeName } from "../type-name.ts";
import type { Command } from "./command.ts";

const COLUMNS = {
  name: "text",
  type: "text",
  internal: "flag",
  unit: "text",
  description: "text",
  neurodata_type: "text",
  table: "text",
} as const;

/** The columns of a table as a scan of all files has them. */
export const schema: Command = async ({ nwb, line, sources, call }) => {
  const scan = await nwb.scan(sources, line.table, { ...call, ignoreErrors: line.ignoreErrors });
  const rowCount = await scan.count(call).finally(() => scan.close());
  const internal: readonly string[] = INTERNAL_COLUMNS;
  const columns = scan.arrowSchema.fields.map(({ name, type, metadata }) => ({
    name,
    type: typeName(type),
    internal: internal.includes(name),
    unit: metadata.get("unit") ?? null,
    description: metadata.get("description") ?? null,
    neurodata_type: metadata.get("neurodata_type") ?? null,
    table: metadata.get("lazynwb.table") ?? null,
  }));
  const own = columns.filter((column) => !column.internal);
  return {
    ...plainTable(COLUMNS, columns),
    forPeople: {
      columns: [{ name: "column", whole: true }, { name: "type" }, { name: "description" }],
      rows: own.map(({ name, type, unit, description, table }) => [
        cellOf(name),
        cellOf(type),
        cellOf([description, unit && `(${unit})`, table && `→ ${table}`].filter(Boolean).join(" ")),
      ]),
    },
    notes: () => [
      `${plural(own.length, "column")}, ${plural(rowCount, "row")} in ${plural(sources.length, "source")}; ` +
        `every table also has ${INTERNAL_COLUMNS.join(", ")}`,
    ],
  };
};
