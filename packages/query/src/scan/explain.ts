import { countRows, type Extent } from "@lazynwb/core";
import type { RunOptions, ScanQuery } from "../scan-request.ts";
import { eitherSignal } from "./abortable.ts";
import { mapBounded } from "./bounded.ts";
import { DEFAULT_CONCURRENCY } from "./defaults.ts";
import { formatExplanation } from "./format-explanation.ts";
import { type PrunedTable, pruneFiles } from "./open-all.ts";
import { planScan, planTable, type ScanPlan, type Span, type StagePlan, type TablePlan } from "./plan.ts";
import type { ScanState } from "./scan-state.ts";
import { factsOf, type TableFacts } from "./table-facts.ts";

/** What a run would read, found out without reading data. */
export interface Explanation extends ScanPlan {
  readonly files: number;
  /** Files of which nothing would be read. */
  readonly filesPruned: number;
  /** Rows of the answer. */
  readonly rows: Span;
  /** Depth of dependent trips of the file where it is deepest. */
  readonly rounds: Span;
  readonly requests: Span;
  readonly bytes: Span;
  /** For people. */
  toString(): string;
}

/**
 * What a query would read: for each file the columns, the rows, the rounds, requests and stored bytes; from least to most
 * where the data decides.
 *
 * @remarks I/O: headers of files that are not open yet, and chunk indexes; no data.
 */
export async function explain(state: ScanState, query: ScanQuery, options: RunOptions): Promise<Explanation> {
  const files = await pruneFiles(state, query, options);
  const tables = files.flatMap((file) => file.tables ?? []);
  const facts = await mapBounded(
    tables,
    options.concurrency ?? state.options.concurrency ?? DEFAULT_CONCURRENCY,
    (table, _, signal) => located(table, query, signal),
    eitherSignal(options.signal, state.closing),
  );
  const plan = planScan(facts, query);
  const pruned = files.filter(({ tables }) => tables === null || tables.every(({ rows }) => rows.length === 0));
  const explanation = {
    ...plan,
    files: files.length,
    filesPruned: pruned.length,
    rows: totalRows(plan),
    ...totals(plan),
  };
  return Object.freeze({ ...explanation, toString: () => formatExplanation(explanation) });
}

async function located({ table, rows }: PrunedTable, query: ScanQuery, signal: AbortSignal): Promise<TableFacts> {
  const facts = factsOf(table, rows);
  if (rows.length === 0) return facts;
  const { filterColumns, readColumns } = planTable(facts, query);
  const columns = [...filterColumns, ...readColumns];
  if (columns.length === 0) return facts;
  const extents = await table.locate(columns, rows, { signal });
  return factsOf(table, rows, new Map(columns.map((name, at): [string, Extent] => [name, extents[at]!])));
}

function totalRows({ tables, predicates, offset, limit }: ScanPlan): Span {
  const candidates = tables.reduce((sum, { rows }) => sum + countRows(Float64Array.from(rows)), 0);
  const byData = predicates.some(({ over }) => over === "data");
  if (!byData) return { min: candidates, max: candidates };
  return { min: 0, max: Math.min(limit ?? Number.POSITIVE_INFINITY, Math.max(0, candidates - offset)) };
}

function totals({ tables, limit, predicates }: ScanPlan): Pick<Explanation, "rounds" | "requests" | "bytes"> {
  // A limit may be met by the first file already.
  const may = limit !== null && predicates.some(({ over }) => over === "data");
  const read = tables.filter(({ stages }) => stages.length > 0);
  const first = read.slice(0, 1);
  const sum = (part: (stage: StagePlan) => Span | null): Span => ({
    min: sumOf(may ? first : read, (stage) => part(stage)?.min ?? 0),
    max: sumOf(read, (stage) => part(stage)?.max ?? 0),
  });
  return {
    rounds: {
      min: deepest(may ? first : read, ({ rounds }) => rounds.min),
      max: deepest(read, ({ rounds }) => rounds.max),
    },
    requests: sum(({ requests }) => requests),
    bytes: sum(({ bytes }) => bytes),
  };
}

function sumOf(tables: readonly TablePlan[], value: (stage: StagePlan) => number): number {
  return tables.reduce((sum, { stages }) => sum + stages.reduce((of, stage) => of + value(stage), 0), 0);
}

function deepest(tables: readonly TablePlan[], value: (stage: StagePlan) => number): number {
  return Math.max(0, ...tables.map((table) => sumOf([table], value)));
}
