import type { RowPredicate, RunOptions, ScanQuery } from "@lazynwb/query";
import type { RecordBatch, Table } from "apache-arrow";
import type { FrameScan } from "../src/frame-scan.ts";

const INTERNAL = new Set(["_nwb_path", "_table_path", "_table_index"]);

/**
 * A scan over a table in memory that counts the values it hands out: what a scan over files would fetch. It reads file by
 * file, decides rows by the predicates first, and gives kept rows as slices of the table's batches.
 */
export class CountingScan implements FrameScan {
  readonly table: Table;
  /** Rows handed out of each column, in the runs since the last `reset`. Internal columns cost nothing. */
  readonly fetched: Map<string, number> = new Map();
  readonly queries: ScanQuery[] = [];
  closed = 0;
  readonly #rowsPerFile: number;

  constructor(table: Table, rowsPerFile = 7) {
    this.table = table;
    this.#rowsPerFile = rowsPerFile;
  }

  get arrowSchema() {
    return this.table.schema;
  }

  reset(): void {
    this.fetched.clear();
    this.queries.length = 0;
  }

  async *run(query: ScanQuery, options: RunOptions): AsyncGenerator<RecordBatch> {
    this.queries.push(query);
    let skip = query.offset ?? 0;
    let left = query.limit ?? Number.POSITIVE_INFINITY;
    let [kept, batches, scanned] = [0, 0, 0];
    for (let start = 0; start < this.table.numRows && left > 0; start += this.#rowsPerFile) {
      await Promise.resolve();
      options.signal?.throwIfAborted();
      const file = this.table.slice(start, start + this.#rowsPerFile);
      scanned += file.numRows;
      const counted = new Map<string, number>();
      let rows = await this.#keptRows(file, query.predicates, counted);
      const skipped = Math.min(skip, rows.length);
      rows = rows.slice(skipped, skipped + Math.min(left, rows.length));
      skip -= skipped;
      left -= rows.length;
      kept += rows.length;
      for (const column of query.columns) this.#count(counted, column, rows.length);
      for (const [column, number] of counted) this.fetched.set(column, (this.fetched.get(column) ?? 0) + number);
      for (const [from, to] of runsOf(rows))
        for (const batch of file.slice(from, to).select([...query.columns]).batches) {
          batches++;
          yield batch;
        }
      options.onProgress?.({ phase: "read", done: start, total: this.table.numRows, bytes: 0 });
    }
    options.onStats?.({
      ...{ files: 1, filesRead: 1, filesPruned: 0, rowsScanned: scanned, rowsKept: kept, batches },
      ...{ rounds: 2, requests: 3, bytes: 100, cacheHits: 0, seconds: 0, warnings: [] },
    });
  }

  async explain(query: ScanQuery): Promise<{ toString(): string }> {
    return { toString: () => `in memory: ${query.columns.join(", ")} where ${query.predicates.join(", ")}` };
  }

  async close(): Promise<void> {
    this.closed++;
  }

  async #keptRows(file: Table, predicates: readonly RowPredicate[], counted: Map<string, number>): Promise<number[]> {
    const order = [...predicates].sort((left, right) => Number(isPruning(right)) - Number(isPruning(left)));
    let rows = Array.from({ length: file.numRows }, (_, row) => row);
    for (const predicate of order) {
      const kept: number[] = [];
      for (const [from, to] of runsOf(rows)) {
        for (const column of predicate.columns) this.#count(counted, column, to - from);
        let row = from;
        for (const batch of file.slice(from, to).select([...predicate.columns]).batches)
          for (const keep of await predicate.keep(batch)) {
            if (keep === 1) kept.push(row);
            row++;
          }
      }
      rows = kept;
    }
    return rows;
  }

  /** A column that a predicate has seen whole is there already. */
  #count(counted: Map<string, number>, column: string, rows: number): void {
    if (!INTERNAL.has(column)) counted.set(column, Math.max(counted.get(column) ?? 0, rows));
  }
}

function isPruning(predicate: RowPredicate): boolean {
  return predicate.columns.every((column) => INTERNAL.has(column));
}

/** Neighbouring rows as half-open ranges. */
function runsOf(rows: readonly number[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const row of rows) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === row) last[1]++;
    else runs.push([row, row + 1]);
  }
  return runs;
}
