import type { ByteCounters, CallOptions } from "@lazynwb/core";
import type { InternalPathOptions, TableSelector } from "@lazynwb/model";
import type { AnySchema, RunOptions, ScanOptions, SchemaShape, TableScan } from "@lazynwb/query";
import type { Schema, Table } from "apache-arrow";
import { ArrowNwb } from "./arrow-nwb.ts";
import { defaultBackends } from "./default-backends.ts";
import type { FilesOptions } from "./each-file.ts";
import type { SourceInputs, SourceParts } from "./nwb-sources.ts";
import type { OpenNwb } from "./open-nwb.ts";

export { col, lit, not } from "@lazynwb/query";
export * from "./shared-exports.ts";

/** The functions of `lazynwb/web` over one set of parts: Arrow out, no native code, the same anywhere. */
export interface LazyNwb extends AsyncDisposable {
  /**
   * A table of one or many files as a lazy scan.
   *
   * @throws NotFoundError where no file has the table, naming what may have been meant; what opening a file throws.
   * @remarks I/O: the headers of the table in each file.
   * @example
   * const units = await scanNwb(urls, "/units", { nanAsNull: true })
   * const good = await units.filter(col("presence_ratio").ge(0.95)).select("unit_id", "spike_times").collect()
   */
  scanNwb<Columns extends SchemaShape = AnySchema>(
    sources: SourceInputs,
    table: TableSelector,
    options?: ScanOptions,
  ): Promise<TableScan<Columns>>;
  /** All rows and columns of a table as an Arrow table. */
  readNwb(sources: SourceInputs, table: TableSelector, options?: ScanOptions & RunOptions): Promise<Table>;
  /** The columns of a table as a scan of these files has them, with descriptions and units. */
  getTableSchema(sources: SourceInputs, table: TableSelector, options?: ScanOptions): Promise<Schema>;
  /** Session, experiment and subject of each file as a row. */
  getMetadata(sources: SourceInputs, options?: FilesOptions): Promise<Table>;
  /** Paths of what can be read of a file, sorted. */
  getInternalPaths(source: SourceInputs, options?: InternalPathOptions): Promise<string[]>;
  /** One file, to look around in. */
  openNwb(source: SourceInputs, options?: CallOptions): Promise<OpenNwb<TableScan>>;
  /** What all calls have cost so far. */
  counters(): ByteCounters;
  close(): Promise<void>;
}

/**
 * The same functions over other parts: formats, storage, how many files stay open.
 *
 * @example const nwb = createLazyNwb({ backends: [myBackend()] })
 */
export function createLazyNwb(parts: Partial<SourceParts> = {}): LazyNwb {
  const nwb = new ArrowNwb({ ...parts, backends: parts.backends ?? defaultBackends() });
  return {
    scanNwb: (sources, table, options) => nwb.scan(sources, table, options),
    readNwb: (sources, table, options) => nwb.withScan(sources, table, options, (scan) => scan.collect(options)),
    getTableSchema: (sources, table, options) =>
      nwb.withScan(sources, table, options, async (scan) => scan.arrowSchema),
    getMetadata: (sources, options) => nwb.metadata(sources, options),
    getInternalPaths: (source, options) => nwb.internalPaths(source, options),
    openNwb: (source, options) => nwb.open(source, async (scan) => scan, options),
    counters: () => nwb.counters(),
    close: () => nwb.close(),
    [Symbol.asyncDispose]: () => nwb.close(),
  };
}

let made: LazyNwb | undefined;
/** One limiter and one cache for the whole program, made when first used. */
const ours = (): LazyNwb => {
  made ??= createLazyNwb();
  return made;
};

/** As `LazyNwb.scanNwb`, over the parts that all calls of the program share. */
export const scanNwb: LazyNwb["scanNwb"] = (sources, table, options) => ours().scanNwb(sources, table, options);
/** As `LazyNwb.readNwb`. */
export const readNwb: LazyNwb["readNwb"] = (sources, table, options) => ours().readNwb(sources, table, options);
/** As `LazyNwb.getTableSchema`. */
export const getTableSchema: LazyNwb["getTableSchema"] = (sources, table, options) =>
  ours().getTableSchema(sources, table, options);
/** As `LazyNwb.getMetadata`. */
export const getMetadata: LazyNwb["getMetadata"] = (sources, options) => ours().getMetadata(sources, options);
/** As `LazyNwb.getInternalPaths`. */
export const getInternalPaths: LazyNwb["getInternalPaths"] = (source, options) =>
  ours().getInternalPaths(source, options);
/** As `LazyNwb.openNwb`. */
export const openNwb: LazyNwb["openNwb"] = (source, options) => ours().openNwb(source, options);
