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
  QueryError,
  type ReadRequest,
  type Reference,
  type Source,
  StorageError,
  throwIfAborted,
  UnsupportedError,
} from "@lazynwb/core";
import type { Dataset } from "../dataset.ts";
import { objectIdIn } from "../object-id.ts";
import type { Hdf5Options } from "../options.ts";
import { locateDatasets, type ReadOptions, readDatasets } from "../read.ts";
import { mapObjectIds } from "./foreign-references.ts";
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
  readonly #readOptions: ReadOptions;
  #closed = false;

  constructor(source: BytesOf, file: Hdf5File, settings: Hdf5Options = {}, open: OpenOptions = {}) {
    const { bytes } = source;
    const { codecs, maxResultBytes, maxChunkBytes } = settings;
    this.#source = source;
    this.#files = new LinkedFiles(file, source, settings, open);
    this.#readOptions = { codecs, maxResultBytes, maxChunkBytes };
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
    const datasets = await Promise.all(requests.map(({ path }) => this.#dataset(path, options)));
    const extents: Extent[] = [];
    await Promise.all(
      byFile(datasets).map(async ([file, positions]) => {
        const asked = positions.map((at) => ({ dataset: datasets[at]!.dataset, selection: requests[at]!.selection }));
        const found = await locateDatasets(file.bytes, asked, this.#callOptions(options));
        positions.forEach((at, position) => {
          extents[at] = found[position]!;
        });
      }),
    );
    return extents;
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
    const settled = await Promise.allSettled(requests.map(({ path }) => this.#dataset(path, options)));
    throwIfAborted(options);
    const values: Promise<NdArray>[] = settled.map((result) =>
      result.status === "rejected" ? Promise.reject(result.reason) : new Promise(() => undefined),
    );
    const found = settled.map((result) => (result.status === "fulfilled" ? result.value : undefined));
    for (const [file, positions] of byFile(found)) {
      const asked = positions.map((at) => ({ dataset: found[at]!.dataset, selection: requests[at]!.selection }));
      const reads = readDatasets(file.bytes, asked, this.#callOptions(options));
      positions.forEach((at, position) => {
        values[at] = file.tag === "" ? reads[position]! : reads[position]!.then((array) => inFile(file, array));
      });
    }
    return values;
  }

  #callOptions(options: CallOptions | undefined): ReadOptions {
    return { ...this.#readOptions, signal: options?.signal, priority: options?.priority };
  }

  /** @throws NotFoundError, QueryError where it is no array, UnsupportedError where its layout cannot be read. */
  async #dataset(path: string, options: CallOptions | undefined): Promise<LocatedDataset> {
    const place = await locateObject(this.#files, path, "header", options);
    if (place === null) throw await this.#missing(path, "array");
    const { file, address } = place;
    const object = await file.object(address, options);
    const source = file.bytes.id;
    if (object.kind !== "array")
      throw new QueryError(`${path} is a ${object.kind}; only arrays are read`, { source, path });
    const { layout, ...header } = object.dataset;
    if (layout.kind === "unsupported")
      throw new UnsupportedError(`${path} is stored as a ${layout.feature}, which this reader does not read`, {
        source,
        path,
        feature: layout.feature,
      });
    return { file, dataset: { ...header, layout, path: normalizePath(path), objectId: file.objectId(address) } };
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

interface LocatedDataset {
  readonly file: Hdf5File;
  readonly dataset: Dataset;
}

/** Positions of what lies in the same file, together. */
function byFile(datasets: readonly (LocatedDataset | undefined)[]): [Hdf5File, number[]][] {
  const groups = new Map<Hdf5File, number[]>();
  datasets.forEach((found, at) => {
    if (found === undefined) return;
    const group = groups.get(found.file);
    if (group === undefined) groups.set(found.file, [at]);
    else group.push(at);
  });
  return [...groups];
}

/** Values whose references name the file that they were read from. */
function inFile({ tag }: Hdf5File, array: NdArray): NdArray {
  return tag === "" ? array : mapObjectIds(array, (objectId) => objectIdIn(tag, objectId));
}
