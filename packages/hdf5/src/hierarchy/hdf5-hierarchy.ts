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
  parentPath,
  QueryError,
  type ReadRequest,
  type Reference,
  StorageError,
  throwIfAborted,
  UnsupportedError,
} from "@lazynwb/core";
import type { Dataset } from "../dataset.ts";
import { objectIdOfAddress } from "../object-id.ts";
import type { Hdf5Options } from "../options.ts";
import { locateDatasets, type ReadOptions, readDatasets } from "../read.ts";
import { GroupWalk } from "./group-walk.ts";
import type { Hdf5File } from "./hdf5-file.ts";
import { locateObject } from "./locate-object.ts";
import { nodeOf } from "./node.ts";

/** An open HDF5 file. All calls that are under way at one time share their reads. */
export class Hdf5Hierarchy implements Hierarchy {
  readonly format = "hdf5";
  /** There where the source counts. */
  readonly counters?: () => ByteCounters;
  readonly #source: ByteSource;
  readonly #file: Hdf5File;
  readonly #walk: GroupWalk;
  readonly #readOptions: ReadOptions;
  #closed = false;

  constructor(source: ByteSource, file: Hdf5File, { codecs, maxResultBytes, maxChunkBytes }: Hdf5Options = {}) {
    this.#source = source;
    this.#file = file;
    this.#walk = new GroupWalk(file);
    this.#readOptions = { codecs, maxResultBytes, maxChunkBytes };
    if (source.counters !== undefined) this.counters = () => source.counters!();
  }

  /**
   * The links of a group, sorted by the UTF-8 bytes of their names whether or not the file keeps another order, as h5py does.
   * User-defined links are left out.
   *
   * @remarks I/O: none where the group was listed before; else its links, after those of the groups above.
   */
  async list(path: string, options?: CallOptions): Promise<readonly Link[]> {
    this.#begin(options);
    const place = await locateObject(this.#file, path, "links", options);
    const links = place === null ? null : await this.#file.links(place, options);
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
    const datasets = await Promise.all(requests.map(({ path }) => this.#dataset(path, options)));
    return locateDatasets(
      this.#file.bytes,
      datasets.map((dataset, at) => ({ dataset, selection: requests[at]!.selection })),
      { ...this.#readOptions, signal: options?.signal, priority: options?.priority },
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
    return this.#walk.pathsOf(
      references.map(({ objectId }) => objectId),
      options,
    );
  }

  /** Forgets what was learnt and closes the source. Calls that come later reject. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#file.forget();
    await this.#source.close?.();
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
    const place = await locateObject(this.#file, path, "header", options);
    if (place === null) return null;
    const [object, attributes] = await Promise.all([
      this.#file.object(place.address, options),
      this.#file.attributes(place.address, options),
    ]);
    for (const failure of attributes.failures) tell(path, failure);
    return nodeOf(normalizePath(path), object, attributes.values);
  }

  async #plan(requests: readonly ReadRequest[], options: CallOptions | undefined): Promise<Promise<NdArray>[]> {
    this.#begin(options);
    const datasets = await Promise.allSettled(requests.map(({ path }) => this.#dataset(path, options)));
    throwIfAborted(options);
    const found = datasets.flatMap((result, at) =>
      result.status === "fulfilled" ? [{ dataset: result.value, selection: requests[at]!.selection }] : [],
    );
    const values = readDatasets(this.#file.bytes, found, {
      ...this.#readOptions,
      signal: options?.signal,
      priority: options?.priority,
    });
    let next = 0;
    return datasets.map((result) => (result.status === "fulfilled" ? values[next++]! : Promise.reject(result.reason)));
  }

  /** @throws NotFoundError, QueryError where it is no array, UnsupportedError where its layout cannot be read. */
  async #dataset(path: string, options: CallOptions | undefined): Promise<Dataset> {
    const place = await locateObject(this.#file, path, "header", options);
    if (place === null) throw await this.#missing(path, "array");
    const object = await this.#file.object(place.address, options);
    const source = this.#source.id;
    if (object.kind !== "array")
      throw new QueryError(`${path} is a ${object.kind}; only arrays are read`, { source, path });
    const { layout, ...header } = object.dataset;
    if (layout.kind === "unsupported")
      throw new UnsupportedError(`${path} is stored as a ${layout.feature}, which this reader does not read`, {
        source,
        path,
        feature: layout.feature,
      });
    return { ...header, layout, path: normalizePath(path), objectId: objectIdOfAddress(place.address) };
  }

  /** Names close by are taken from groups that are known by now. */
  async #missing(path: string, what: string): Promise<NotFoundError> {
    const full = normalizePath(path);
    const place = await locateObject(this.#file, parentPath(full), "links").catch(() => null);
    const siblings = place === null ? [] : [...(this.#file.knownLinks(place.address)?.stored.keys() ?? [])];
    const candidates = closeNames(
      full,
      siblings.map((name) => joinPath(parentPath(full), name)),
    );
    return new NotFoundError(`there is no ${what} at ${full}`, { source: this.#source.id, path: full, candidates });
  }
}
