import type { RowRanges } from "@lazynwb/core";
import type { NwbTable } from "@lazynwb/model";
import type { RunOptions, ScanQuery } from "../scan-request.ts";
import { eitherSignal } from "./abortable.ts";
import { mapBounded } from "./bounded.ts";
import { DEFAULT_CONCURRENCY } from "./defaults.ts";
import { type FileTables, warnFailedFile } from "./file-tables.ts";
import { mayHoldRows, pruneRows } from "./prune.ts";
import type { ScanState } from "./scan-state.ts";

/** A table and its rows that the predicates over internal columns leave. */
export interface PrunedTable {
  readonly table: NwbTable;
  readonly rows: RowRanges;
}

/** A file, and its tables; null where it was left out without being opened. */
export interface PrunedFile {
  readonly file: FileTables;
  readonly tables: readonly PrunedTable[] | null;
}

/** The tables of all files that may hold rows of a query. I/O: opens what is not open yet; no data. */
export function pruneFiles(
  state: ScanState,
  query: Pick<ScanQuery, "predicates">,
  options: RunOptions,
): Promise<PrunedFile[]> {
  const report = { onWarning: options.onWarning ?? state.options.onWarning };
  return mapBounded(
    state.files,
    options.concurrency ?? state.options.concurrency ?? DEFAULT_CONCURRENCY,
    async (file, _, signal): Promise<PrunedFile> => {
      if (!(await mayHoldRows(file.file.id, query.predicates))) return { file, tables: null };
      try {
        const tables = await file.open(signal, report.onWarning);
        const pruned = tables.map(async (table) => ({
          table,
          rows: await pruneRows({ source: table.file.id, path: table.path }, table.rowCount, query.predicates),
        }));
        return { file, tables: await Promise.all(pruned) };
      } catch (error) {
        if (signal.aborted || state.options.ignoreErrors !== true) throw error;
        warnFailedFile(report, file.file.id, error);
        return { file, tables: [] };
      }
    },
    eitherSignal(options.signal, state.closing),
  );
}
