import type { Cell } from "./cell-text.ts";
import type { Style } from "./style.ts";
import { cut, pad, printable, widthOf } from "./text-width.ts";

export interface TableColumn {
  readonly name: string;
  /** Printed under the name; none for tables that need none. */
  readonly type?: string | undefined;
  /** Which end of a long value gives way. */
  readonly cut?: "head" | "tail" | undefined;
}

export interface TerminalTable {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly Cell[])[];
}

/** What a column needs at most, before the widths are made to fit. */
const WIDEST = 48;
/** A column is not made narrower than this to fit; the last ones are left out instead. */
const NARROWEST = 8;
const GAP = "  ";

/**
 * A table as lines of at most `width` columns: names, types, a rule, rows. Values that do not fit are cut with `…`; columns
 * that do not fit at all are left out, and named in the last line.
 */
export function terminalTable(table: TerminalTable, width: number, style: Style): string[] {
  const natural = table.columns.map((column, at) => naturalWidth(table, column, at));
  const widths = fitWidths(natural, width);
  const shown = table.columns.slice(0, widths.length);
  const aligns = shown.map((_, at) => alignOf(table, at));
  const line = (texts: readonly string[]) => texts.join(GAP).trimEnd();
  const heading = (text: string, at: number) => pad(cut(printable(text), widths[at]!), widths[at]!, aligns[at]!);
  const lines = [line(shown.map((column, at) => style.bold(heading(column.name, at))))];
  if (shown.some((column) => column.type !== undefined))
    lines.push(line(shown.map((column, at) => style.dim(heading(column.type ?? "", at)))));
  lines.push(style.dim(line(widths.map((each) => "─".repeat(each)))));
  for (const row of table.rows)
    lines.push(line(shown.map((column, at) => cellLine(row[at]!, column, widths[at]!, aligns[at]!, style))));
  const hidden = table.columns.slice(widths.length).map((column) => printable(column.name));
  if (hidden.length > 0) lines.push(style.dim(cut(`… ${hidden.length} more: ${hidden.join(", ")}`, width)));
  return lines;
}

function cellLine(cell: Cell, column: TableColumn, width: number, align: "left" | "right", style: Style): string {
  const text = pad(cut(cell.text, width, column.cut), width, align);
  return cell.faint ? style.dim(text) : text;
}

/** A column stands on the right where its values do; null follows them. */
function alignOf(table: TerminalTable, at: number): "left" | "right" {
  const values = table.rows.map((row) => row[at]!).filter((cell) => !cell.faint);
  return values.length > 0 && values.every((cell) => cell.align === "right") ? "right" : "left";
}

function naturalWidth(table: TerminalTable, column: TableColumn, at: number): number {
  const heads = Math.max(widthOf(printable(column.name)), widthOf(column.type ?? ""));
  return Math.min(
    WIDEST,
    table.rows.reduce((most, row) => Math.max(most, widthOf(row[at]!.text)), heads),
  );
}

/** Widths that fit, widest columns narrowed first; fewer than there are columns where even the narrowest do not. */
export function fitWidths(natural: readonly number[], width: number): number[] {
  const least = natural.map((each) => Math.min(each, NARROWEST));
  let count = natural.length;
  const total = (widths: readonly number[]) =>
    widths.reduce((sum, each) => sum + each, 0) + GAP.length * Math.max(0, widths.length - 1);
  while (count > 1 && total(least.slice(0, count)) > width) count--;
  const widths = natural.slice(0, count);
  for (let excess = total(widths) - width; excess > 0; excess = total(widths) - width) {
    const widest = Math.max(...widths);
    if (widest <= 1) break;
    const next = Math.max(0, ...widths.filter((each) => each < widest));
    const many = widths.filter((each) => each === widest).length;
    const step = Math.max(1, Math.min(widest - next, Math.ceil(excess / many)));
    let left = excess;
    for (let at = 0; at < widths.length && left > 0; at++) {
      if (widths[at] !== widest) continue;
      const taken = Math.min(step, left, widest - 1);
      widths[at] = widest - taken;
      left -= taken;
    }
  }
  return widths;
}
