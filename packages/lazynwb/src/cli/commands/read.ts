import { INTERNAL_COLUMNS } from "@lazynwb/model";
import { parseWhere, type ScanOptions, type TableScan } from "@lazynwb/query";
import type { SizedScan } from "../../arrow-nwb.ts";
import type { Answer } from "../answer.ts";
import { bytesText, countText, plural } from "../human-units.ts";
import type { Command, CommandContext } from "./command.ts";

/** Rows of a table for people where no limit is given: a screen's worth. */
const ROWS_FOR_PEOPLE = 40;
/** Columns of more than this a row are left out of it unless they are named. Bytes. */
const WIDE_COLUMN = 1024;

/** Rows of a table, filtered and projected before they are fetched. */
export const read: Command = async (context) => {
  const { nwb, line, sources, call, format } = context;
  // What is wrong with a filter's text is found before any file is opened.
  const filters = line.where.map(parseWhere);
  const options: ScanOptions = { ...call, ignoreErrors: line.ignoreErrors, nanAsNull: line.nanAsNull };
  const sized = await nwb.scanWithSizes(sources, line.table, options);
  const { scan: whole } = sized;
  try {
    let scan = whole;
    for (const filter of filters) scan = scan.filter(filter);
    if (line.columns !== undefined) scan = scan.select(...line.columns);
    if (format === "table") return await forPeople(context, { ...sized, scan });
    if (line.limit !== undefined) scan = scan.limit(line.limit);
    return { schema: scan.arrowSchema, batches: closing(scan.batches(call), whole) };
  } catch (error) {
    await whole.close();
    throw error;
  }
};

async function forPeople({ line, call }: CommandContext, { scan, files, rowBytes }: SizedScan): Promise<Answer> {
  const maxRows = line.limit ?? ROWS_FOR_PEOPLE;
  const names = scan.arrowSchema.fields.map(({ name }) => name);
  const wide = line.columns === undefined ? names.filter((name) => (rowBytes.get(name) ?? 0) > WIDE_COLUMN) : [];
  const shown = line.columns ?? tellingColumns(names, files).filter((name) => !wide.includes(name));
  // One row more tells whether there are more; without a filter the headers tell how many.
  const counted = line.where.length === 0 ? await scan.count(call) : undefined;
  const rows = scan.select(...(shown.length > 0 ? shown : names)).limit(counted === undefined ? maxRows + 1 : maxRows);
  return {
    schema: rows.arrowSchema,
    batches: closing(rows.batches(call), scan),
    maxRows,
    notes: ({ rows: printed, more }) => [
      rowsNote(printed, counted, more, line.limit !== undefined),
      ...(wide.length === 0 || shown.length === 0 ? [] : [wideNote(wide, rowBytes)]),
    ],
  };
}

/** Without what says the same in every row; of several files, the file first. */
function tellingColumns(names: readonly string[], files: number): string[] {
  const internal: readonly string[] = INTERNAL_COLUMNS;
  return [...(files > 1 ? ["_nwb_path"] : []), ...names.filter((name) => !internal.includes(name))];
}

function rowsNote(printed: number, counted: number | undefined, more: boolean, limited: boolean): string {
  const hint = limited ? "" : "; --limit N shows more, --format csv or -o FILE gives all";
  if (counted !== undefined)
    return counted > printed ? `${countText(printed)} of ${plural(counted, "row")}${hint}` : plural(printed, "row");
  return more ? `the first ${plural(printed, "row")}, there are more${hint}` : plural(printed, "row");
}

function wideNote(wide: readonly string[], rowBytes: ReadonlyMap<string, number>): string {
  const each = wide.map((name) => `${name} (${bytesText(rowBytes.get(name)!)})`);
  return `left out, with more than 1 KB a row: ${each.join(", ")}; --columns shows them`;
}

/** Closes the scan when its rows have been taken, or nobody wants them any more. */
async function* closing<Batch>(batches: AsyncIterable<Batch>, scan: TableScan): AsyncGenerator<Batch, void, undefined> {
  try {
    yield* batches;
  } finally {
    await scan.close();
  }
}
