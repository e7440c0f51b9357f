import { countRows } from "@lazynwb/core";
import type { RunOptions, ScanQuery } from "../scan-request.ts";
import { execute } from "./execute.ts";
import { pruneFiles } from "./open-all.ts";
import { needsNoData } from "./plan.ts";
import { RowWindow } from "./row-window.ts";
import type { ScanState } from "./scan-state.ts";

/** Rows of a query's answer. Predicates that look at data read their columns, and nothing else is read. */
export async function countAll(
  state: ScanState,
  query: Omit<ScanQuery, "columns">,
  options: RunOptions,
): Promise<number> {
  state.throwIfClosed();
  let rows = 0;
  if (query.predicates.every(needsNoData)) {
    for (const { tables } of await pruneFiles(state, query, options))
      for (const table of tables ?? []) rows += countRows(table.rows);
    return new RowWindow(query.offset, query.limit).claim(rows).take;
  }
  for await (const batch of execute(state, { ...query, columns: [] }, options)) rows += batch.numRows;
  return rows;
}
