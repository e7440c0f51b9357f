import { type ByteCounters, type CallOptions, isLazyNwbError, QueryError, type ReportOptions } from "@lazynwb/core";
import {
  type FileContent,
  type InternalPathOptions,
  listContents,
  listInternalPaths,
  type NwbFile,
  type TableSelector,
} from "@lazynwb/model";
import {
  type AnySchema,
  metadataTable,
  type ScanOptions,
  type SchemaShape,
  scanTables,
  type TableScan,
} from "@lazynwb/query";
import type { Table } from "apache-arrow";
import { eachFile, type FilesOptions } from "./each-file.ts";
import { checkNwb, onlyNwb, whyNotFound } from "./nwb-root.ts";
import { NwbSources, type SourceInputs, type SourceParts } from "./nwb-sources.ts";
import { type OpenNwb, openFile } from "./open-nwb.ts";

/** A scan with what tells how to show it. */
export interface SizedScan {
  readonly scan: TableScan;
  readonly files: number;
  readonly rowBytes: ReadonlyMap<string, number>;
}

/** The functions of lazynwb over one set of parts, with Arrow out. Those of Node make polars objects of what these give. */
export class ArrowNwb implements AsyncDisposable {
  readonly #sources: NwbSources;

  constructor(parts: SourceParts) {
    this.#sources = new NwbSources(parts);
  }

  /** A table of one or many files, unread. Closing it closes the files. */
  async scan<Columns extends SchemaShape = AnySchema>(
    sources: SourceInputs,
    table: TableSelector,
    options: ScanOptions = {},
  ): Promise<TableScan<Columns>> {
    return this.#scanOf(await this.#sources.files(sources, options), table, options);
  }

  async #scanOf<Columns extends SchemaShape>(
    files: readonly NwbFile[],
    table: TableSelector,
    options: ScanOptions,
  ): Promise<TableScan<Columns>> {
    try {
      return await scanTables<Columns>({ files, table }, options);
    } catch (error) {
      const asked = files.find(({ id }) => isLazyNwbError(error, "NOT_FOUND") && id === error.source);
      const told = asked === undefined ? error : await whyNotFound(asked, error, options);
      await closeAll(files);
      throw told;
    }
  }

  /** Work over a scan that is closed afterwards. */
  async withScan<Result>(
    sources: SourceInputs,
    table: TableSelector,
    options: ScanOptions | undefined,
    work: (scan: TableScan) => Promise<Result>,
  ): Promise<Result> {
    const scan = await this.scan(sources, table, options);
    try {
      return await work(scan);
    } finally {
      await scan.close();
    }
  }

  /**
   * A scan, how many files it is of, and the bytes that a row of each of its columns has: an estimate where rows differ in
   * length.
   */
  async scanWithSizes(sources: SourceInputs, table: TableSelector, options: ScanOptions = {}): Promise<SizedScan> {
    const files = await this.#sources.files(sources, options);
    const scan = await this.#scanOf<AnySchema>(files, table, options);
    return { scan, files: files.length, rowBytes: scan.rowBytes };
  }

  /** The metadata of sessions and subjects: one row a file, in the order of the sources. */
  metadata(sources: SourceInputs, options: FilesOptions = {}): Promise<Table> {
    return this.#over(sources, options, (files) => metadataTable(files.map(onlyNwb), options));
  }

  /**
   * One file, opened and found to be NWB.
   *
   * @param frameOf - makes of a scan what its `table` gives.
   */
  async open<Frame>(
    source: SourceInputs,
    frameOf: (scan: TableScan) => Promise<Frame>,
    options: CallOptions = {},
  ): Promise<OpenNwb<Frame>> {
    const files = await this.#sources.files(source, options);
    try {
      const file = onlyOne(files);
      const before = file.counters();
      await checkNwb(file, options);
      return openFile(file, frameOf, before);
    } catch (error) {
      await closeAll(files);
      throw error;
    }
  }

  /** Paths of what can be read of one file. */
  async internalPaths(source: SourceInputs, options: InternalPathOptions = {}): Promise<string[]> {
    const found = await this.#overOne(source, options, async (file) =>
      foundIn(file, await listInternalPaths(file, options), options),
    );
    return found.map(({ path }) => path);
  }

  /** Tables, series and other objects of one file, with their sizes. */
  contents(source: SourceInputs, options: CallOptions & ReportOptions = {}): Promise<readonly FileContent[]> {
    return this.#overOne(source, options, (file) => this.#contentsOf(file, options));
  }

  /** The contents of each of many files, in the order of the sources. */
  contentsOfAll(sources: SourceInputs, options: FilesOptions = {}): Promise<readonly (readonly FileContent[])[]> {
    return this.#over(sources, options, (files) =>
      eachFile(files, "contents", options, (file, call) => this.#contentsOf(file, call)),
    );
  }

  async #over<Result>(
    sources: SourceInputs,
    options: CallOptions,
    work: (files: readonly NwbFile[]) => Promise<Result>,
  ): Promise<Result> {
    const files = await this.#sources.files(sources, options);
    try {
      return await work(files);
    } finally {
      await closeAll(files);
    }
  }

  #overOne<Result>(
    source: SourceInputs,
    options: CallOptions,
    work: (file: NwbFile) => Promise<Result>,
  ): Promise<Result> {
    return this.#over(source, options, (files) => work(onlyOne(files)));
  }

  async #contentsOf(file: NwbFile, options: CallOptions & ReportOptions): Promise<readonly FileContent[]> {
    return foundIn(file, await listContents(file, options), options);
  }

  /** What was spent so far over all files; rounds are those of the deepest. */
  counters(): ByteCounters {
    return this.#sources.counters();
  }

  close(): Promise<void> {
    return this.#sources.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function onlyOne(files: readonly NwbFile[]): NwbFile {
  if (files.length !== 1) throw new QueryError(`one source is wanted here, not ${files.length}`);
  return files[0]!;
}

/** What was found in a file; where that is nothing, the file may be no NWB at all. */
async function foundIn<Found>(file: NwbFile, found: readonly Found[], options: CallOptions): Promise<readonly Found[]> {
  if (found.length === 0) await checkNwb(file, options);
  return found;
}

async function closeAll(files: readonly NwbFile[]): Promise<void> {
  await Promise.all(files.map((file) => file.close()));
}
