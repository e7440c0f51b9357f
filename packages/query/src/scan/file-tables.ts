import { notify, type ReportOptions, type Warning } from "@lazynwb/core";
import type { NwbFile, NwbTable } from "@lazynwb/model";
import type { ScanOptions, ScanSource } from "../scan-request.ts";
import type { ModelParts } from "./model-parts.ts";

/** A file of a scan and the tables in it that the scan is of, opened once and kept. What failed is tried again. */
export class FileTables {
  readonly file: NwbFile;
  readonly #source: ScanSource;
  readonly #options: ScanOptions;
  readonly #model: ModelParts;
  #tables: readonly NwbTable[] | undefined;
  readonly #told = new Set<Warning>();

  constructor(file: NwbFile, source: ScanSource, options: ScanOptions, model: ModelParts) {
    this.file = file;
    this.#source = source;
    this.#options = options;
    this.#model = model;
  }

  /** The tables, where they have been opened. */
  get known(): readonly NwbTable[] | undefined {
    return this.#tables;
  }

  /** @throws NotFoundError where the file lacks the table and the scan was told to raise on that. */
  async open(signal: AbortSignal, onWarning?: (warning: Warning) => void): Promise<readonly NwbTable[]> {
    if (this.#tables !== undefined) return this.#tables;
    const { allDatasets, inUnits, raiseOnMissing } = this.#options;
    // What comes later is the affair of the run that reads.
    let opening = true;
    const options = {
      signal,
      allDatasets,
      inUnits,
      onWarning: (warning: Warning) => (opening ? notify(onWarning, warning) : undefined),
    };
    const tables = await this.#model.openTables(this.file, this.#source.table, options).finally(() => {
      opening = false;
    });
    if (tables.length === 0 && raiseOnMissing === true)
      throw await this.#model.missingTable(this.file, this.#source.table, { signal });
    this.#tables = tables;
    // Told as they came, while the tables were opened.
    this.untold();
    return tables;
  }

  /** What the tables have warned of since they were asked last, such as values that reading found to be no dates. */
  untold(): readonly Warning[] {
    const warnings = new Set((this.#tables ?? []).flatMap((table) => table.warnings));
    const untold = [...warnings].filter((warning) => !this.#told.has(warning));
    for (const warning of untold) this.#told.add(warning);
    return untold;
  }
}

/** Says that a file failed and is left out. */
export function warnFailedFile(report: ReportOptions, source: string, error: unknown): Warning {
  const reason = error instanceof Error ? error.message : String(error);
  const warning: Warning = {
    code: "FILE_FAILED",
    message: `${source} failed and is left out: ${reason}`,
    source,
    details: { error },
  };
  notify(report.onWarning, warning);
  return warning;
}
