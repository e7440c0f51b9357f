import type { RowPredicate } from "@lazynwb/query";
import type { RecordBatch } from "apache-arrow";
import { frameOf } from "./data-frame.ts";
import { applyCall } from "./frame-call.ts";
import type { FrameSource } from "./frame-source.ts";
import { neededColumns } from "./needed-columns.ts";
import type { Expr, LazyDataFrame, Polars } from "./polars-module.ts";
import type { PushedFilter } from "./pushdown.ts";
import { widenBatch, widenSchema } from "./widen.ts";

/** As many as fit beside the decision in a byte. */
const MAX_NAN_COLUMNS = 7;

/** An elementwise polars expression that decides rows of a source, batch by batch. polars itself evaluates it. */
export class PolarsPredicate implements RowPredicate {
  readonly columns: readonly string[];
  /** Rows kept so far whose value of a compared column is NaN. */
  readonly nanKept: ReadonlyMap<string, number>;
  readonly #source: FrameSource;
  readonly #filter: PushedFilter;
  readonly #expr: Expr;
  readonly #nanKept: Map<string, number>;
  readonly #decision: Expr;

  /**
   * @param expr - the filter's expression, or the part of it that this predicate stands for.
   * @param nanColumns - columns to count NaN of, as the expression names them.
   */
  constructor(source: FrameSource, filter: PushedFilter, expr: Expr, nanColumns: readonly string[] = []) {
    this.#source = source;
    this.#filter = filter;
    this.#expr = expr;
    const counted = nanColumns.slice(0, MAX_NAN_COLUMNS);
    this.#nanKept = new Map(counted.map((column) => [column, 0]));
    this.nanKept = this.#nanKept;
    this.#decision = decisionOf(source.polars, expr, counted);
    this.columns = neededColumns([source], ([frame]) => this.#decide(frame!))[0]!;
  }

  keep(batch: RecordBatch): Uint8Array {
    if (batch.numRows === 0) return new Uint8Array(0);
    const { polars } = this.#source;
    const schema = widenSchema(batch.schema);
    const frame = frameOf(polars, schema, [widenBatch(batch, schema)]);
    const decided = this.#decide(this.#source.complete(frame)).collectSync();
    const decisions = decided.getColumn("keep").toTypedArray() as Uint8Array;
    // An expression whose patterns match no column has one value for all rows.
    const ofRows = decisions.length === batch.numRows ? decisions : new Uint8Array(batch.numRows).fill(decisions[0]!);
    return this.#nanKept.size === 0 ? ofRows : this.#countNan(ofRows);
  }

  toString(): string {
    return this.#expr.toString();
  }

  #decide(frame: LazyDataFrame): LazyDataFrame {
    return this.#filter.below.reduce((rows, call) => applyCall(rows, call, (arg) => arg), frame).select(this.#decision);
  }

  #countNan(decisions: Uint8Array): Uint8Array {
    const columns = [...this.#nanKept.keys()];
    const kept = columns.map(() => 0);
    const keep = decisions.map((decision) => {
      for (let at = 0; at < columns.length; at++) if ((decision >> (at + 1)) & 1) kept[at]!++;
      return decision & 1;
    });
    for (const [at, column] of columns.entries()) this.#nanKept.set(column, this.#nanKept.get(column)! + kept[at]!);
    return keep;
  }
}

/** Bit 0: whether to keep the row. Bit 1 and up: whether it is kept and the first, second ... of some columns is NaN. */
function decisionOf(polars: Polars, expr: Expr, nanColumns: readonly string[]): Expr {
  const keep = expr.fillNull(false);
  const bits = nanColumns.map((column, at) =>
    keep
      .and(polars.col([column]).isNan().fillNull(false))
      .cast(polars.UInt8)
      .multiplyBy(polars.lit(2 << at).cast(polars.UInt8)),
  );
  return bits.reduce((sum, bit) => sum.plus(bit), keep.cast(polars.UInt8)).alias("keep");
}
