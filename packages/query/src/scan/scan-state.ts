import { QueryError } from "@lazynwb/core";
import type { NwbFile, NwbTable } from "@lazynwb/model";
import type { ScanOptions, ScanStats } from "../scan-request.ts";
import type { FileTables } from "./file-tables.ts";
import type { ModelParts } from "./model-parts.ts";
import type { ScanSchema } from "./scan-schema.ts";

/** What all scans made of one `scanTables` share. */
export class ScanState {
  readonly files: readonly FileTables[];
  readonly schema: ScanSchema;
  readonly options: ScanOptions;
  readonly model: ModelParts;
  /** The last run that finished. */
  stats: ScanStats | null = null;
  readonly #closing = new AbortController();

  constructor(files: readonly FileTables[], schema: ScanSchema, options: ScanOptions, model: ModelParts) {
    this.files = files;
    this.schema = schema;
    this.options = options;
    this.model = model;
  }

  /** Aborts when the scan is closed. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  /** Tables of every file that is open, in the order of the answer. */
  get knownTables(): readonly NwbTable[] {
    return this.files.flatMap(({ known }) => known ?? []);
  }

  /** Each file once, though a scan may name it twice. */
  get distinctFiles(): readonly NwbFile[] {
    return [...new Set(this.files.map(({ file }) => file))];
  }

  throwIfClosed(): void {
    this.closing.throwIfAborted();
  }

  async close(): Promise<void> {
    if (this.closing.aborted) return;
    this.#closing.abort(new QueryError("the scan was closed"));
    await Promise.all(this.distinctFiles.map((file) => file.close()));
  }
}
