import type { ByteCounters, CallOptions, Hierarchy } from "@lazynwb/core";
import type { NwbFile } from "./nwb-file.ts";
import { Places } from "./places.ts";
import { type Pool, PooledFile } from "./pooled-file.ts";

/** How a file is opened, each time that it is. */
export interface FileOpener {
  /** `_nwb_path`. */
  readonly id: string;
  readonly open: (options: CallOptions) => Promise<Hierarchy>;
  /** What tells an object from another under the same name, such as its ETag or size; asked after each opening. */
  readonly identity?: (() => string | undefined | Promise<string | undefined>) | undefined;
  /** What reading has cost over all openings. Default: what the hierarchies say. */
  readonly counters?: (() => ByteCounters) | undefined;
}

/** Keeps a bounded number of files open. */
export interface FilePool {
  readonly maxOpenFiles: number;
  /** A file of this pool: opened when it is first used, closed when others need its place, reopened as needed. */
  file(opener: FileOpener): NwbFile;
  /** Files that are open now. */
  openCount(): number;
  /** Closes all files for good, those in use when their work has ended. */
  close(): Promise<void>;
}

/** Sockets, handles and windows of a file cost memory; 64 keep a scan of thousands busy and under the usual limits. */
export const DEFAULT_MAX_OPEN_FILES = 64;

/**
 * A pool of files of which at most `maxOpenFiles` are open at once. One that nobody uses is closed when another needs its
 * place, the longest unused first; where all are in use, who wants one more waits.
 *
 * @throws SourceChangedError (on use) where a file was replaced while it was closed.
 * @example const file = filePool().file({ id: "a.nwb", open: (options) => openIt("a.nwb", options) })
 */
export function filePool(options: { readonly maxOpenFiles?: number | undefined } = {}): FilePool {
  const maxOpenFiles = Math.max(1, options.maxOpenFiles ?? DEFAULT_MAX_OPEN_FILES);
  const pool: Pool = { places: new Places(maxOpenFiles), open: new Set(), closed: false };
  return {
    maxOpenFiles,
    file: (opener) => new PooledFile(opener, pool),
    openCount: () => pool.places.taken,
    close: async () => {
      pool.closed = true;
      await Promise.all([...pool.open].map((file) => file.close()));
    },
  };
}

/**
 * One file that opens when it is first used and stays open until it is closed.
 *
 * @example const file = nwbFile({ id: "a.nwb", open: () => openHdf5(source) })
 */
export function nwbFile(opener: FileOpener): NwbFile {
  return filePool({ maxOpenFiles: 1 }).file(opener);
}
