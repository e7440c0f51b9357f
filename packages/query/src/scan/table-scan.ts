import { QueryError } from "@lazynwb/core";
import type { ColumnType, MergedColumn } from "@lazynwb/model";
import { type Schema as ArrowSchema, type RecordBatch, Table } from "apache-arrow/Arrow";
import { rowsOf } from "../arrow/plain-values.ts";
import type { Expression } from "../expr/expr-types.ts";
import { predicatesOf } from "../expr/predicate.ts";
import { writeBatches } from "../output/write-batches.ts";
import type { OutputAdapter } from "../output-adapter.ts";
import type { RowPredicate } from "../row-predicate.ts";
import type { RunOptions, ScanQuery, ScanStats } from "../scan-request.ts";
import { parseWhere } from "../where/parse-where.ts";
import { countAll } from "./count.ts";
import { execute } from "./execute.ts";
import { type Explanation, explain } from "./explain.ts";
import { checkCount, checkQuery } from "./query-check.ts";
import type { ScanSchema } from "./scan-schema.ts";
import type { ScanState } from "./scan-state.ts";

/** Column names and the JavaScript types of their values, without null. */
export type SchemaShape = object;

/** Columns that are known only once the files are read. */
export interface AnySchema {
  readonly [name: string]: unknown;
}

/** What an expression may need of a scan with these columns. */
type NeedsWithin<Schema> = string extends keyof Schema ? never : { readonly [Name in keyof Schema]: Schema[Name] };

/** Names of a scan's columns. */
export type ColumnName<Schema> = keyof Schema & string;

/** A row as `rows()` gives it: any value may be null, and an int64 is a number where doubles hold it. */
export type RowOf<Schema> = {
  [Name in keyof Schema]: (Schema[Name] extends bigint ? number | bigint : Schema[Name]) | null;
};

let stateOf: (scan: TableScan<never>) => ScanState;

/**
 * A table of one or many files that has not been read: every method that asks for other rows or columns gives a new scan,
 * and only `collect`, `batches`, `rows`, `count`, `write` and `explain` do any work.
 *
 * Columns are checked when they are named, before any I/O. The files are read anew by each run; what was learnt of their
 * headers and indexes is kept.
 *
 * @example
 * const good = await units
 *   .filter(col("presence_ratio").ge(0.95).and(col("location").eq("VISp")))
 *   .select("unit_id", "spike_times", "_nwb_path")
 *   .collect()
 */
export class TableScan<Schema extends SchemaShape = AnySchema> implements AsyncDisposable {
  readonly #state: ScanState;
  readonly #shown: ScanSchema;
  readonly #query: Omit<ScanQuery, "columns">;

  static {
    stateOf = (scan) => scan.#state;
  }

  constructor(
    state: ScanState,
    shown: ScanSchema = state.schema,
    query: Omit<ScanQuery, "columns"> = { predicates: [] },
  ) {
    this.#state = state;
    this.#shown = shown;
    this.#query = query;
  }

  /** The columns of the answer: names, types and metadata such as descriptions and units. */
  get schema(): { readonly columns: readonly MergedColumn[]; readonly arrowSchema: ArrowSchema } {
    return { columns: this.#shown.columns, arrowSchema: this.#shown.arrowSchema };
  }

  /** The answer's schema as Arrow has it. */
  get arrowSchema(): ArrowSchema {
    return this.#shown.arrowSchema;
  }

  /** The type of a column. */
  typeOf(name: ColumnName<Schema>): ColumnType {
    return this.#shown.typeOf(name);
  }

  /**
   * Decoded bytes of a row of each stored column: the most of the files that are open, an estimate where rows differ in
   * length. For choosing what to show. I/O: none.
   */
  get rowBytes(): ReadonlyMap<string, number> {
    const found = new Map<string, number>();
    for (const { columns } of this.#state.knownTables)
      for (const { name, rowBytes } of columns)
        if (this.#shown.types.has(name)) found.set(name, Math.max(rowBytes, found.get(name) ?? 0));
    return found;
  }

  /**
   * The rows for which a condition is true: an expression, its text as `parseWhere` reads it, or another engine's predicate.
   * Several filters must all hold.
   *
   * @throws UnknownColumnError, TypeMismatchError, ExpressionSyntaxError; QueryError after `limit` or `slice`.
   */
  filter(condition: Expression<boolean, NeedsWithin<Schema>> | RowPredicate | string): TableScan<Schema> {
    if (this.#query.limit !== undefined || this.#query.offset !== undefined)
      throw new QueryError("filter() must come before limit() and slice(): those count the rows that filters keep");
    return new TableScan(this.#state, this.#shown, {
      ...this.#query,
      predicates: [...this.#query.predicates, ...this.#predicates(condition)],
    });
  }

  #predicates(condition: Expression<boolean> | RowPredicate | string): readonly RowPredicate[] {
    if (typeof condition === "string") return predicatesOf(parseWhere(condition), this.#shown.types);
    if ("node" in condition) return predicatesOf(condition, this.#shown.types);
    if (!Array.isArray(condition.columns) || typeof condition.keep !== "function")
      throw new QueryError(
        "filter() takes an expression made with col(), its text, or a predicate with columns and keep()",
      );
    this.#shown.select(condition.columns);
    return [condition];
  }

  /**
   * These columns only, in this order.
   *
   * @throws UnknownColumnError; QueryError where one is named twice, or none.
   */
  select<Name extends ColumnName<Schema>>(...names: readonly Name[]): TableScan<Pick<Schema, Name>> {
    if (names.length === 0) throw new QueryError("select() wants at least one column; count() counts rows");
    return new TableScan<Pick<Schema, Name>>(this.#state, this.#shown.select(names), this.#query);
  }

  /** At most `count` rows from the first on; reading ends once there are as many. */
  limit(count: number): TableScan<Schema> {
    return this.slice(0, count);
  }

  /** As `limit`. */
  head(count = 5): TableScan<Schema> {
    return this.limit(count);
  }

  /** The rows after the first `offset`, at most `length` of them. */
  slice(offset: number, length?: number): TableScan<Schema> {
    checkCount("offset", offset);
    checkCount("length", length);
    const { offset: before = 0, limit } = this.#query;
    const rest = limit === undefined ? undefined : Math.max(0, limit - offset);
    const least = Math.min(rest ?? Number.POSITIVE_INFINITY, length ?? Number.POSITIVE_INFINITY);
    return new TableScan(this.#state, this.#shown, {
      ...this.#query,
      offset: before + offset,
      limit: Number.isFinite(least) ? least : undefined,
    });
  }

  /**
   * All rows as one Arrow table, over the buffers that were read.
   *
   * @throws what reading a file threw, `signal.reason` on abort.
   */
  async collect(options: RunOptions = {}): Promise<Table> {
    const batches: RecordBatch[] = [];
    for await (const batch of this.batches(options)) batches.push(batch);
    return new Table(this.arrowSchema, batches);
  }

  /**
   * The rows as Arrow batches, in the order of the files: none empty, none of two files, each of about a quarter of
   * `maxBytes`. A slow consumer holds the reading back, and leaving the loop ends it.
   */
  batches(options: RunOptions = {}): AsyncGenerator<RecordBatch, void, undefined> {
    return execute(this.#state, this.#run(), options);
  }

  /** The rows as plain objects: convenient, and slower than `collect` by far. */
  async *rows(options: RunOptions = {}): AsyncGenerator<RowOf<Schema>, void, undefined> {
    for await (const batch of this.batches(options)) for (const row of rowsOf(batch)) yield row as RowOf<Schema>;
  }

  /** How many rows there are. Without filters on data nothing but headers is read. */
  count(options: RunOptions = {}): Promise<number> {
    return countAll(this.#state, this.#query, options);
  }

  /** What a run would read, without reading data: print it. */
  explain(options: RunOptions = {}): Promise<Explanation> {
    return explain(this.#state, this.#run(), options);
  }

  /** What the last finished run did and cost, of this scan or of one that comes from the same `scanTables`. */
  stats(): ScanStats | null {
    return this.#state.stats;
  }

  /** Hands the rows to an adapter and gives what that makes of them. */
  write<Out>(adapter: OutputAdapter<Out>, options: RunOptions = {}): Promise<Out> {
    return writeBatches(this.arrowSchema, this.batches(options), adapter);
  }

  /** Ends runs that are under way and closes the files, of all scans that come from the same `scanTables`. */
  close(): Promise<void> {
    return this.#state.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #run(): ScanQuery {
    return { ...this.#query, columns: this.#shown.names };
  }
}

/**
 * Runs any query over the tables of a scan; what the scan itself selects, filters and limits does not count. For engines that
 * bring their own predicates.
 *
 * @throws UnknownColumnError, QueryError at the first step, before any I/O.
 */
export async function* runScan<Schema extends SchemaShape>(
  scan: TableScan<Schema>,
  query: ScanQuery,
  options: RunOptions = {},
): AsyncGenerator<RecordBatch, void, undefined> {
  const state = stateOf(scan as unknown as TableScan<never>);
  checkQuery(query, state.schema);
  yield* execute(state, query, options);
}

/** What `runScan` would read. */
export async function explainScan<Schema extends SchemaShape>(
  scan: TableScan<Schema>,
  query: ScanQuery,
  options: RunOptions = {},
): Promise<Explanation> {
  const state = stateOf(scan as unknown as TableScan<never>);
  checkQuery(query, state.schema);
  return explain(state, query, options);
}
