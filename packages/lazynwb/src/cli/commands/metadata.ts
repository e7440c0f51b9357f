import { baseName, UnknownColumnError } from "@lazynwb/core";
import type { Table } from "apache-arrow";
import type { Answer } from "../answer.ts";
import { cellOf } from "../cell-text.ts";
import { plural } from "../human-units.ts";
import { cellsOf, columnOf } from "../table-adapter.ts";
import type { TerminalTable } from "../terminal-table.ts";
import type { Command } from "./command.ts";

/** So many files stand side by side, a field a line; more are a line each. */
const FEW_FILES = 3;
/** What tells sessions apart comes first where there is not room for all. */
const FIRST = ["session_id", "subject_id", "species", "sex", "age", "genotype", "session_start_time", "_nwb_path"];

/** One row a file: session, experiment and subject. */
export const metadata: Command = async ({ nwb, line, sources, call }) => {
  const whole = await nwb.metadata(sources, { ...call, ignoreErrors: line.ignoreErrors });
  const table = line.columns === undefined ? whole : select(whole, line.columns);
  const answer: Answer = {
    schema: table.schema,
    batches: table.batches,
    notes: ({ rows }) => [plural(rows, "file")],
  };
  if (table.numRows <= FEW_FILES) return { ...answer, forPeople: fields(table, fileNames(whole)), notes: () => [] };
  if (line.columns !== undefined) return answer;
  const shown = inOrder(table);
  return { ...answer, forPeople: rowsOf(shown), notes: ({ rows }) => [hiddenNote(table, shown), plural(rows, "file")] };
};

function select(table: Table, names: readonly string[]): Table {
  const available = table.schema.fields.map(({ name }) => name);
  for (const column of names)
    if (!available.includes(column))
      throw new UnknownColumnError(
        `there is no column "${column}" in the metadata; there are ${available.join(", ")}`,
        {
          column,
          available,
        },
      );
  return table.select([...names]);
}

/** Few files: a field a line, those without any value left out, and a column a file. */
function fields(table: Table, names: readonly string[]): TerminalTable {
  const rows = table.schema.fields.map(({ name, type }) => {
    const read = cellsOf(table.getChild(name)!, type);
    return [cellOf(name), ...names.map((_, row) => read(row))];
  });
  return {
    columns: [{ name: "field", whole: true }, ...names.map((name) => ({ name }))],
    rows: rows.filter(([, ...values]) => values.some((value) => !value.faint)),
  };
}

function fileNames(table: Table): string[] {
  return Array.from(table.getChild("_nwb_path")!, (path) => baseName(String(path)));
}

/** Columns that have a value, the telling ones first. */
function inOrder(table: Table): Table {
  const names = table.schema.fields.map(({ name }) => name);
  const first = FIRST.filter((name) => names.includes(name));
  const order = [...first, ...names.filter((name) => !first.includes(name))];
  return table.select(order.filter((name) => table.getChild(name)!.nullCount < table.numRows));
}

function rowsOf(table: Table): TerminalTable {
  const readers = table.schema.fields.map(({ name, type }) => cellsOf(table.getChild(name)!, type));
  return {
    columns: table.schema.fields.map(columnOf),
    rows: Array.from({ length: table.numRows }, (_, row) => readers.map((read) => read(row))),
  };
}

function hiddenNote(table: Table, shown: Table): string {
  const empty = table.schema.fields.length - shown.schema.fields.length;
  return empty === 0 ? "" : `${plural(empty, "column")} without a value in any file left out`;
}
