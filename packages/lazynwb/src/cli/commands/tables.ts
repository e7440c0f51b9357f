import type { FileContent } from "@lazynwb/model";
import { cellOf } from "../cell-text.ts";
import { plural } from "../human-units.ts";
import { plainTable } from "../plain-table.ts";
import type { Command } from "./command.ts";

const COLUMNS = {
  path: "text",
  neurodata_type: "text",
  kind: "text",
  files: "count",
  rows: "count",
} as const;

interface Tables {
  readonly path: string;
  readonly neurodata_type: string | null;
  readonly kind: string;
  files: number;
  rows: number | null;
}

/** The tables and time series of all files together, each path once. */
export const tables: Command = async ({ nwb, line, sources, call }) => {
  const found = new Map<string, Tables>();
  const contents = await nwb.contentsOfAll(sources, { ...call, ignoreErrors: line.ignoreErrors });
  for (const content of contents.flat()) addTo(found, content);
  const rows = [...found.values()];
  const several = contents.length > 1;
  return {
    ...plainTable(
      COLUMNS,
      rows.map((row) => ({ ...row })),
    ),
    forPeople: {
      columns: [
        { name: "path", whole: true },
        { name: "type" },
        { name: "rows" },
        ...(several ? [{ name: "files" }] : []),
      ],
      rows: rows.map((row) => [
        cellOf(row.path),
        cellOf(row.neurodata_type ?? row.kind),
        cellOf(row.rows ?? null),
        ...(several ? [cellOf(row.files)] : []),
      ]),
    },
    notes: () => [`${plural(rows.length, "table")} in ${plural(contents.length, "file")}`],
  };
};

function addTo(found: Map<string, Tables>, { path, neurodataType, kind, rows }: FileContent): void {
  if (kind === "group") return;
  const known = found.get(path);
  if (known === undefined) found.set(path, { path, neurodata_type: neurodataType, kind, files: 1, rows });
  else {
    known.files++;
    known.rows = known.rows === null || rows === null ? null : known.rows + rows;
  }
}
