import {
  type ByteSource,
  type ByteStore,
  type CallOptions,
  isLazyNwbError,
  LimitError,
  NotNwbError,
  type OpenOptions,
  type Source,
  UnsupportedError,
} from "@lazynwb/core";
import { DEFAULT_MAX_LINKED_FILES, type Hdf5Options } from "../options.ts";
import { GroupWalk } from "./group-walk.ts";
import type { Hdf5File } from "./hdf5-file.ts";
import { openFile } from "./open-file.ts";
import { SharedTask } from "./shared-task.ts";

/** Where the files lie that the links of a file name. */
interface Surroundings {
  readonly store: ByteStore | undefined;
  /** The folder of the file, below the store's. */
  readonly folder: readonly string[];
}

/** An external link that was followed: where it stands, and what it leads to. */
interface Entrance {
  readonly path: string;
  readonly objectId: string;
}

/**
 * A file, and those that its external links and virtual datasets lead to. Each is opened once; they are known by the ids of
 * their sources, so that a link back finds the file that it came from.
 */
export class LinkedFiles {
  readonly root: Hdf5File;
  readonly #settings: Hdf5Options;
  readonly #open: OpenOptions;
  readonly #surroundings = new Map<Hdf5File, Surroundings>();
  readonly #tasks = new Map<string, SharedTask<Hdf5File | null>>();
  readonly #sources = new Set<ByteSource>();
  readonly #raw = new Map<string, ByteSource>();
  readonly #walks = new Map<Hdf5File, GroupWalk>();
  readonly #entrances = new Map<string, Entrance[]>();

  constructor(root: Hdf5File, source: Source, settings: Hdf5Options, open: OpenOptions = {}) {
    this.root = root;
    this.#settings = settings;
    this.#open = { headBytes: open.headBytes, tailBytes: open.tailBytes };
    this.#surroundings.set(root, { store: source.store, folder: [] });
  }

  /**
   * The file that `name` means where it stands in `from`.
   *
   * @param path - For messages: the path that leads through the link.
   * @returns null where there is no such file.
   * @throws UnsupportedError for places that the store of the file does not reach, and that no option opens; NotNwbError where
   * it is no HDF5 file.
   * @remarks I/O: as opening a file, the first time.
   */
  async file(from: Hdf5File, name: string, path: string, options?: CallOptions): Promise<Hdf5File | null> {
    const found = this.place(from, name, path);
    const { id } = found.source;
    if (id === this.root.bytes.id) return this.root;
    let task = this.#tasks.get(id);
    if (task === undefined || task.abandoned) {
      this.#checkCount(path);
      const started = new SharedTask((shared) => this.#openFile(found.source, found.around, shared), options);
      task = started;
      this.#tasks.set(id, started);
      // Failures, a missing file among them, are not kept.
      const forget = () => {
        if (this.#tasks.get(id) === started) this.#tasks.delete(id);
      };
      started.observe((file) => file ?? forget(), forget);
    }
    return task.join(options?.signal);
  }

  /** How many more files may be opened. */
  #checkCount(path: string): void {
    const allowed = this.#settings.maxLinkedFiles ?? DEFAULT_MAX_LINKED_FILES;
    if (this.#tasks.size + this.#raw.size < allowed) return;
    throw new LimitError(`${path} leads to one more file beside the ${allowed} that maxLinkedFiles allows`, {
      source: this.root.bytes.id,
      path,
      limit: "maxLinkedFiles",
      wanted: allowed + 1,
      allowed,
    });
  }

  /**
   * The bytes of a file that is no HDF5 file.
   *
   * @throws UnsupportedError, LimitError as `file`. That it is missing shows when it is read.
   * @remarks I/O: none.
   */
  raw(from: Hdf5File, name: string, path: string): ByteSource {
    const { source } = this.place(from, name, path);
    const known = this.#raw.get(source.id);
    if (known !== undefined) return known;
    this.#checkCount(path);
    this.#raw.set(source.id, source);
    this.#sources.add(source);
    return source;
  }

  /** The bytes behind a name that stands in `from`. I/O: none. @throws UnsupportedError as `file`. */
  place(from: Hdf5File, name: string, path: string): { readonly source: ByteSource; readonly around: Surroundings } {
    const { store, folder } = this.#surroundings.get(from)!;
    const parts = keyParts(folder, name);
    if (store !== undefined && parts !== null)
      return { source: store.open(parts.join("/")), around: { store, folder: parts.slice(0, -1) } };
    const other = this.#settings.openLinked?.(name, from.bytes.id);
    if (other?.bytes !== undefined) return { source: other.bytes, around: { store: other.store, folder: [] } };
    const reason =
      store === undefined ? "the files beside this one are not known" : "it does not lie in the folder of this file";
    throw new UnsupportedError(`${path} leads to ${JSON.stringify(name)}, which is not opened: ${reason}`, {
      source: from.bytes.id,
      path,
      feature: "external link",
    });
  }

  /** Remembers that the link at `path` leads to an object of another file. */
  enter(path: string, file: Hdf5File, address: number): void {
    const { id } = file.bytes;
    const entrances = this.#entrances.get(id) ?? [];
    this.#entrances.set(id, entrances);
    const objectId = file.objectId(address);
    if (!entrances.some((known) => known.objectId === objectId)) entrances.push({ path, objectId });
  }

  /**
   * Paths of objects, of linked files too where an external link that was followed leads to them, or to a group above them.
   */
  async pathsOf(objectIds: readonly string[], options?: CallOptions): Promise<(string | null)[]> {
    const paths = await this.#walkOf(this.root).pathsOf(objectIds, options);
    for (const file of this.#surroundings.keys()) {
      if (file === this.root) continue;
      const mine = [...objectIds.keys()].filter((at) => file.addressOf(objectIds[at]!) !== null);
      if (mine.length === 0) continue;
      const walk = this.#walkOf(file);
      const entrances = this.#entrances.get(file.bytes.id) ?? [];
      const inside = await walk.pathsOf(
        [...mine.map((at) => objectIds[at]!), ...entrances.map((e) => e.objectId)],
        options,
      );
      mine.forEach((at, position) => {
        paths[at] = this.#outside(inside[position] ?? null, entrances, inside.slice(mine.length));
      });
    }
    return paths;
  }

  /** Forgets everything, and closes the files that links led to. */
  async close(): Promise<void> {
    for (const file of this.#surroundings.keys()) file.forget();
    await Promise.all([...this.#sources].map((source) => source.close?.()));
  }

  #outside(inside: string | null, entrances: readonly Entrance[], targets: readonly (string | null)[]): string | null {
    if (inside === null) return null;
    for (const [at, { path }] of entrances.entries()) {
      const target = targets[at];
      if (target === null || target === undefined) continue;
      if (inside === target) return path;
      const below = target === "/" ? "/" : `${target}/`;
      if (inside.startsWith(below)) return `${path}/${inside.slice(below.length)}`;
    }
    return null;
  }

  #walkOf(file: Hdf5File): GroupWalk {
    const walk = this.#walks.get(file) ?? new GroupWalk(file);
    this.#walks.set(file, walk);
    return walk;
  }

  async #openFile(source: ByteSource, around: Surroundings, options: CallOptions): Promise<Hdf5File | null> {
    try {
      const file = await openFile(source, this.#settings, { ...this.#open, ...options }, source.id);
      if (file === null)
        throw new NotNwbError(`${source.id} is no HDF5 file: it has no HDF5 signature`, { source: source.id });
      this.#surroundings.set(file, around);
      this.#sources.add(source);
      return file;
    } catch (error) {
      await source.close?.();
      if (isLazyNwbError(error, "SOURCE_NOT_FOUND")) return null;
      throw error;
    }
  }
}

/** The key of a file beside another one; null where it lies outside of the store. */
function keyParts(folder: readonly string[], name: string): readonly string[] | null {
  // Absolute paths, drives, addresses, and what one system takes for a separator and another does not.
  if (/^\/|^[a-z][a-z0-9+.-]*:|[\\\0]/i.test(name)) return null;
  const parts = [...folder];
  for (const part of name.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.length === 0 ? null : parts;
}
