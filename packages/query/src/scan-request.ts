import type { CallOptions, ReportOptions, Warning } from "@lazynwb/core";
import type { ColumnType, NwbFile, TableSelector } from "@lazynwb/model";
import type { RowPredicate } from "./row-predicate.ts";

/** How tables are found and their schemas merged. DESIGN section 7. */
export interface ScanOptions extends CallOptions, ReportOptions {
  /** A file that lacks the table is an error. Default false: it is skipped, unless all lack it. */
  readonly raiseOnMissing?: boolean | undefined;
  /** A file that fails, on opening or later, is reported by `onWarning` (code `FILE_FAILED`) and left out. Default false. */
  readonly ignoreErrors?: boolean | undefined;
  /**
   * Leading files that the schema is taken from; columns known only to later files are left out, and values of theirs that
   * its types cannot hold are lost, with a warning. Default all.
   */
  readonly inferSchemaLength?: number | undefined;
  /** Leave out lists, fixed-size lists and structs. */
  readonly excludeArrayColumns?: boolean | undefined;
  /** The whole schema, internal columns included where wanted; nothing is inferred. */
  readonly schema?: Readonly<Record<string, ColumnType>> | undefined;
  /** Types forced on columns; a value that cannot be converted is null. */
  readonly schemaOverrides?: Readonly<Record<string, ColumnType>> | undefined;
  /** NaN becomes null before any predicate. */
  readonly nanAsNull?: boolean | undefined;
  readonly allDatasets?: boolean | undefined;
  readonly inUnits?: boolean | undefined;
  /** Batches of about 16 MiB, so that less is in flight. */
  readonly lowMemory?: boolean | undefined;
  /** No batch spans two files. Ours never do; kept for users of the Python package. */
  readonly singleFileBatches?: boolean | undefined;
  /** Files under way at once. */
  readonly concurrency?: number | undefined;
  /** Fetched, decoded and Arrow bytes in flight. Default 128 MiB. */
  readonly maxBytes?: number | undefined;
}

/** What to find, and where. */
export interface ScanSource {
  readonly files: readonly NwbFile[];
  readonly table: TableSelector;
}

/** What one run of a scan asks for. */
export interface ScanQuery {
  /** Columns of the answer, in this order, internal ones included where wanted. */
  readonly columns: readonly string[];
  /** All must keep a row. Those over internal columns alone cost no I/O and prune files and rows first. */
  readonly predicates: readonly RowPredicate[];
  /** Rows to skip of those that the predicates keep. Default 0. */
  readonly offset?: number | undefined;
  /** Rows at most, after `offset`. */
  readonly limit?: number | undefined;
}

/** What a finished run cost and did. */
export interface ScanStats {
  readonly files: number;
  readonly filesRead: number;
  readonly filesPruned: number;
  readonly rowsScanned: number;
  readonly rowsKept: number;
  readonly batches: number;
  /** Depth of dependent trips of the file where it was deepest, in this run. */
  readonly rounds: number;
  readonly requests: number;
  readonly bytes: number;
  readonly cacheHits: number;
  readonly seconds: number;
  readonly warnings: readonly Warning[];
}

export interface RunOptions extends CallOptions, ReportOptions {
  readonly maxBytes?: number | undefined;
  readonly concurrency?: number | undefined;
  readonly onStats?: ((stats: ScanStats) => void) | undefined;
}
