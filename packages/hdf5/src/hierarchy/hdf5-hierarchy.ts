import {
  type ByteCounters,
  type ByteSource,
  type CallOptions,
  closeNames,
  type DescribeOptions,
  type Extent,
  type Hierarchy,
  joinPath,
  type Link,
  type NdArray,
  type Node,
  NotFoundError,
  normalizePath,
  notify,
  type OpenOptions,
  parentPath,
  type ReadRequest,
  type Reference,
  type Source,
  StorageError,
  throwIfAborted,
} from "@lazynwb/core";
import type { Hdf5Options } from "../options.ts";
import { ArrayReader, type LocatedArray } from "./array-reader.ts";
import { inFile } from "./foreign-references.ts";
import type { Hdf5File } from "./hdf5-file.ts";
import { LinkedFiles } from "./linked-files.ts";
import { locateObject } from "./locate-object.ts";
import { nodeOf } from "./node.ts";

type BytesOf = Source & { readonly bytes: ByteSource };

/** An open HDF5 file. All calls that are under way at one time share their reads. */
export class Hdf5Hierarchy implements Hierarchy {
  readonly format = "hdf5";
  /** There where the source counts. */
  readonly counters?: () => ByteCounters;
  readonly #source: BytesOf;
  readonly #files: LinkedFiles;
  readonly #arrays: ArrayReader;
  #closed = false;

  constructor(source: BytesOf, file: Hdf5File, settings: Hdf5Options = {}, open: OpenOptions = {}) {
    const { bytes } = source;
    this.#source = source;
    this.#files = new LinkedFiles(file, source, settings, open);
    this.#arrays = new ArrayReader(this.#files, settings);
    if (bytes.counters !== undefined) this.counters = () => bytes.counters!();
  }

  /**
   * The links of a group, sorted by the UTF-8 bytes of their names whether or not the file keeps another order, as h5py does.
   * User-defined links are left out.
   *
   * @remarks I/O: none where the group was listed before; else its links, after those of the groups above.
   */
  async list(path: string, options?: CallOptions): Promise<readonly Link[]> {
    this.#begin(options);
    const place = await locateObject(this.#files, path, "links", options);
    const links = place === null ? null : await place.file.links(place, options);
    if (links === null) throw await this.#missing(path, "group");
    return links.links;
  }

  /**
   * Groups, arrays and named types with their attributes. An attribute that cannot be understood is left out of its node,
   * and `onFailure` tells why.
   *
   * @remarks I/O: one batch for the headers, and one for the heap collections of text attributes, after the groups on the way.
   */
  async describe(paths: readonly string[], options?: DescribeOptions): Promise<readonly (Node | null)[]> {
    this.#begin(options);
    const tell = (path: string, error: unknown) => {
      const { onFailure } = options ?? {};
      if (onFailure !== undefined) notify(() => onFailure(path, error), undefined);
    };
    const settled = await Promise.allSettled(paths.map((path) => this.#describe(path, tell, options)));
    throwIfAborted(options);
    return settled.map((result, at) => {
      if (result.status === "fulfilled") return result.value;
      if (paths.length === 1) throw result.reason;
      tell(paths[at]!, result.reason);
      return null;
    });
  }

  /** Values of several arrays. I/O: as `describe`, then chunk indexes and data of all of them together. */
  read(requests: readonly ReadRequest[], options?: CallOptions): readonly Promise<NdArray>[] {
    const planned = this.#plan(requests, options);
    planned.catch(() => undefined);
    return requests.map(async (_, at) => (await planned)[at]!);
  }

  /** Where the stored bytes lie. I/O: as `describe`, then the chunk indexes of all of them together. */
  async locate(requests: readonly ReadRequest[], options?: CallOptions): Promise<readonly Extent[]> {
    this.#begin(options);
    const arrays = await Promise.all(requests.map(({ path }) => this.#array(path, options)));
    return this.#arrays.locate(
      arrays.map((array, at) => ({ array, selection: requests[at]!.selection })),
      options,
    );
  }

  /**
   * Canonical paths: where several hard links lead to an object, the first in a walk from the root that takes members in the
   * order of `list` and goes down into each before the next.
   *
   * @remarks I/O: the headers of what is referred to, and the links of groups until all are found. Where an object, or a
   * group above it, has several hard links, those of the whole file, once.
   */
  resolve(references: readonly Reference[], options?: CallOptions): Promise<readonly (string | null)[]> {
    try {
      this.#begin(options);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#files.pathsOf(
      references.map(({ objectId }) => objectId),
      options,
    );
  }

  /**
   * The metadata that was read so far, for `open(source, { index })`: what was listed, described or located then takes no
   * round. It holds headers, links, attributes and chunk indexes of this file as they are stored, at most 16 MiB, and what
   * tells this version of the file from others. Files that links lead to have indexes of their own.
   *
   * @remarks I/O: none.
   */
  async exportIndex(): Promise<Uint8Array> {
    this.#begin(undefined);
    return this.#files.root.exportIndex();
  }

  /** Forgets what was learnt and closes the source. Calls that come later reject. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.all([this.#source.bytes.close?.(), this.#files.close()]);
  }

  #begin(options: CallOptions | undefined): void {
    throwIfAborted(options);
    if (this.#closed)
      throw new StorageError(`${this.#source.id} was closed; open it again to read`, { source: this.#source.id });
  }

  async #describe(
    path: string,
    tell: (path: string, error: unknown) => void,
    options: CallOptions | undefined,
  ): Promise<Node | null> {
    const place = await locateObject(this.#files, path, "header", options);
    if (place === null) return null;
    const { file, address } = place;
    const [object, attributes] = await Promise.all([file.object(address, options), file.attributes(address, options)]);
    for (const failure of attributes.failures) tell(path, failure);
    const values = Object.entries(attributes.values).map(([name, array]) => [name, inFile(file, array)] as const);
    return nodeOf(normalizePath(path), file.objectId(address), object, Object.fromEntries(values));
  }

  async #plan(requests: readonly ReadRequest[], options: CallOptions | undefined): Promise<Promise<NdArray>[]> {
    this.#begin(options);
    const settled = await Promise.allSettled(requests.map(({ path }) => this.#array(path, options)));
    throwIfAborted(options);
    const found = settled.flatMap((result, at) =>
      result.status === "fulfilled" ? [{ array: result.value, selection: requests[at]!.selection }] : [],
    );
    const values = this.#arrays.read(found, options);
    let next = 0;
    return settled.map((result) => (result.status === "fulfilled" ? values[next++]! : Promise.reject(result.reason)));
  }

  /** @throws NotFoundError, QueryError where it is no array. */
  async #array(path: string, options: CallOptions | undefined): Promise<LocatedArray> {
    const found = await this.#arrays.find(path, options);
    if (found === null) throw await this.#missing(path, "array");
    return found;
  }

  /** Names close by are taken from groups that are known by now. */
  async #missing(path: string, what: string): Promise<NotFoundError> {
    const full = normalizePath(path);
    const place = await locateObject(this.#files, parentPath(full), "links").catch(() => null);
    const siblings = place === null ? [] : [...(place.file.knownLinks(place.address)?.stored.keys() ?? [])];
    const candidates = closeNames(
      full,
      siblings.map((name) => joinPath(parentPath(full), name)),
    );
    return new NotFoundError(`there is no ${what} at ${full}`, { source: this.#source.id, path: full, candidates });
  }
}
