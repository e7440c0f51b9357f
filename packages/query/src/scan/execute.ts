import type { NwbTable } from "@lazynwb/model";
import type { RecordBatch } from "apache-arrow";
import type { RunOptions, ScanQuery } from "../scan-request.ts";
import { abortable, deferred } from "./abortable.ts";
import { warnFailedFile } from "./file-tables.ts";
import { OrderedQueue } from "./ordered-queue.ts";
import { mayHoldRows } from "./prune.ts";
import { type PendingBatch, readTable } from "./read-table.ts";
import { RunContext } from "./run-context.ts";
import type { ScanState } from "./scan-state.ts";

/**
 * Runs a query: batches in the order of files, paths and rows, none empty, none of two files.
 *
 * Files run beside each other; what is read ahead of the consumer is bounded by the byte budget, so a slow consumer holds the
 * reading back. Leaving the loop ends the work; so does an abort, which rejects with `signal.reason`.
 */
export async function* execute(
  state: ScanState,
  query: ScanQuery,
  options: RunOptions = {},
): AsyncGenerator<RecordBatch, void, undefined> {
  state.throwIfClosed();
  options.signal?.throwIfAborted();
  const context = new RunContext(state, query, options);
  const runner = new Runner(context);
  let failed = false;
  try {
    yield* runner.batches();
  } catch (error) {
    failed = true;
    context.signal.throwIfAborted();
    throw error;
  } finally {
    context.stop();
    await runner.settled();
    if (!failed) {
      for (const file of state.files) for (const warning of file.untold()) context.warn(warning);
      for (const warning of context.ledger.misfitWarnings()) context.warn(warning);
      for (const warning of context.ledger.nanWarnings()) context.warn(warning);
      context.ledger.finish();
    }
  }
}

/** The batches of one table, in order. */
class TableRun {
  readonly output = new OrderedQueue<PendingBatch>();
  /** Its rows, and those of all tables before, are counted. */
  readonly counted = deferred<void>();
}

/** A file that is under way. */
class FileRun {
  readonly tables = new OrderedQueue<TableRun>();
  readonly counted = deferred<void>();
  /** Batches of it that are being read. */
  reading = 0;
  /** Nothing of it is under way any more. */
  left = false;
  /** It failed, and is left out from there on. */
  failed = false;
  done: Promise<void> = Promise.resolve();
}

class Runner {
  readonly #context: RunContext;
  readonly #runs: FileRun[] = [];
  /** Files started and not yet read to their end. */
  #active = 0;
  /** Files at once: from 1 where a limit may make most needless, and one more for each that did not meet it. */
  #width: number;

  constructor(context: RunContext) {
    this.#context = context;
    const { query, byData, state, concurrency } = context;
    const unsure = byData || state.files.some(({ known }) => known === undefined);
    this.#width = query.limit !== undefined && unsure ? 1 : concurrency;
  }

  async *batches(): AsyncGenerator<RecordBatch, void, undefined> {
    const { signal, state } = this.#context;
    for (let at = 0; at < state.files.length; at++) {
      this.#startMore();
      // All before it were delivered: this one starts though the last of them may not have been noted to be through.
      if (at === this.#runs.length && !this.#context.limitMet) this.#start();
      const run = this.#runs[at];
      if (run === undefined) return;
      for (let table = await run.tables.take(signal); table; table = await run.tables.take(signal)) {
        for (let pending = await table.output.take(signal); pending; pending = await table.output.take(signal)) {
          const batch = await this.#settle(run, at, pending);
          if (batch !== null && batch.numRows > 0) {
            this.#context.ledger.batches++;
            yield batch;
          }
          pending.ticket.release();
        }
      }
    }
  }

  /** Until nothing of the run is under way any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#runs.map(({ done }) => done));
  }

  /** A batch; null where its file failed and failures are to be left out. */
  async #settle(run: FileRun, at: number, { batch }: PendingBatch): Promise<RecordBatch | null> {
    const { signal, ignoreErrors, state } = this.#context;
    try {
      const found = await abortable(batch, signal);
      return run.failed ? null : found;
    } catch (error) {
      signal.throwIfAborted();
      if (!ignoreErrors) throw error;
      if (!run.failed) {
        const report = { onWarning: this.#context.warn.bind(this.#context) };
        warnFailedFile(report, state.files[at]!.file.id, error);
      }
      run.failed = true;
      return null;
    }
  }

  /** Starts files in their order, as many as may be under way; none once the limit is met. */
  #startMore(): void {
    const { state, seeking } = this.#context;
    while (this.#active < this.#width && this.#runs.length < state.files.length && !seeking.aborted) this.#start();
  }

  #start(): void {
    const run = new FileRun();
    const at = this.#runs.push(run) - 1;
    this.#active++;
    run.done = this.#runFile(run, at).finally(() => this.#leave(run));
  }

  /** A file is through once it has asked for its last batch and all of them have come. */
  #leave(run: FileRun): void {
    if (run.left || run.reading > 0) return;
    run.left = true;
    this.#active--;
    this.#width = Math.min(this.#context.concurrency, this.#width + 1);
    this.#startMore();
  }

  async #runFile(run: FileRun, at: number): Promise<void> {
    const { state, query, seeking, ledger } = this.#context;
    const file = state.files[at]!;
    const before = this.#runs[at - 1]?.counted.promise;
    try {
      if (!(await mayHoldRows(file.file.id, query.predicates))) {
        ledger.filesPruned++;
        return;
      }
      const warn = this.#context.warn.bind(this.#context);
      const tables = file.known ?? (await abortable(file.open(seeking, warn), seeking));
      const runs = tables.map(() => new TableRun());
      for (const each of runs) run.tables.put(each);
      run.tables.end();
      const used = await Promise.all(
        tables.map((table, order) =>
          this.#runTable(
            run,
            runs[order]!,
            table,
            [at, order],
            order === 0 ? before : runs[order - 1]!.counted.promise,
          ),
        ),
      );
      if (tables.some(({ rowCount }) => rowCount > 0) && !used.includes(true)) ledger.filesPruned++;
    } catch (error) {
      if (!this.#context.limitMet) run.tables.put(failedTable(error));
    } finally {
      run.tables.end();
      resolveAfter(before, run.counted);
    }
  }

  async #runTable(
    run: FileRun,
    tableRun: TableRun,
    table: NwbTable,
    place: readonly number[],
    before: Promise<void> | undefined,
  ): Promise<boolean> {
    const put = (pending: PendingBatch): boolean => {
      run.reading++;
      const settle = () => {
        run.reading--;
        if (run.reading === 0) run.done.then(() => this.#leave(run));
      };
      pending.batch.then(settle, settle);
      tableRun.output.put(pending);
      return !run.failed;
    };
    try {
      return await readTable(this.#context, table, place, { put, turn: async () => before });
    } catch (error) {
      if (!this.#context.limitMet) tableRun.output.put(failedBatch(error));
      return true;
    } finally {
      tableRun.output.end();
      resolveAfter(before, tableRun.counted);
    }
  }
}

/** Rows are counted once those before them are: nobody waits here for it. */
function resolveAfter(before: Promise<void> | undefined, counted: PromiseWithResolvers<void>): void {
  Promise.resolve(before).then(() => counted.resolve());
}

function failedTable(error: unknown): TableRun {
  const run = new TableRun();
  run.output.put(failedBatch(error));
  run.output.end();
  run.counted.resolve();
  return run;
}

function failedBatch(error: unknown): PendingBatch {
  const batch = Promise.reject(error);
  batch.catch(() => {});
  return { batch, ticket: { resize: () => {}, release: () => {} } };
}
