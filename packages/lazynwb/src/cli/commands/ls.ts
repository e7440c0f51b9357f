import type { FileContent } from "@lazynwb/model";
import { cellOf } from "../cell-text.ts";
import { plural } from "../human-units.ts";
import { plainTable } from "../plain-table.ts";
import type { Command } from "./command.ts";

const COLUMNS = {
  path: "text",
  neurodata_type: "text",
  kind: "text",
  inferred: "flag",
  rows: "count",
  shape: "counts",
  unit: "text",
  description: "text",
} as const;

/** What one file holds, by its headers. */
export const ls: Command = async ({ nwb, sources, call }) => {
  const contents = await nwb.contents(sources, call);
  const rows = contents.map(({ neurodataType, ...content }) => ({ ...content, neurodata_type: neurodataType }));
  return {
    ...plainTable(COLUMNS, rows),
    forPeople: {
      columns: [
        { name: "path", whole: true },
        { name: "type" },
        { name: "size" },
        { name: "unit" },
        { name: "description" },
      ],
      rows: contents.map((content) => [
        cellOf(content.path),
        cellOf(`${content.neurodataType ?? content.kind}${content.inferred ? " (by structure)" : ""}`),
        cellOf(sizeText(content)),
        cellOf(content.unit ?? ""),
        cellOf(content.description ?? ""),
      ]),
    },
    notes: () => [`${plural(contents.length, "object")}; lazynwb read PATH ${sources[0]} reads one`],
  };
};

/** @example sizeText({ kind: "time-series", shape: [1600, 6], ... }) // "1600 × 6" */
function sizeText({ kind, rows, shape }: FileContent): string {
  if (kind === "time-series" && shape !== null) return shape.join(" × ");
  return kind === "group" || rows === null ? "" : plural(rows, "row");
}
