import { countRows, type Extent } from "@lazynwb/core";
import { isInternalColumn } from "../internal-columns.ts";
import type { ScanQuery } from "../scan-request.ts";
import { RowWindow, windowOfRanges } from "./row-window.ts";
import type { TableFacts } from "./table-facts.ts";

/** Least and most, where the data decides; equal where it does not. */
export interface Span {
  readonly min: number;
  readonly max: number;
}

/** One step of reading a table. */
export interface StagePlan {
  /** `filter`: columns that predicates look at. `read`: the others, of the rows kept. */
  readonly kind: "filter" | "read";
  readonly columns: readonly string[];
  /** Columns whose indexes are read beside this stage's data, for the next. */
  readonly prepares: readonly string[];
  readonly rows: Span;
  readonly rounds: Span;
  /** Requests and stored bytes to fetch, where extents are known; bytes after decoding, else. */
  readonly requests: Span | null;
  readonly bytes: Span;
}

export interface TablePlan {
  readonly source: string;
  readonly path: string;
  readonly rowCount: number;
  /** start, stop, start, stop ...: rows that are looked at; none where the table is left out. */
  readonly rows: readonly number[];
  /** Stored columns that the predicates look at. */
  readonly filterColumns: readonly string[];
  /** Stored columns of the answer that are read for the rows kept only. */
  readonly readColumns: readonly string[];
  /** Columns wanted that the table does not have: null. */
  readonly absent: readonly string[];
  readonly stages: readonly StagePlan[];
}

/** All that a scan will read, before it reads it. Plain data. */
export interface ScanPlan {
  readonly columns: readonly string[];
  readonly predicates: readonly {
    readonly text: string;
    readonly columns: readonly string[];
    /** `rows`: decided without I/O, from file, table and row number. `data`: pushed to the reading of its columns. */
    readonly over: "rows" | "data";
  }[];
  readonly offset: number;
  readonly limit: number | null;
  readonly tables: readonly TablePlan[];
}

/** How requests are counted: as storage merges them by default. */
export const DEFAULT_REQUESTS = { maxGapBytes: 65_536, maxRequestBytes: 16 * 2 ** 20 } as const;

/** Whether a predicate can be decided without reading data. */
export function needsNoData(predicate: { readonly columns: readonly string[] }): boolean {
  return predicate.columns.every(isInternalColumn);
}

/**
 * What answering a query over these tables reads. Pure: no I/O, and the same plan for the same facts.
 *
 * @param tables - in the order of the answer, their `rows` already narrowed by the predicates that need no data.
 */
export function planScan(tables: readonly TableFacts[], query: ScanQuery): ScanPlan {
  const window = new RowWindow(query.offset, query.limit);
  const byData = query.predicates.some((predicate) => !needsNoData(predicate));
  return {
    columns: query.columns,
    predicates: query.predicates.map((predicate) => ({
      text: String(predicate),
      columns: predicate.columns,
      over: needsNoData(predicate) ? "rows" : "data",
    })),
    offset: query.offset ?? 0,
    limit: query.limit ?? null,
    tables: tables.map((facts) => {
      // Where the data decides which rows are kept, the window can only be applied as they are found.
      const rows = byData ? facts.rows : windowOfRanges(facts.rows, window.claim(countRows(facts.rows)));
      return planTable({ ...facts, rows }, query);
    }),
  };
}

/** What reading one table takes: its rows are taken as they are, offset and limit are the caller's to apply. */
export function planTable(facts: TableFacts, query: ScanQuery): TablePlan {
  const pushed = query.predicates.filter((predicate) => !needsNoData(predicate));
  const wanted = [...new Set([...pushed.flatMap((predicate) => predicate.columns), ...query.columns])].filter(
    (name) => !isInternalColumn(name),
  );
  const filtered = new Set(pushed.flatMap((predicate) => predicate.columns));
  const stored = wanted.filter((name) => facts.columns.has(name));
  const filterColumns = stored.filter((name) => filtered.has(name));
  const readColumns = stored.filter((name) => !filtered.has(name));
  return {
    source: facts.source,
    path: facts.path,
    rowCount: facts.rowCount,
    rows: [...facts.rows],
    filterColumns,
    readColumns,
    absent: wanted.filter((name) => !facts.columns.has(name)),
    stages: countRows(facts.rows) === 0 ? [] : planStages(facts, query, filterColumns, readColumns, pushed.length > 0),
  };
}

function planStages(
  facts: TableFacts,
  query: ScanQuery,
  filterColumns: readonly string[],
  readColumns: readonly string[],
  byData: boolean,
): StagePlan[] {
  const rows = countRows(facts.rows);
  const stages: StagePlan[] = [];
  if (filterColumns.length > 0) {
    stages.push({
      kind: "filter",
      columns: filterColumns,
      prepares: readColumns,
      rows: { min: query.limit === undefined ? rows : Math.min(rows, query.limit), max: rows },
      ...costOf(facts, filterColumns, rows, false, false),
    });
  }
  if (readColumns.length > 0) {
    const most = byData ? Math.min(rows, query.limit ?? rows) : rows;
    stages.push({
      kind: "read",
      columns: readColumns,
      prepares: [],
      rows: { min: byData ? 0 : most, max: most },
      ...costOf(facts, readColumns, most, byData, filterColumns.length > 0),
    });
  }
  return stages;
}

/**
 * @param byData - the rows depend on data: it may turn out that none is wanted.
 * @param prepared - indexes were read beside the stage before.
 */
function costOf(
  facts: TableFacts,
  columns: readonly string[],
  rows: number,
  byData: boolean,
  prepared: boolean,
): Pick<StagePlan, "rounds" | "requests" | "bytes"> {
  const ragged = columns.some((name) => facts.columns.get(name)!.ragged);
  const extents = columns.map((name) => facts.extents?.get(name));
  const known = extents.every((extent) => extent !== undefined);
  // What only the data tells: where the bytes of texts lie. Spans of ragged rows are told by the indexes read before.
  const open = columns.some((name, at) => facts.columns.get(name)!.text && extents[at]?.exact !== true);
  const base = ragged && !prepared ? 2 : 1;
  const rounds = { min: byData ? 0 : base, max: open ? base + 1 : base };
  if (!known) {
    const bytes = rows * columns.reduce((sum, name) => sum + facts.columns.get(name)!.rowBytes, 0);
    return { rounds, requests: null, bytes: { min: byData ? 0 : bytes, max: bytes } };
  }
  const { requests, bytes } = mergedCost(extents);
  // Kept rows that lie further apart than a gap are fetched one by one.
  const scattered = Math.min(rows * columns.length, requests + Math.floor(bytes / DEFAULT_REQUESTS.maxGapBytes));
  return {
    rounds,
    requests: { min: byData ? 0 : requests, max: byData ? Math.max(requests, scattered) : requests },
    bytes: { min: byData ? 0 : storedBytes(extents), max: bytes },
  };
}

function storedBytes(extents: readonly Extent[]): number {
  return extents.reduce((sum, extent) => sum + extent.lengths.reduce((total, length) => total + length, 0), 0);
}

/** Requests, and bytes with the gaps between them, once neighbours are fetched together. */
export function mergedCost(
  extents: readonly Extent[],
  limits: { readonly maxGapBytes: number; readonly maxRequestBytes: number } = DEFAULT_REQUESTS,
): { requests: number; bytes: number } {
  const ranges = extents
    .flatMap(({ offsets, lengths }) => Array.from(offsets, (start, at) => ({ start, stop: start + lengths[at]! })))
    .filter(({ start, stop }) => stop > start)
    .sort((left, right) => left.start - right.start);
  let requests = 0;
  let bytes = 0;
  let first = 0;
  let last = Number.NEGATIVE_INFINITY;
  for (const { start, stop } of ranges) {
    const joins = stop <= last || (start - last <= limits.maxGapBytes && stop - first <= limits.maxRequestBytes);
    if (joins) {
      bytes += Math.max(0, stop - last);
      last = Math.max(last, stop);
      continue;
    }
    requests += Math.max(1, Math.ceil((stop - start) / limits.maxRequestBytes));
    bytes += stop - start;
    first = start;
    last = stop;
  }
  return { requests, bytes };
}
