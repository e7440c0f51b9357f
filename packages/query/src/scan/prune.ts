import { type RowRanges, rangesFromMask, rowRanges } from "@lazynwb/core";
import type { Schema } from "apache-arrow";
import { arrowLayout } from "../arrow/arrow-schema.ts";
import { internalData, type TablePlace } from "../arrow/internal-data.ts";
import { INTERNAL_SCHEMA, NWB_PATH, TABLE_INDEX } from "../internal-columns.ts";
import type { RowPredicate } from "../row-predicate.ts";
import { concatRanges } from "./concat-ranges.ts";
import { evaluatePredicates } from "./evaluate-predicates.ts";
import { needsNoData } from "./plan.ts";

/** Rows asked at once about their numbers, so that a long table takes little memory. */
const ROWS_AT_ONCE = 2 ** 20;

const schema: Schema = arrowLayout(INTERNAL_SCHEMA).schema;

/** Whether a file may hold rows, by the predicates that look at its path alone. I/O: none, the file is not even opened. */
export async function mayHoldRows(source: string, predicates: readonly RowPredicate[]): Promise<boolean> {
  const byFile = predicates.filter(({ columns }) => columns.every((name) => name === NWB_PATH));
  return (await keptOf(byFile, { source, path: "" }, 0, 1))[0] === 1;
}

/** The rows of a table that the predicates over internal columns leave. I/O: none. */
export async function pruneRows(
  place: TablePlace,
  rowCount: number,
  predicates: readonly RowPredicate[],
): Promise<RowRanges> {
  if (rowCount === 0) return new Float64Array(0);
  const internal = predicates.filter(needsNoData);
  const byTable = internal.filter(({ columns }) => !columns.includes(TABLE_INDEX));
  const byRow = internal.filter(({ columns }) => columns.includes(TABLE_INDEX));
  if ((await keptOf(byTable, place, 0, 1))[0] !== 1) return new Float64Array(0);
  if (byRow.length === 0) return rowRanges([0, rowCount]);
  const parts: RowRanges[] = [];
  for (let start = 0; start < rowCount; start += ROWS_AT_ONCE) {
    const stop = Math.min(rowCount, start + ROWS_AT_ONCE);
    parts.push(rangesFromMask(await keptOf(byRow, place, start, stop), start));
  }
  return concatRanges(parts);
}

function keptOf(
  predicates: readonly RowPredicate[],
  place: TablePlace,
  start: number,
  stop: number,
): Promise<Uint8Array> {
  const rows = rowRanges([start, stop]);
  return evaluatePredicates(predicates, schema, stop - start, (name) => internalData(name, place, rows));
}
