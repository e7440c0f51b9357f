import type { Stats } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { resolve, sep } from "node:path";
import {
  type ByteRange,
  type ByteSource,
  type ByteWindow,
  type CallOptions,
  isLazyNwbError,
  SourceChangedError,
  StorageError,
  throwIfAborted,
} from "@lazynwb/core";
import { leavable } from "../abort.ts";
import { checkRange, checkWindowLength, locateRange } from "../byte-range.ts";
import { KnownIdentity } from "../identity.ts";
import { fileError, folderError } from "./file-errors.ts";
import { type OpenFiles, openFiles } from "./open-files.ts";

const processFiles = openFiles();

export interface FileSourceOptions {
  /** The absolute path with `/` where left out. */
  readonly id?: string | undefined;
  /** Handles are kept here. The process' own pool where left out. */
  readonly files?: OpenFiles | undefined;
}

/** The absolute path of a file as users see it in `_nwb_path`, with `/` on every system. */
export function filePathId(path: string): string {
  return sep === "/" ? resolve(path) : resolve(path).replaceAll(sep, "/");
}

/**
 * A local file. One handle is shared by all reads, which are positional.
 *
 * @remarks I/O: none until it is read. The size and time of modification are those of the first read; when they change under later
 * reads, those fail with SourceChangedError.
 */
export function fileSource(path: string, options: FileSourceOptions = {}): ByteSource {
  return new FileSource(path, options);
}

class FileSource implements ByteSource {
  readonly id: string;
  readonly hints = {
    // A local file gains nothing from parallel pieces; merging stops where windows would hold on to much memory.
    maxRequestBytes: 64 * 2 ** 20,
  };
  readonly #path: string;
  readonly #files: OpenFiles;
  readonly #identity: KnownIdentity;
  #checking: Promise<void> | undefined;

  constructor(path: string, options: FileSourceOptions) {
    this.#path = resolve(path);
    this.id = options.id ?? filePathId(path);
    this.#files = options.files ?? processFiles;
    this.#identity = new KnownIdentity(this.id);
  }

  async read(range: ByteRange, options?: CallOptions): Promise<ByteWindow> {
    throwIfAborted(options);
    checkRange(range, this.id);
    const reading = this.#files.use(
      this,
      () => this.#open(),
      (handle) => this.#readFrom(handle, range, options?.signal),
    );
    try {
      return await leavable(reading, options?.signal);
    } catch (error) {
      if (isLazyNwbError(error) || options?.signal?.aborted) throw error;
      throw await fileError(error, this.#path, this.id);
    }
  }

  async #open(): Promise<FileHandle> {
    // Before it is opened: opening a pipe would wait for its writer.
    this.#checkKind(await stat(this.#path));
    const handle = await open(this.#path, "r");
    try {
      this.#accept(await handle.stat());
      return handle;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  #checkKind(stats: Stats): void {
    if (stats.isDirectory()) throw folderError(this.id);
    if (!stats.isFile()) throw new StorageError(`${this.id} is neither a file nor a folder`, { source: this.id });
  }

  #accept(stats: Stats): void {
    this.#identity.accept({ size: stats.size, lastModified: stats.mtimeMs });
  }

  async #readFrom(handle: FileHandle, range: ByteRange, signal: AbortSignal | undefined): Promise<ByteWindow> {
    const { offset, length } = locateRange(range, this.#identity.size!);
    checkWindowLength(length, this.id);
    const bytes = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
    let filled = 0;
    while (filled < length) {
      signal?.throwIfAborted();
      const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
      if (bytesRead === 0)
        throw new SourceChangedError(`${this.id} was cut short while it was read: it ends at ${offset + filled}`, {
          source: this.id,
        });
      filled += bytesRead;
    }
    await this.#check(handle);
    return { bytes, offset, ...this.#identity.facts };
  }

  /** Whether the file is still the one that was opened. Reads that end in one moment share one look at it. */
  #check(handle: FileHandle): Promise<void> {
    this.#checking ??= new Promise<void>((done, failed) => {
      setImmediate(() => {
        this.#checking = undefined;
        handle
          .stat()
          .then((stats) => this.#accept(stats))
          .then(done, failed);
      });
    });
    return this.#checking;
  }

  async close(): Promise<void> {
    await this.#files.close(this);
  }
}
