import {
  arrowFileAdapter,
  arrowStreamAdapter,
  csvAdapter,
  jsonAdapter,
  ndjsonAdapter,
  type OutputAdapter,
  writeBatches,
} from "@lazynwb/query";
import type { RecordBatch, Schema } from "apache-arrow";
import type { Format } from "./options.ts";
import type { Output } from "./output.ts";
import type { Style } from "./style.ts";
import { TableAdapter } from "./table-adapter.ts";
import { type TerminalTable, terminalTable } from "./terminal-table.ts";
import { wrapped } from "./text-width.ts";

/** What a command found: rows that any format can be written of, and how a person is shown them. */
export interface Answer {
  readonly schema: Schema;
  readonly batches: AsyncIterable<RecordBatch> | Iterable<RecordBatch>;
  /** Rows made for people, where the plain table would not do. */
  readonly forPeople?: TerminalTable | undefined;
  /** Rows of the plain table at most; one more was asked for where that tells whether there are more. */
  readonly maxRows?: number | undefined;
  /** Lines under the table. */
  readonly notes?: (shown: { readonly rows: number; readonly more: boolean }) => readonly string[];
}

export interface Page {
  readonly width: number;
  readonly style: Style;
}

/** Writes an answer in a format. */
export async function writeAnswer(answer: Answer, format: Format, output: Output, page: Page): Promise<void> {
  if (format === "table") await writeTable(answer, output, page);
  else await writeBatches(answer.schema, answer.batches, adapterFor(format, output));
}

function adapterFor(format: Exclude<Format, "table">, output: Output): OutputAdapter<unknown> {
  switch (format) {
    case "json":
      return jsonAdapter(output);
    case "ndjson":
      return ndjsonAdapter(output);
    case "csv":
      return csvAdapter(output);
    case "arrow":
      return arrowFileAdapter(output);
    case "arrows":
      return arrowStreamAdapter(output);
    default:
      return format satisfies never;
  }
}

async function writeTable(answer: Answer, output: Output, { width, style }: Page): Promise<void> {
  const print = (lines: readonly string[]) => output.write(lines.map((line) => `${line}\n`).join(""));
  const { forPeople, maxRows } = answer;
  let shown = { rows: forPeople?.rows.length ?? 0, more: false };
  if (forPeople !== undefined) await print(terminalTable(forPeople, width, style));
  else shown = await writeBatches(answer.schema, answer.batches, new TableAdapter({ width, style, maxRows, print }));
  const notes = answer.notes?.(shown) ?? [];
  await print(notes.flatMap((note) => wrapped(note, width)).map((line) => style.dim(line)));
}
