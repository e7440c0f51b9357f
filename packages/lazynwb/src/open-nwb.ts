import type { ByteCounters, CallOptions, ReportOptions } from "@lazynwb/core";
import {
  type FileContent,
  findTables,
  INTERNAL_COLUMNS,
  type InternalPathOptions,
  listContents,
  listInternalPaths,
  type NwbFile,
  type TableSelector,
} from "@lazynwb/model";
import { type PlainRow, type ScanOptions, scanTables, type TableScan } from "@lazynwb/query";

/** Options of calls that read little of one file. */
export type FileCallOptions = CallOptions & ReportOptions;

/** One NWB file. Every method reads only what it is asked for; what was learnt of the file is kept until it is closed. */
export interface OpenNwb<Frame> extends AsyncDisposable {
  /** Its `_nwb_path`. */
  readonly id: string;
  /** Paths of tables, time series and other objects, sorted. */
  paths(options?: InternalPathOptions): Promise<string[]>;
  /** The same with types, sizes, units and descriptions, in the order of the file. */
  contents(options?: FileCallOptions): Promise<readonly FileContent[]>;
  /** A table or a time series, unread. Closing it leaves the file open. */
  table(name: TableSelector, options?: ScanOptions): Promise<Frame>;
  /** The fields of `/general` and of the root; dates as Date, lists as arrays. */
  session(options?: FileCallOptions): Promise<PlainRow>;
  /** The subject; null where the file tells of none. */
  subject(options?: FileCallOptions): Promise<PlainRow | null>;
  /** What reading the file has cost so far. */
  counters(): ByteCounters;
  close(): Promise<void>;
}

/**
 * @param frameOf - makes of a scan what `table` gives.
 * @param before - what reading files of this name had cost before this one was opened.
 */
export function openFile<Frame>(
  given: NwbFile,
  frameOf: (scan: TableScan) => Promise<Frame>,
  before: ByteCounters,
): OpenNwb<Frame> {
  // Scans close their files; this one is closed by whoever opened it.
  const file: NwbFile = {
    id: given.id,
    use: (work, options) => given.use(work, options),
    counters: () => given.counters(),
    close: () => Promise.resolve(),
  };
  const onlyRow = async (table: string, options: FileCallOptions): Promise<PlainRow> => {
    const scan = await scanTables({ files: [file], table }, options);
    const { value } = await scan.rows(options).next();
    const row: PlainRow = { ...value } as PlainRow;
    for (const name of INTERNAL_COLUMNS) delete row[name];
    return row;
  };
  const close = () => given.close();
  return {
    id: given.id,
    paths: async (options) => (await listInternalPaths(file, options)).map(({ path }) => path),
    contents: (options) => listContents(file, options),
    table: async (name, options) => frameOf(await scanTables({ files: [file], table: name }, options)),
    session: (options = {}) => onlyRow("session", options),
    subject: async (options = {}) =>
      (await findTables(file, "subject", options)).length === 0 ? null : onlyRow("subject", options),
    counters: () => spentSince(before, file.counters()),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function spentSince(before: ByteCounters, now: ByteCounters): ByteCounters {
  return {
    rounds: now.rounds - before.rounds,
    requests: now.requests - before.requests,
    bytes: now.bytes - before.bytes,
    cacheHits: now.cacheHits - before.cacheHits,
  };
}
