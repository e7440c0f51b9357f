import type { CallOptions, Extent, NdArray, Selection } from "@lazynwb/core";
import { NodeCache } from "./chunk-index/node-cache.ts";
import type { Dataset } from "./dataset.ts";
import { needsHeap } from "./datatype/datatype.ts";
import { DEFAULT_MAX_RESULT_BYTES } from "./datatype/decode.ts";
import type { FileBytes } from "./file-bytes.ts";
import type { Codec } from "./filter-pipeline/codec.ts";
import { checkFilters, codecRegistry } from "./filter-pipeline/pipeline.ts";
import { collectHeapObjects, NO_HEAP } from "./global-heap.ts";
import { DatasetRead } from "./layout/dataset-read.ts";
import { type DecodeTools, decodeChunks } from "./layout/decode-chunks.ts";
import { DecodeSlots } from "./layout/decode-slots.ts";
import { type Fetch, fetchAll } from "./layout/fetch-queue.ts";
import { extentOf, planRead, type ReadPlan, startResult } from "./layout/read-plan.ts";
import { walkTogether } from "./steps.ts";

/**
 * Decoded bytes of one compressed chunk by default. Writers that put a whole recording into one chunk make some hundred MB;
 * beyond that a few KB of file could take the memory of the machine. Units: bytes.
 */
export const DEFAULT_MAX_CHUNK_BYTES = 512 * 1024 * 1024;

export interface ReadOptions extends CallOptions {
  /** Codecs beside our own; one with the id of ours takes its place. */
  readonly codecs?: readonly Codec[] | undefined;
  /** A larger result is a LimitError before anything is allocated. Default `DEFAULT_MAX_RESULT_BYTES`. */
  readonly maxResultBytes?: number | undefined;
  /** A compressed chunk that decodes to more is a LimitError. Default `DEFAULT_MAX_CHUNK_BYTES`. */
  readonly maxChunkBytes?: number | undefined;
}

export interface DatasetRequest {
  readonly dataset: Dataset;
  readonly selection: Selection;
}

/** Parsed nodes of chunk indexes, kept as long as the file is. */
const nodeCaches = new WeakMap<FileBytes, NodeCache>();

function nodeCacheOf(file: FileBytes): NodeCache {
  const known = nodeCaches.get(file) ?? new NodeCache();
  nodeCaches.set(file, known);
  return known;
}

function planAll(
  file: FileBytes,
  requests: readonly DatasetRequest[],
  { maxResultBytes = DEFAULT_MAX_RESULT_BYTES, maxChunkBytes = DEFAULT_MAX_CHUNK_BYTES, ...options }: ReadOptions,
): Promise<PromiseSettledResult<ReadPlan>[]> {
  const cache = nodeCacheOf(file);
  const limits = { maxResultBytes, maxChunkBytes };
  return walkTogether(
    file,
    requests.map((request) => planRead(file, cache, request, limits)),
    options,
  );
}

/**
 * Where the bytes of selections lie. A later read of the same datasets finds their chunk indexes known.
 *
 * @remarks I/O: chunk indexes only, all datasets together, one round a level.
 */
export async function locateDatasets(
  file: FileBytes,
  requests: readonly DatasetRequest[],
  options: ReadOptions = {},
): Promise<readonly Extent[]> {
  const plans = await planAll(file, requests, { maxResultBytes: Number.POSITIVE_INFINITY, ...options });
  return plans.map((plan) => {
    if (plan.status === "rejected") throw plan.reason;
    return extentOf(file, plan.value);
  });
}

/**
 * Values of selections of several datasets, planned together; each settles alone.
 *
 * @returns one promise per request, in order. A rejection that nobody looks at does no harm.
 * @remarks I/O: the chunk indexes of all, then the data of all in one round up to 64 MiB, then the heap objects of all.
 * Copies: from the source's bytes, or from each decoded chunk, into the result.
 */
export function readDatasets(
  file: FileBytes,
  requests: readonly DatasetRequest[],
  options: ReadOptions = {},
): readonly Promise<NdArray>[] {
  const reads = requests.map(() => new DatasetRead());
  run(file, requests, reads, options).catch((reason: unknown) => {
    for (const read of reads) read.fail(reason);
  });
  return reads.map((read) => read.values);
}

async function run(
  file: FileBytes,
  requests: readonly DatasetRequest[],
  reads: readonly DatasetRead[],
  options: ReadOptions,
): Promise<void> {
  const plans = await planAll(file, requests, options);
  const tools: DecodeTools = { codecs: codecRegistry(options.codecs), slots: new DecodeSlots(), options };
  const fetches: Fetch[] = [];
  plans.forEach((settled, at) => {
    const read = reads[at]!;
    try {
      if (settled.status === "rejected") throw settled.reason;
      for (const fetch of begin(file, read, settled.value, tools)) fetches.push(fetch);
    } catch (reason) {
      read.fail(reason);
    }
  });
  const simple = reads.filter((read) => read.plan !== undefined && !needsHeap(read.plan.dataset.datatype));
  const pointing = reads.filter((read) => read.plan !== undefined && needsHeap(read.plan.dataset.datatype));
  for (const read of simple)
    read.stored.then(
      () => read.settle(NO_HEAP, options),
      () => {},
    );
  await Promise.all([fetchAll(file, fetches, options), settleTogether(file, pointing, options)]);
}

/** Allocates the result of a read and lists what is fetched for it. */
function begin(file: FileBytes, read: DatasetRead, plan: ReadPlan, tools: DecodeTools): Fetch[] {
  const { dataset, raw, filtered } = plan;
  for (const { chunks } of filtered)
    for (const { filterMask, where } of chunks) checkFilters(dataset.filters, filterMask, tools.codecs, where);
  const fetches = raw.addresses.map((address, at): Fetch => {
    const use = (bytes: Uint8Array) => raw.place(at, bytes, read.target);
    return { address, length: raw.lengths[at]!, owner: read, use };
  });
  for (const fetch of filtered) {
    const use = (bytes: Uint8Array) => decodeChunks(read, plan, fetch, bytes, tools);
    fetches.push({ address: fetch.address, length: fetch.length, owner: read, use });
  }
  const outside = fetches.find(({ address, length }) => address + length > (file.size ?? Number.POSITIVE_INFINITY));
  if (outside !== undefined) {
    // Nothing is allocated for it; the file itself says what is wrong when it is asked.
    read.begin(plan, new Uint8Array(0), 1);
    return [outside];
  }
  read.begin(plan, startResult(file, plan), fetches.length);
  return fetches;
}

/** Reads that point into the global heap: their objects are fetched in one batch for all of them. */
async function settleTogether(file: FileBytes, reads: readonly DatasetRead[], options: ReadOptions): Promise<void> {
  if (reads.length === 0) return;
  await Promise.allSettled(reads.map((read) => read.stored));
  const left = reads.filter((read) => !read.failed);
  const parts = left.map((read) => ({ datatype: read.plan!.dataset.datatype, bytes: read.target }));
  const heap = await collectHeapObjects(file, parts, options);
  for (const read of left) read.settle(heap, options);
}
