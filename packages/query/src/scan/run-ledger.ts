import { type ByteCounters, notify, type Warning } from "@lazynwb/core";
import { type ColumnType, columnTypeName, type NwbFile } from "@lazynwb/model";
import type { RunOptions, ScanStats } from "../scan-request.ts";
import type { ScanState } from "./scan-state.ts";
import { SpentBytes } from "./spent-bytes.ts";

/** Counts what a run does, and what it costs. */
export class RunLedger {
  readonly warnings: Warning[] = [];
  readonly #state: ScanState;
  readonly #options: RunOptions;
  readonly #before: ReadonlyMap<NwbFile, ByteCounters>;
  readonly #started = performance.now();
  readonly #read = new Set<NwbFile>();
  readonly #nanKept = new Map<string, number>();
  readonly #misfits = new Map<string, Warning>();
  readonly #spentBytes: SpentBytes;
  #total: number | undefined;
  filesPruned = 0;
  rowsScanned = 0;
  rowsKept = 0;
  batches = 0;

  constructor(state: ScanState, options: RunOptions) {
    this.#state = state;
    this.#options = options;
    this.#spentBytes = new SpentBytes(state.distinctFiles);
    this.#before = new Map(state.distinctFiles.map((file) => [file, file.counters()]));
  }

  /** A file whose data is asked for. */
  noteRead(file: NwbFile): void {
    this.#read.add(file);
  }

  noteNan(column: string, rows: number): void {
    if (rows > 0) this.#nanKept.set(column, (this.#nanKept.get(column) ?? 0) + rows);
  }

  /** A column of a file that the schema of the leading files cannot hold. */
  noteMisfit(source: string, column: string, from: ColumnType, to: ColumnType): void {
    const [stored, read] = [columnTypeName(from), columnTypeName(to)];
    const message = `column '${column}' is ${stored} in ${source} and read as ${read}, its type in the files that the schema was taken from: what does not fit is lost; a larger inferSchemaLength looks at more files`;
    const details = { column, types: [stored, read] };
    this.#misfits.set(`${source}\n${column}`, { code: "COLUMN_TYPES", message, source, details });
  }

  /** The warnings about columns that did not fit, in the order of the files, then of the names. */
  misfitWarnings(): Warning[] {
    const order = new Map(this.#state.files.map(({ file }, at) => [file.id, at]));
    const found = [...this.#misfits.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, warning]) => warning);
    return found.sort((a, b) => order.get(a.source!)! - order.get(b.source!)!);
  }

  /** Rows of a file that were looked at; tells the listener of progress. */
  noteScanned(rows: number, file: NwbFile): void {
    this.rowsScanned += rows;
    const listener = this.#options.onProgress ?? this.#state.options.onProgress;
    if (listener === undefined) return;
    const bytes = this.#spentBytes.note(file);
    notify(listener, { phase: "read", done: this.rowsScanned, total: this.#totalRows(), bytes });
  }

  /** Rows of all tables; unknown while files are still to be opened. */
  #totalRows(): number | undefined {
    if (this.#total === undefined && this.#state.files.every(({ known }) => known !== undefined))
      this.#total = this.#state.knownTables.reduce((sum, table) => sum + table.rowCount, 0);
    return this.#total;
  }

  /** The warnings about NaN that nobody asked for, one for each column. */
  nanWarnings(): Warning[] {
    return [...this.#nanKept].map(([column, rows]) => ({
      code: "NAN_KEPT",
      message: `${rows} row${rows === 1 ? " was" : "s were"} kept because NaN in '${column}' exceeds every number; nanAsNull leaves such rows out`,
      details: { column, rows },
    }));
  }

  finish(): ScanStats {
    const stats: ScanStats = Object.freeze({
      files: this.#state.files.length,
      filesRead: this.#read.size,
      filesPruned: this.filesPruned,
      rowsScanned: this.rowsScanned,
      rowsKept: this.rowsKept,
      batches: this.batches,
      ...this.#spent(),
      seconds: (performance.now() - this.#started) / 1000,
      warnings: Object.freeze([...this.warnings]),
    });
    this.#state.stats = stats;
    notify(this.#options.onStats, stats);
    return stats;
  }

  #spent(): ByteCounters {
    const spent = { rounds: 0, requests: 0, bytes: 0, cacheHits: 0 };
    for (const [file, before] of this.#before) {
      const now = file.counters();
      spent.rounds = Math.max(spent.rounds, now.rounds - before.rounds);
      spent.requests += now.requests - before.requests;
      spent.bytes += now.bytes - before.bytes;
      spent.cacheHits += now.cacheHits - before.cacheHits;
    }
    return spent;
  }
}
