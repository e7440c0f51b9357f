import {
  type CallOptions,
  dtypeBytes,
  type Extent,
  elementCount,
  FormatError,
  LimitError,
  type NdArray,
  normalizePath,
  QueryError,
  type Selection,
  selectedShape,
} from "@lazynwb/core";
import type { Dataset, ExternalDataset, VirtualDataset } from "../dataset.ts";
import { datatypeToDType } from "../datatype/to-dtype.ts";
import { ExternalBytes } from "../external-storage.ts";
import { readLocalHeap } from "../group/local-heap.ts";
import { DEFAULT_MAX_LINKED_FILES, type Hdf5Options } from "../options.ts";
import { locateDatasets, type ReadOptions, readDatasets } from "../read.ts";
import { readVirtual } from "../virtual/read-virtual.ts";
import { inFile } from "./foreign-references.ts";
import type { Hdf5File } from "./hdf5-file.ts";
import type { LinkedFiles } from "./linked-files.ts";
import { locateObject } from "./locate-object.ts";

/** An array that can be read, and the file it lies in. */
export interface LocatedArray {
  readonly file: Hdf5File;
  readonly dataset: Dataset | VirtualDataset | ExternalDataset;
}

export interface ArrayRequest {
  readonly array: LocatedArray;
  readonly selection: Selection;
}

/** Virtual datasets that are made of virtual datasets, at most so deep. */
const MAX_VIRTUAL_DEPTH = 8;

/** Reads of virtual datasets that one call may lead to: some made of many, each made of many, are no end of work. */
const MAX_VIRTUAL_READS = 10_000;

/** On the way through virtual datasets. */
interface Descent {
  /** Identities of the virtual datasets above. */
  readonly above: readonly string[];
  readonly budget: { left: number };
}

/** Reads arrays of a file and of those that it leads to. */
export class ArrayReader {
  readonly #files: LinkedFiles;
  readonly #options: ReadOptions;
  readonly #maxSources: number;

  constructor(files: LinkedFiles, { codecs, maxResultBytes, maxChunkBytes, maxLinkedFiles }: Hdf5Options) {
    this.#files = files;
    this.#options = { codecs, maxResultBytes, maxChunkBytes };
    this.#maxSources = maxLinkedFiles ?? DEFAULT_MAX_LINKED_FILES;
  }

  /**
   * @param from - The file that the path counts from.
   * @returns null where there is nothing.
   * @throws QueryError where it is no array.
   */
  async find(path: string, options: CallOptions | undefined, from?: Hdf5File): Promise<LocatedArray | null> {
    const place = await locateObject(this.#files, path, "header", options, from);
    if (place === null) return null;
    const { file, address } = place;
    const object = await file.object(address, options);
    const source = file.bytes.id;
    if (object.kind !== "array")
      throw new QueryError(`${path} is a ${object.kind}; only arrays are read`, { source, path });
    const { layout, ...header } = object.dataset;
    const dataset = { ...header, path: normalizePath(path), objectId: file.objectId(address) };
    if (layout.kind === "virtual") return { file, dataset: { ...dataset, layout } };
    if (layout.kind === "external") return { file, dataset: { ...dataset, layout } };
    return { file, dataset: { ...dataset, layout } };
  }

  /** Values of arrays, those of one file planned together; each settles alone. */
  read(requests: readonly ArrayRequest[], options: CallOptions | undefined, descent?: Descent): Promise<NdArray>[] {
    const values: Promise<NdArray>[] = [];
    for (const [file, positions] of byFile(requests)) {
      const stored: { at: number; dataset: Dataset }[] = [];
      for (const at of positions) {
        const { dataset } = requests[at]!.array;
        if (isVirtual(dataset))
          values[at] = this.#readVirtual(file, dataset, requests[at]!.selection, options, descent);
        else if (isExternal(dataset)) values[at] = this.#readExternal(file, dataset, requests[at]!.selection, options);
        else stored.push({ at, dataset });
      }
      const asked = stored.map(({ at, dataset }) => ({ dataset, selection: requests[at]!.selection }));
      const reads = readDatasets(file.bytes, asked, this.#with(options));
      stored.forEach(({ at }, position) => {
        values[at] = file.tag === "" ? reads[position]! : reads[position]!.then((array) => inFile(file, array));
      });
    }
    for (const value of values) value.catch(() => undefined);
    return values;
  }

  /** Where stored bytes lie; those that lie in other files or datasets are not told. */
  async locate(requests: readonly ArrayRequest[], options: CallOptions | undefined): Promise<readonly Extent[]> {
    const extents: Extent[] = [];
    await Promise.all(
      byFile(requests).map(async ([file, positions]) => {
        const stored: { at: number; dataset: Dataset }[] = [];
        for (const at of positions) {
          const { dataset } = requests[at]!.array;
          if (isVirtual(dataset) || isExternal(dataset)) extents[at] = untold(dataset, requests[at]!.selection);
          else stored.push({ at, dataset });
        }
        const asked = stored.map(({ at, dataset }) => ({ dataset, selection: requests[at]!.selection }));
        const found = await locateDatasets(file.bytes, asked, this.#with(options));
        stored.forEach(({ at }, position) => {
          extents[at] = found[position]!;
        });
      }),
    );
    return extents;
  }

  #with(options: CallOptions | undefined): ReadOptions {
    return { ...this.#options, signal: options?.signal, priority: options?.priority };
  }

  /** As contiguous data, of a file whose addresses count through the external ones. */
  async #readExternal(
    file: Hdf5File,
    dataset: ExternalDataset,
    selection: Selection,
    options: CallOptions | undefined,
  ): Promise<NdArray> {
    const { heap, slots } = dataset.layout;
    const names = await readLocalHeap(file.bytes, heap, options);
    const open = slots.map(({ name, offset, length }) => {
      names.seek(name);
      return { source: this.#files.raw(file, names.terminatedString(), dataset.path), offset, length };
    });
    const size = Math.min(
      Number.MAX_SAFE_INTEGER,
      open.reduce((sum, { length }) => sum + length, 0),
    );
    const layout = { kind: "contiguous", address: 0, size } as const;
    const bytes = new ExternalBytes(file.bytes, open);
    const [values] = readDatasets(bytes, [{ dataset: { ...dataset, layout }, selection }], this.#with(options));
    return inFile(file, await values!);
  }

  async #readVirtual(
    file: Hdf5File,
    dataset: VirtualDataset,
    selection: Selection,
    options: CallOptions | undefined,
    { above, budget }: Descent = { above: [], budget: { left: MAX_VIRTUAL_READS } },
  ): Promise<NdArray> {
    const { path, objectId } = dataset;
    const source = file.bytes.id;
    if (above.length >= MAX_VIRTUAL_DEPTH || budget.left <= 0)
      throw new LimitError(`${path} is made of too many virtual datasets that are made of others`, {
        ...{
          source,
          path,
          limit: "virtual datasets",
          allowed: above.length >= MAX_VIRTUAL_DEPTH ? MAX_VIRTUAL_DEPTH : MAX_VIRTUAL_READS,
        },
      });
    budget.left--;
    const below = { above: [...above, objectId], budget };
    const sources = {
      find: async (name: string, wanted: string) => {
        const holder = name === "." ? file : await this.#files.file(file, name, path, options);
        const array = holder === null ? null : await this.find(wanted, options, holder);
        if (array !== null && below.above.includes(array.dataset.objectId))
          throw new FormatError(`${path} is a virtual dataset that is made of itself`, { source, path });
        return array;
      },
      read: (requests: readonly ArrayRequest[]) => this.read(requests, options, below),
    };
    const limits = { maxResultBytes: this.#options.maxResultBytes, maxSources: this.#maxSources };
    return readVirtual(file.bytes, dataset, selection, sources, limits, options);
  }
}

function isVirtual(dataset: LocatedArray["dataset"]): dataset is VirtualDataset {
  return dataset.layout.kind === "virtual";
}

function isExternal(dataset: LocatedArray["dataset"]): dataset is ExternalDataset {
  return dataset.layout.kind === "external";
}

function untold({ shape, datatype }: VirtualDataset | ExternalDataset, selection: Selection): Extent {
  const decodedBytes = elementCount(selectedShape(selection, shape ?? [0])) * dtypeBytes(datatypeToDType(datatype));
  return { offsets: new Float64Array(0), lengths: new Float64Array(0), decodedBytes, exact: false };
}

/** Positions of what lies in the same file, together. */
function byFile(requests: readonly ArrayRequest[]): [Hdf5File, number[]][] {
  const groups = new Map<Hdf5File, number[]>();
  requests.forEach(({ array: { file } }, at) => {
    const group = groups.get(file);
    if (group === undefined) groups.set(file, [at]);
    else group.push(at);
  });
  return [...groups];
}
