import {
  countRows,
  elementCount,
  isNull,
  type NdArray,
  type RowRanges,
  rangesFromMask,
  rangesWithin,
} from "@lazynwb/core";
import type { NwbTable } from "@lazynwb/model";
import type { RecordBatch } from "apache-arrow";
import { selectFields } from "../arrow/arrow-schema.ts";
import { internalRowBytes } from "../arrow/internal-data.ts";
import { nanValidity } from "../arrow/nan-validity.ts";
import { batchBytes, batchOf } from "../arrow/record-batch.ts";
import { abortable } from "./abortable.ts";
import type { Place, Ticket } from "./byte-budget.ts";
import { allRows, ColumnValues, readColumnValues } from "./column-values.ts";
import { FIRST_PREDICATE_BYTES } from "./defaults.ts";
import { evaluatePredicates } from "./evaluate-predicates.ts";
import { needsNoData, planTable, type TablePlan } from "./plan.ts";
import { pruneRows } from "./prune.ts";
import { windowOfRanges } from "./row-window.ts";
import type { RunContext } from "./run-context.ts";
import { type RowPiece, splitRows } from "./split-rows.ts";
import { factsOf } from "./table-facts.ts";

/** A batch that is being read, and the bytes it holds until it was delivered. */
export interface PendingBatch {
  readonly batch: Promise<RecordBatch>;
  readonly ticket: Ticket;
}

/** Where a table's batches go, and when it may count its rows. */
export interface TableOutput {
  /** False where nobody wants more of this file. */
  put(pending: PendingBatch): boolean;
  /** Until the rows of all tables before it are counted. */
  turn(): Promise<void>;
}

/** Decoded and fetched bytes are there at once while a piece is read. */
const READING = 2;

/**
 * Reads the rows of a table that a query keeps, as batches put in order. Settles when all of its rows are counted and the last
 * batch is under way; a failure of a batch is that batch's.
 *
 * Columns of predicates are read first, and in the same tick the indexes of the others; these are then read for the kept rows
 * only.
 *
 * @returns whether any of its rows were left by the predicates that need no data.
 */
export async function readTable(
  context: RunContext,
  table: NwbTable,
  place: Place,
  output: TableOutput,
): Promise<boolean> {
  const { query } = context;
  const rows = await pruneRows({ source: table.file.id, path: table.path }, table.rowCount, query.predicates);
  const plan = planTable(factsOf(table, rows), query);
  if (rows.length === 0) return false;
  const reader = new TableReader(context, table, plan, rows, place, output);
  await (context.byData ? reader.readFiltered() : reader.readAll());
  return true;
}

/** Rows whose predicate columns have been read and asked. */
interface Filtered {
  /** How many batches of predicate columns came before. */
  readonly order: number;
  readonly values: ColumnValues;
  /** Rows of the table that were looked at. */
  readonly rows: RowRanges;
  /** Places of the kept ones among them. */
  readonly kept: RowRanges;
}

class TableReader {
  readonly #context: RunContext;
  readonly #table: NwbTable;
  readonly #plan: TablePlan;
  readonly #rows: RowRanges;
  readonly #place: Place;
  readonly #output: TableOutput;
  readonly #internalBytes: number;
  #filters = 0;

  constructor(
    context: RunContext,
    table: NwbTable,
    plan: TablePlan,
    rows: RowRanges,
    place: Place,
    output: TableOutput,
  ) {
    this.#context = context;
    this.#table = table;
    this.#plan = plan;
    this.#rows = rows;
    this.#place = place;
    this.#output = output;
    this.#internalBytes = internalRowBytes(context.query.columns, { source: table.file.id, path: table.path });
  }

  /** No predicate looks at data: offset and limit cut the rows before anything is read. */
  async readAll(): Promise<void> {
    const rows = await this.#claim(this.#rows);
    if (rows.length === 0) return;
    const { readColumns } = this.#plan;
    await this.#prepareRagged(readColumns, rows, this.#context.signal);
    const values = new ColumnValues(this.#context, this.#table, new Map());
    await this.#readLate({ order: 0, values, rows, kept: allRows(countRows(rows)) }, rows);
  }

  /** Asks the predicates first, one batch ahead of what is read for the rows kept. */
  async readFiltered(): Promise<void> {
    const { filterColumns, readColumns } = this.#plan;
    const { signal, seeking } = this.#context;
    await this.#prepareRagged(filterColumns, this.#rows, seeking, readColumns);
    const batches = splitRows(this.#rows, this.#batchGrowth(), (rows) => this.#estimate(filterColumns, rows));
    let following = this.#filterNext(batches);
    for (;;) {
      const filtered = await following;
      if (filtered === null) return;
      // With a limit, the batches to come may turn out not to be wanted.
      if (!this.#context.windowed) following = this.#filterNext(batches);
      const kept = await this.#claim(filtered.kept);
      signal.throwIfAborted();
      const wanted = await this.#readLate({ ...filtered, kept }, rangesWithin(filtered.rows, kept));
      if (!wanted || this.#context.window.exhausted) return;
      if (this.#context.windowed) following = this.#filterNext(batches);
    }
  }

  /** How large the next batch of predicate columns may be: they grow only where a limit may end the scan. */
  #batchGrowth(): () => number {
    const { batchBytes, query } = this.#context;
    if (query.limit === undefined) return () => batchBytes;
    let next = Math.min(FIRST_PREDICATE_BYTES, batchBytes);
    return () => {
      const now = next;
      next = Math.min(batchBytes, next * 2);
      return now;
    };
  }

  #filterNext(batches: Iterator<RowPiece>): Promise<Filtered | null> {
    const filtered = this.#filter(batches);
    filtered.catch(() => {});
    return filtered;
  }

  async #filter(batches: Iterator<RowPiece>): Promise<Filtered | null> {
    const piece = batches.next();
    if (piece.done) return null;
    const { ranges, rows, bytes } = piece.value;
    const { seeking, budget, ledger, state, query } = this.#context;
    const { filterColumns, readColumns } = this.#plan;
    const order = this.#filters++;
    const ticket = await budget.acquire([...this.#place, order, 0], bytes * READING, seeking);
    try {
      // In the same tick, so that the indexes of the other columns share the rounds of these values.
      const reading = readColumnValues(this.#context, this.#table, filterColumns, ranges, seeking);
      const preparing =
        readColumns.length > 0 ? this.#table.prepare(readColumns, ranges, { signal: seeking }) : undefined;
      const [arrays] = await abortable(Promise.all([reading, preparing]), seeking);
      const values = new ColumnValues(this.#context, this.#table, arrays);
      const pushed = query.predicates.filter((predicate) => !needsNoData(predicate));
      const everything = allRows(rows);
      const mask = await abortable(
        evaluatePredicates(pushed, state.schema.layout.schema, rows, (name) =>
          values.data(name, ranges, everything, rows),
        ),
        seeking,
      );
      ledger.noteScanned(rows, this.#table.file);
      const kept = rangesFromMask(mask);
      if (state.options.nanAsNull !== true)
        for (const name of new Set(pushed.flatMap(({ nanColumns }) => nanColumns ?? [])))
          ledger.noteNan(name, countNan(values.array(name), mask));
      return { order, values, rows: ranges, kept };
    } finally {
      ticket.release();
    }
  }

  /** Puts the batches of kept rows, all other columns read for those rows only. False where no more are wanted. */
  async #readLate(filtered: Filtered, rows: RowRanges): Promise<boolean> {
    const context = this.#context;
    const { readColumns, filterColumns } = this.#plan;
    const taken = this.#rowBytes(context.query.columns.filter((name) => filterColumns.includes(name)));
    const estimate = (part: RowRanges) => this.#estimate(readColumns, part) + taken * countRows(part);
    let undelivered = countRows(rows);
    let pieces = 0;
    for (const piece of splitRows(rows, () => context.batchBytes, estimate)) {
      const place = [...this.#place, filtered.order, ++pieces];
      const ticket = await context.budget.acquire(place, piece.bytes * READING, context.signal);
      const batch = this.#readPiece(filtered, piece, ticket);
      batch.catch(() => {});
      if (!this.#output.put({ batch, ticket })) return false;
      if (!context.countsDelivered) continue;
      try {
        await batch;
        undelivered -= piece.rows;
      } catch (error) {
        context.window.giveBack(undelivered);
        throw error;
      }
    }
    if (context.window.exhausted) context.meetLimit();
    return true;
  }

  async #readPiece({ values, kept }: Filtered, piece: RowPiece, ticket: Ticket): Promise<RecordBatch> {
    const { signal, query, state, ledger, byData } = this.#context;
    const { ranges, start, rows } = piece;
    const late = new ColumnValues(
      this.#context,
      this.#table,
      await readColumnValues(this.#context, this.#table, this.#plan.readColumns, ranges, signal),
    );
    if (!byData) ledger.noteScanned(rows, this.#table.file);
    const among = windowOfRanges(kept, { skip: start, take: rows });
    const everything = allRows(rows);
    const columns = query.columns.map((name) =>
      values.array(name) === undefined
        ? late.data(name, ranges, everything, rows)
        : values.data(name, ranges, among, rows),
    );
    const batch = batchOf(selectFields(state.schema.layout.schema, query.columns), columns, rows);
    ticket.resize(batchBytes(batch));
    return batch;
  }

  /** What offset and limit leave of rows, once those of all tables before have been counted. */
  async #claim(rows: RowRanges): Promise<RowRanges> {
    const { windowed, window, ledger, seeking } = this.#context;
    const found = countRows(rows);
    if (!windowed) {
      ledger.rowsKept += found;
      return rows;
    }
    await abortable(this.#output.turn(), seeking);
    const claim = window.claim(found);
    ledger.rowsKept += claim.take;
    if (window.exhausted && !this.#context.countsDelivered) this.#context.meetLimit();
    return windowOfRanges(rows, claim);
  }

  /** Sizes of ragged rows follow from their indexes, which are read before batches are cut. */
  async #prepareRagged(
    columns: readonly string[],
    rows: RowRanges,
    signal: AbortSignal,
    others: readonly string[] = [],
  ): Promise<void> {
    const { columns: facts } = factsOf(this.#table, rows);
    if (!columns.some((name) => facts.get(name)!.ragged)) return;
    this.#context.ledger.noteRead(this.#table.file);
    await abortable(this.#table.prepare([...columns, ...others], rows, { signal }), signal);
  }

  #estimate(columns: readonly string[], rows: RowRanges): number {
    const stored = columns.length === 0 ? 0 : this.#table.estimateBytes(columns, rows);
    return stored + this.#internalBytes * countRows(rows);
  }

  #rowBytes(columns: readonly string[]): number {
    return this.#table.columns.reduce((sum, { name, rowBytes }) => sum + (columns.includes(name) ? rowBytes : 0), 0);
  }
}

/** Kept rows whose value is NaN. */
function countNan(array: NdArray | undefined, mask: Uint8Array): number {
  if (array?.data.kind !== "fixed" || array.shape.length !== 1) return 0;
  const valid = nanValidity(array.data.values, elementCount(array.shape));
  if (valid === undefined) return 0;
  let count = 0;
  for (let row = 0; row < mask.length; row++)
    if (mask[row] === 1 && ((valid[row >> 3]! >> (row & 7)) & 1) === 0 && !isNull(array, row)) count++;
  return count;
}
