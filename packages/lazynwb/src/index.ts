import type { ByteCounters, CallOptions } from "@lazynwb/core";
import type { InternalPathOptions, TableSelector } from "@lazynwb/model";
import {
  type CollectOptions,
  collectFrame,
  lazyFrame,
  metadataFrame,
  type NwbLazyFrame,
  polarsModule,
  tableSchema,
} from "@lazynwb/polars";
import type { ScanOptions } from "@lazynwb/query";
import type { DataFrame, DataType } from "nodejs-polars";
import { ArrowNwb } from "./arrow-nwb.ts";
import type { FilesOptions } from "./each-file.ts";
import { nodeParts } from "./node-parts.ts";
import type { SourceInputs, SourceParts } from "./nwb-sources.ts";
import type { OpenNwb } from "./open-nwb.ts";
import { type ProgressOptions, withBar } from "./with-bar.ts";

export { hdf5Backend } from "@lazynwb/hdf5";
export type { CollectOptions, NwbLazyFrame, NwbLazyGroupBy } from "@lazynwb/polars";
export { nodeTransports } from "@lazynwb/storage/node";
export { zarrBackend } from "@lazynwb/zarr";
export * from "./shared-exports.ts";
export type { ProgressOptions } from "./with-bar.ts";

/** How a table of files is found, merged and read. */
export interface ScanNwbOptions extends ScanOptions, ProgressOptions {}

/** The functions of lazynwb over one set of parts, with polars out. */
export interface LazyNwb extends AsyncDisposable {
  /**
   * A table of one or many files as a polars lazy frame; filters and columns are pushed down to the files.
   *
   * @throws NotFoundError where no file has the table, naming what may have been meant; what opening a file throws;
   * UnsupportedError where nodejs-polars does not run here: `lazynwb/web` does.
   * @remarks I/O: the headers of the table in each file.
   * @example
   * const units = await scanNwb(["a.nwb", "b.nwb"], "/units", { nanAsNull: true })
   * const good = await units
   *   .filter(pl.col("presence_ratio").gtEq(0.95))
   *   .select("unit_id", "spike_times", "_nwb_path")
   *   .collect()
   */
  scanNwb(sources: SourceInputs, table: TableSelector, options?: ScanNwbOptions): Promise<NwbLazyFrame>;
  /** All rows and columns of a table as a polars frame. */
  readNwb(sources: SourceInputs, table: TableSelector, options?: ScanNwbOptions & CollectOptions): Promise<DataFrame>;
  /** Names and polars types of a table's columns, as a scan of these files has them. */
  getTableSchema(
    sources: SourceInputs,
    table: TableSelector,
    options?: ScanNwbOptions,
  ): Promise<Record<string, DataType>>;
  /**
   * Session, experiment and subject of each file as a row, in the order of the sources. The columns are the same for any
   * files: text, dates as Datetime, and lists for what NWB declares as lists.
   */
  getMetadataDf(sources: SourceInputs, options?: FilesOptions & ProgressOptions): Promise<DataFrame>;
  /** Paths of what can be read of a file, sorted: tables, time series and other typed objects. */
  getInternalPaths(source: SourceInputs, options?: InternalPathOptions): Promise<string[]>;
  /**
   * One file, to look around in.
   *
   * @example
   * const nwb = await openNwb("a.nwb")
   * const [{ session_id }, units] = await Promise.all([nwb.session(), nwb.table("units")])
   */
  openNwb(source: SourceInputs, options?: CallOptions): Promise<OpenNwb<NwbLazyFrame>>;
  /** What all calls have cost so far; rounds are those of the deepest file. */
  counters(): ByteCounters;
  /** Closes all files. */
  close(): Promise<void>;
}

/**
 * The same functions over other parts: formats, storage, how many files stay open. This is how a backend is swapped in.
 *
 * @example const nwb = createLazyNwb({ backends: [myBackend()], storage: { headers: { authorization } } })
 */
export function createLazyNwb(parts: Partial<SourceParts> = {}): LazyNwb {
  const nwb = new ArrowNwb(nodeParts(parts));
  return {
    async scanNwb(sources, table, options) {
      // Without polars there is no use in reading anything.
      await polarsModule();
      return withBar(options, async (given) => lazyFrame(await nwb.scan(sources, table, given)));
    },
    readNwb: (sources, table, options) =>
      withBar(options, (given) => nwb.withScan(sources, table, given, (scan) => collectFrame(scan, given))),
    getTableSchema: (sources, table, options) =>
      withBar(options, (given) => nwb.withScan(sources, table, given, (scan) => tableSchema(scan))),
    getMetadataDf: (sources, options) =>
      withBar(options, async (given) => metadataFrame(await nwb.metadata(sources, given))),
    getInternalPaths: (source, options) => nwb.internalPaths(source, options),
    openNwb: (source, options) => nwb.open(source, (scan) => lazyFrame(scan), options),
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
/** As `LazyNwb.getMetadataDf`. */
export const getMetadataDf: LazyNwb["getMetadataDf"] = (sources, options) => ours().getMetadataDf(sources, options);
/** As `LazyNwb.getInternalPaths`. */
export const getInternalPaths: LazyNwb["getInternalPaths"] = (source, options) =>
  ours().getInternalPaths(source, options);
/** As `LazyNwb.openNwb`. */
export const openNwb: LazyNwb["openNwb"] = (source, options) => ours().openNwb(source, options);
