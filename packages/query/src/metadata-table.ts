import { type CallOptions, type NdArray, notify, QueryError, type ReportOptions } from "@lazynwb/core";
import { type MergedColumn, metadataColumns, type NwbFile, readMetadata } from "@lazynwb/model";
import { Table } from "apache-arrow/Arrow";
import { arrowData } from "./arrow/arrow-data.ts";
import { arrowLayout } from "./arrow/arrow-schema.ts";
import { concatRows } from "./arrow/concat-rows.ts";
import { batchOf } from "./arrow/record-batch.ts";
import { mapBounded } from "./scan/bounded.ts";
import { DEFAULT_CONCURRENCY } from "./scan/defaults.ts";
import { warnFailedFile } from "./scan/file-tables.ts";
import { SpentBytes } from "./scan/spent-bytes.ts";

export interface MetadataTableOptions extends CallOptions, ReportOptions {
  /** A file that fails is reported (`FILE_FAILED`) and left out. Default false. */
  readonly ignoreErrors?: boolean | undefined;
  /** Files under way at once. Default 16. */
  readonly concurrency?: number | undefined;
}

/**
 * The metadata of files as one table: a row for each, in their order; session, subject and the fields of the root. The
 * columns and their types are the same for any files.
 *
 * @throws what the first failing file threw, unless `ignoreErrors`; that too where every file fails.
 * @remarks I/O: two rounds a file after opening it, `concurrency` (16) files at once. Progress: phase `metadata`.
 * @example const sessions = await metadataTable(files, { ignoreErrors: true })
 */
export async function metadataTable(files: readonly NwbFile[], options: MetadataTableOptions = {}): Promise<Table> {
  if (files.length === 0) throw new QueryError("metadata wants at least one file");
  const { concurrency = DEFAULT_CONCURRENCY, ignoreErrors, onWarning, onProgress, signal } = options;
  const spent = new SpentBytes(files);
  const failures: unknown[] = [];
  let done = 0;
  const rows = await mapBounded(
    files,
    concurrency,
    async (file, _, stop) => {
      try {
        // Warnings come in the order of the files, whichever answers first.
        return await readMetadata(file, { ...options, signal: stop, onWarning: undefined, onProgress: undefined });
      } catch (error) {
        if (stop.aborted || ignoreErrors !== true) throw error;
        failures.push(error);
        return { failed: error };
      } finally {
        done++;
        notify(onProgress, { phase: "metadata", done, total: files.length, bytes: spent.note(file) });
      }
    },
    signal,
  );
  if (failures.length === files.length) throw failures[0];
  rows.forEach((row, at) => {
    if ("failed" in row) warnFailedFile({ onWarning }, files[at]!.id, row.failed);
    else for (const warning of row.warnings) notify(onWarning, warning);
  });
  return tableOf(
    metadataColumns,
    rows.flatMap((row) => ("failed" in row ? [] : [row.values])),
  );
}

/** One batch of rows that come each as arrays of one row. */
function tableOf(columns: readonly MergedColumn[], rows: readonly (readonly NdArray[])[]): Table {
  const { schema, dictionaries } = arrowLayout(columns);
  const children = columns.map(({ name, type }, at) =>
    arrowData(concatRows(rows.map((values) => values[at]!)), type, schema.fields[at]!.type, {
      dictionaries,
      nanAsNull: false,
      column: name,
    }),
  );
  return new Table(schema, [batchOf(schema, children, rows.length)]);
}
