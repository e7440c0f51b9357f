import type { Cell } from "./cell-text.ts";
import type { Style } from "./style.ts";
import { cut, pad, printable, widthOf } from "./text-width.ts";

export interface TableColumn {
  readonly name: string;
  /** Printed under the name; none for tables that need none. */
  readonly type?: string | undefined;
  /** Which end of a long value gives way. */
  readonly cut?: "head" | "tail" | undefined;
  /** Shown whole as long as it fits at all: what a reader wants to copy. */
  readonly whole?: boolean | undefined;
}

export interface TerminalTable {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Text is not cut shorter than this to fit; the last columns are left out instead. Numbers are never cut. */
const NARROWEST = 12;
const GAP = "  ";

/**
 * A table as lines of at most `width` columns: names, types, a rule, rows. Values that do not fit are cut with `…`; columns
 * that do not fit at all are left out, and named in the last line.
 */
export function terminalTable(table: TerminalTable, width: number, style: Style): string[] {
  const aligns = table.columns.map((_, at) => alignOf(table, at));
  const natural = table.columns.map((column, at) => naturalWidth(table, column, at));
  const rigid = table.columns.map((column, at) => column.whole === true || aligns[at] === "right");
  const widths = fitWidths(natural, rigid, width);
  const shown = table.columns.slice(0, widths.length);
  const last = shown.length - 1;
  // Nothing follows the last column: blanks behind it would only be copied along.
  const filled = (text: string, at: number) =>
    at === last && aligns[at] === "left" ? text : pad(text, widths[at]!, aligns[at]!);
  const row = (texts: readonly string[], mark: (text: string, at: number) => string) =>
    texts
      .map((text, at) => mark(filled(cut(text, widths[at]!, shown[at]!.cut), at), at))
      .join(GAP)
      .trimEnd();
  const lines = [
    row(
      shown.map(({ name }) => printable(name)),
      style.bold,
    ),
  ];
  if (shown.some(({ type }) => type !== undefined))
    lines.push(
      row(
        shown.map(({ type = "" }) => type),
        style.dim,
      ),
    );
  lines.push(style.dim(widths.map((each) => "─".repeat(each)).join(GAP)));
  for (const cells of table.rows)
    lines.push(
      row(
        shown.map((_, at) => cells[at]!.text),
        (text, at) => (cells[at]!.faint ? style.dim(text) : text),
      ),
    );
  const hidden = table.columns.slice(widths.length).map((column) => printable(column.name));
  if (hidden.length > 0) lines.push(style.dim(cut(`… ${hidden.length} more: ${hidden.join(", ")}`, width)));
  return lines;
}

/** A column stands on the right where its values do; null follows them. */
function alignOf(table: TerminalTable, at: number): "left" | "right" {
  const values = table.rows.map((row) => row[at]!).filter((cell) => !cell.faint);
  return values.length > 0 && values.every((cell) => cell.align === "right") ? "right" : "left";
}

function naturalWidth(table: TerminalTable, column: TableColumn, at: number): number {
  const heads = Math.max(widthOf(printable(column.name)), widthOf(column.type ?? ""));
  return table.rows.reduce((most, row) => Math.max(most, widthOf(row[at]!.text)), heads);
}

/**
 * Widths that fit: fewer than there are columns where even cut ones do not, the widest that may be cut narrowed first.
 *
 * @param rigid - columns that keep their width.
 */
export function fitWidths(natural: readonly number[], rigid: readonly boolean[], width: number): number[] {
  const least = natural.map((each, at) => (rigid[at] === true ? each : Math.min(each, NARROWEST)));
  let count = natural.length;
  while (count > 1 && totalWidth(least.slice(0, count)) > width) count--;
  const widths = natural.slice(0, count);
  while (totalWidth(widths) > width) {
    let widest = 0;
    const slack = widths.map((each, at) => each - least[at]!);
    for (let at = 1; at < count; at++)
      if (slack[at]! > 0 && (slack[widest]! <= 0 || widths[at]! > widths[widest]!)) widest = at;
    if (widths[widest]! <= 1) break;
    widths[widest]!--;
  }
  return widths;
}

function totalWidth(widths: readonly number[]): number {
  return widths.reduce((sum, each) => sum + each, 0) + GAP.length * Math.max(0, widths.length - 1);
}
