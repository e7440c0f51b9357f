import type { ScanStats } from "@lazynwb/query";
import type { LazyDataFrame as PolarsLazyFrame, Series } from "nodejs-polars";
import type { CollectOptions } from "./collect.ts";
import type { FramePlan } from "./frame-plan.ts";
import type { DataFrame, DataType, Expr } from "./polars-module.ts";

type OneOrMany<Value> = Value | readonly OneOrMany<Value>[];
type Names = OneOrMany<string>;
type ByColumns = OneOrMany<string | Expr>;
type Selection = OneOrMany<string | Expr | Series>;
type Flags = OneOrMany<boolean>;

/** A frame that another one can be joined with: of NWB files too, or of polars, lazy or in memory. */
export type JoinableFrame = NwbLazyFrame | PolarsLazyFrame | DataFrame;

type JoinOptions = {
  readonly how?: "left" | "inner" | "full" | "semi" | "anti" | "cross" | "right" | undefined;
  readonly on?: ByColumns;
  readonly leftOn?: ByColumns;
  readonly rightOn?: ByColumns;
  readonly suffix?: string;
  readonly coalesce?: boolean;
  readonly validate?: string;
  readonly nullsEqual?: boolean;
  readonly maintainOrder?: string;
  readonly allowParallel?: boolean;
  readonly forceParallel?: boolean;
};
type JoinAsofOptions = Parameters<PolarsLazyFrame["joinAsof"]>[1];
type Keep = "first" | "last" | "any" | "none";

/** Groups of rows of a lazy frame. Members do what nodejs-polars' own do. */
export interface NwbLazyGroupBy {
  agg(...aggregates: OneOrMany<Expr>[]): NwbLazyFrame;
  head(n?: number): NwbLazyFrame;
  len(name?: string): NwbLazyFrame;
  tail(n?: number): NwbLazyFrame;
}

/**
 * Tables of NWB files as a polars lazy frame. It has nodejs-polars' own methods, which take `pl` expressions and do what
 * they do there; `collect()` fetches no more of the files than the answer needs.
 *
 * Wrong names and types fail at the call. Chains share their beginnings and can be collected again and again.
 *
 * @example
 * const good = await units
 *   .filter(pl.col("presence_ratio").gtEq(0.95).and(pl.col("location").eq(pl.lit("VISp"))))
 *   .select("unit_id", "spike_times", "_nwb_path")
 *   .collect()
 */
export interface NwbLazyFrame extends AsyncDisposable {
  /**
   * Fetches what the chain needs and runs it.
   *
   * @param options - `signal`, `onProgress`, `onWarning`, `onStats`, `maxBytes`, and those of nodejs-polars' `collect`. With
   * one of the latter polars runs aside of the event loop, where a fault of its own ends the process; without, it throws.
   * @throws QueryError where the chain cannot run; what reading a file throws; `signal.reason` where it was given up.
   * @remarks I/O: the columns that the chain needs, of the rows that filters and cuts next to the source keep.
   */
  collect(options?: CollectOptions): Promise<DataFrame>;
  /** What `collect()` will read and how; `String()` of it prints it. Reads headers and chunk indexes, no data. */
  explain(): Promise<FramePlan>;
  /** What the last finished `collect()` on the same tables cost; undefined before there is one. */
  stats(): ScanStats | undefined;
  /** Closes the files. Frames of the same tables share them. */
  close(): Promise<void>;

  /** Names of the columns, in their order. */
  readonly columns: string[];
  /** Number of columns. */
  readonly width: number;
  /**
   * polars types of the columns.
   *
   * @throws QueryError on the rare chain whose types polars cannot tell without running it over rows.
   */
  readonly schema: Record<string, DataType>;
  readonly [Symbol.toStringTag]: string;
  /** The chain as polars prints it, over frames without rows. */
  describePlan(): string;
  describeOptimizedPlan(): string;

  cache(): NwbLazyFrame;
  clone(): NwbLazyFrame;
  drop(...columns: Names[]): NwbLazyFrame;
  dropNulls(...columns: Names[]): NwbLazyFrame;
  explode(...columns: ByColumns[]): NwbLazyFrame;
  fillNan(value: number | Expr): NwbLazyFrame;
  fillNull(value: string | number | boolean | Expr): NwbLazyFrame;
  filter(predicate: Expr | string): NwbLazyFrame;
  groupBy(by: ByColumns, maintainOrder?: boolean | { readonly maintainOrder: boolean }): NwbLazyGroupBy;
  groupByDynamic(options: Parameters<PolarsLazyFrame["groupByDynamic"]>[0]): NwbLazyGroupBy;
  groupByRolling(options: Parameters<PolarsLazyFrame["groupByRolling"]>[0]): NwbLazyGroupBy;
  head(length?: number): NwbLazyFrame;
  join(other: JoinableFrame, options: JoinOptions): NwbLazyFrame;
  joinAsof(other: JoinableFrame, options: JoinAsofOptions): NwbLazyFrame;
  last(): NwbLazyFrame;
  limit(length?: number): NwbLazyFrame;
  max(): NwbLazyFrame;
  mean(): NwbLazyFrame;
  median(): NwbLazyFrame;
  min(): NwbLazyFrame;
  quantile(...args: Parameters<PolarsLazyFrame["quantile"]>): NwbLazyFrame;
  rename(mapping: Readonly<Record<string, string>>): NwbLazyFrame;
  reverse(): NwbLazyFrame;
  select(...columns: Selection[]): NwbLazyFrame;
  shift(periods: number | { readonly periods: number }): NwbLazyFrame;
  shiftAndFill(n: number, fillValue: number): NwbLazyFrame;
  shiftAndFill(options: { readonly n: number; readonly fillValue: number }): NwbLazyFrame;
  slice(offset: number, length: number): NwbLazyFrame;
  slice(options: { readonly offset: number; readonly length: number }): NwbLazyFrame;
  sort(
    by: ByColumns,
    descending?: Flags,
    nullsLast?: Flags,
    maintainOrder?: boolean,
    multithreaded?: boolean,
  ): NwbLazyFrame;
  sort(options: {
    readonly by: ByColumns;
    readonly descending?: Flags;
    readonly nullsLast?: Flags;
    readonly maintainOrder?: boolean;
    readonly multithreaded?: boolean;
  }): NwbLazyFrame;
  std(ddof?: number): NwbLazyFrame;
  sum(): NwbLazyFrame;
  tail(length?: number): NwbLazyFrame;
  unique(subset?: Names, keep?: Keep, maintainOrder?: boolean): NwbLazyFrame;
  unique(options: { readonly subset?: Names; readonly keep?: Keep; readonly maintainOrder?: boolean }): NwbLazyFrame;
  unnest(columns: string | readonly string[], separator?: string): NwbLazyFrame;
  unpivot(...args: Parameters<PolarsLazyFrame["unpivot"]>): NwbLazyFrame;
  var(ddof?: number): NwbLazyFrame;
  withColumn(column: Expr | Series): NwbLazyFrame;
  withColumnRenamed(existing: string, replacement: string): NwbLazyFrame;
  withColumns(...columns: OneOrMany<Expr | Series>[]): NwbLazyFrame;
  withRowIndex(name?: string, offset?: number): NwbLazyFrame;

  /** Always throws: reading is asynchronous. Use `collect()`. */
  collectSync(): never;
  /** Always throws: reading is asynchronous. Use `head(1).collect()`. */
  first(): never;
  /** Always throws: use `collect()` and `writeCSV()`. */
  sinkCSV(...args: unknown[]): never;
  /** Always throws: use `collect()` and `writeParquet()`. */
  sinkParquet(...args: unknown[]): never;
  /** Always throws: use `collect()` and `writeJSON()`. */
  sinkNdJson(...args: unknown[]): never;
  /** Always throws: use `collect()` and `writeIPC()`. */
  sinkIpc(...args: unknown[]): never;
}
