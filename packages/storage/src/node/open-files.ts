import type { FileHandle } from "node:fs/promises";

/** Defaults of `openFiles`. */
export const DEFAULT_OPEN_FILES = {
  /** Handles that stay open. 64: a scan of thousands of files stays far from the 256 that macOS grants a process. */
  maxOpenFiles: 64,
  /** A handle that nobody has read from for this long is closed, so that forgotten sources hold nothing open. */
  idleMs: 10_000,
} as const;

interface OpenFile {
  readonly handle: Promise<FileHandle>;
  users: number;
  lastUse: number;
}

/** File handles that are kept open for the next read, at most so many that are not being read from. */
export interface OpenFiles {
  /** Runs with the handle of an owner, opened where it is not. */
  use<T>(owner: object, open: () => Promise<FileHandle>, run: (handle: FileHandle) => Promise<T>): Promise<T>;
  /** Closes the owner's handle once nobody reads from it. It is opened again by the next use. */
  close(owner: object): Promise<void>;
}

export function openFiles(
  options: { readonly maxOpenFiles?: number | undefined; readonly idleMs?: number | undefined } = {},
): OpenFiles {
  const { maxOpenFiles = DEFAULT_OPEN_FILES.maxOpenFiles, idleMs = DEFAULT_OPEN_FILES.idleMs } = options;
  return new HandlePool(maxOpenFiles, idleMs);
}

class HandlePool implements OpenFiles {
  readonly #maxOpenFiles: number;
  /** In the order of their last use. */
  readonly #files = new Map<object, OpenFile>();
  readonly #idleMs: number;
  #sweeping = false;

  constructor(maxOpenFiles: number, idleMs: number) {
    this.#maxOpenFiles = maxOpenFiles;
    this.#idleMs = idleMs;
  }

  async use<T>(owner: object, open: () => Promise<FileHandle>, run: (handle: FileHandle) => Promise<T>): Promise<T> {
    const file = this.#files.get(owner) ?? { handle: open(), users: 0, lastUse: 0 };
    this.#files.delete(owner);
    this.#files.set(owner, file);
    file.users++;
    this.#trim();
    try {
      return await run(await file.handle);
    } catch (error) {
      await file.handle.catch(() => {
        if (this.#files.get(owner) === file) this.#files.delete(owner);
      });
      throw error;
    } finally {
      file.users--;
      file.lastUse = performance.now();
      if (this.#files.get(owner) === file) {
        this.#trim();
        this.#sweepLater();
      } else if (file.users === 0) await closeQuietly(file);
    }
  }

  async close(owner: object): Promise<void> {
    const file = this.#files.get(owner);
    if (file === undefined) return;
    this.#files.delete(owner);
    if (file.users === 0) await closeQuietly(file);
  }

  /** The timer does not keep the process alive, but does keep the handles from being collected while they are open. */
  #sweepLater(): void {
    if (this.#sweeping) return;
    this.#sweeping = true;
    setTimeout(() => {
      this.#sweeping = false;
      const before = performance.now() - this.#idleMs;
      for (const [owner, file] of this.#files)
        if (file.users === 0 && file.lastUse <= before) {
          this.#files.delete(owner);
          closeQuietly(file);
        }
      if (this.#files.size > 0) this.#sweepLater();
    }, this.#idleMs).unref();
  }

  #trim(): void {
    for (const [owner, file] of this.#files) {
      if (this.#files.size <= this.#maxOpenFiles) return;
      if (file.users > 0) continue;
      this.#files.delete(owner);
      closeQuietly(file);
    }
  }
}

/** A handle that cannot be closed, or never was opened, has nothing more to tell: its reads have. */
async function closeQuietly(file: OpenFile): Promise<void> {
  try {
    await (await file.handle).close();
  } catch {}
}
