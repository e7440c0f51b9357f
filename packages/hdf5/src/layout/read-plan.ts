import { dtypeBytes, type Extent, elementCount, FormatError, LimitError, type Selection } from "@lazynwb/core";
import { gridStrides, WantedChunks } from "../chunk-index/chunk-grid.ts";
import { readChunkIndex } from "../chunk-index/chunk-index.ts";
import type { NodeCache } from "../chunk-index/node-cache.ts";
import type { ChunkedLayout, ChunkTable, Dataset } from "../dataset.ts";
import { needsHeap } from "../datatype/datatype.ts";
import { datatypeToDType } from "../datatype/to-dtype.ts";
import type { FileBytes } from "../file-bytes.ts";
import type { Steps } from "../steps.ts";
import { type ChunkFetch, planChunks } from "./chunk-fetches.ts";
import { copyRuns } from "./copy-runs.ts";
import { FetchPlan } from "./fetch-plan.ts";
import { forEachRun } from "./runs.ts";
import { chunkIntervals, type SelectedAxes, selectAxes } from "./selected-axes.ts";

/** What reading one selection of one dataset takes, all of it checked against the file and the limits. */
export interface ReadPlan {
  readonly dataset: Dataset;
  readonly axes: SelectedAxes;
  /** Bytes of the selected elements as stored. */
  readonly resultBytes: number;
  /** Runs that are copied as they are. */
  readonly raw: FetchPlan;
  /** Chunks that are decoded first. */
  readonly filtered: readonly ChunkFetch[];
  /** Bytes of a decoded chunk; 0 where there are none. */
  readonly chunkBytes: number;
  /** Whether elements may be absent, so that the result starts as fill values. */
  readonly fills: boolean;
}

export interface PlanLimits {
  readonly maxResultBytes: number;
  readonly maxChunkBytes: number;
}

/**
 * Plans a read; goes through the chunk index where there is one.
 *
 * @throws QueryError for a selection that does not fit, LimitError for results or chunks that are too large, FormatError for
 * layouts that contradict themselves or leave the file.
 */
export function* planRead(
  file: FileBytes,
  cache: NodeCache,
  { dataset, selection }: { readonly dataset: Dataset; readonly selection: Selection },
  limits: PlanLimits,
): Steps<ReadPlan> {
  const { layout, datatype } = dataset;
  const axes = selectAxes(selection, dataset.shape ?? [0]);
  const elements = elementCount(axes.resultShape);
  const resultBytes = elements * datatype.size;
  checkResult(file, dataset, Math.max(resultBytes, elements * dtypeBytes(datatypeToDType(datatype))), limits);
  const plan = { dataset, axes, resultBytes, raw: new FetchPlan(), filtered: [], chunkBytes: 0, fills: false };
  if (elements === 0 || layout.kind === "compact") return plan;
  if (layout.kind === "contiguous") {
    if (layout.address === null) return { ...plan, fills: true };
    planContiguous(file, dataset, axes, layout.address, layout.size, plan.raw);
    return plan;
  }
  const chunkBytes = checkChunkShape(file, dataset, layout, axes);
  const intervals = chunkIntervals(axes, layout.chunkShape);
  const counts = layout.chunkShape.map((length, axis) => Math.ceil(axes.shape[axis]! / length));
  checkGrid(file, dataset, counts);
  const wanted = new WantedChunks(counts, intervals);
  const { objectId, path, filters } = dataset;
  const shape = axes.shape;
  const maxShape = shape.map((length, axis) => Math.max(length, dataset.maxShape?.[axis] ?? length));
  const filtered = filters.length > 0;
  const { chunkShape } = layout;
  const table: ChunkTable = yield* readChunkIndex(layout.index, {
    ...{ file, path, objectId, shape, maxShape, chunkShape, intervals, wanted, chunkBytes, filtered, cache },
  });
  const { maxChunkBytes } = limits;
  const fetches = planChunks({ file, dataset, layout, axes, chunkBytes, maxChunkBytes }, table, plan.raw);
  return { ...plan, filtered: fetches, chunkBytes, fills: table.numbers.length < wanted.count };
}

function checkResult(file: FileBytes, { path }: Dataset, bytes: number, { maxResultBytes }: PlanLimits): void {
  if (bytes <= maxResultBytes) return;
  throw new LimitError(
    `${path}: the selection has ${bytes} bytes; maxResultBytes allows ${maxResultBytes}; read it in parts`,
    {
      source: file.id,
      path,
      limit: "maxResultBytes",
      wanted: bytes,
      allowed: maxResultBytes,
    },
  );
}

function planContiguous(
  file: FileBytes,
  dataset: Dataset,
  axes: SelectedAxes,
  address: number,
  size: number,
  raw: FetchPlan,
): void {
  const { path, datatype } = dataset;
  const whole = { origin: axes.shape.map(() => 0), shape: axes.shape };
  let end = 0;
  forEachRun(axes, whole, datatype.size, (source, sourceStride, target, targetStride, run, count) => {
    end = Math.max(end, source + sourceStride * (count - 1) + run);
    raw.add(address + source, sourceStride, target, targetStride, run, count);
  });
  if (end > size || !Number.isSafeInteger(address + end))
    throw new FormatError(`${path}: the selection ends at byte ${end} of data that has ${size}`, {
      source: file.id,
      path,
      offset: file.baseAddress + address,
      expected: `at least ${end} bytes`,
      found: `${size} bytes`,
    });
}

/** @returns bytes of a chunk. */
function checkChunkShape(
  file: FileBytes,
  { path, datatype }: Dataset,
  layout: ChunkedLayout,
  axes: SelectedAxes,
): number {
  const { chunkShape } = layout;
  const chunkBytes = elementCount(chunkShape) * datatype.size;
  const fits = chunkShape.length === axes.shape.length && chunkShape.every((length) => length >= 1);
  if (!fits || !Number.isSafeInteger(chunkBytes))
    throw new FormatError(
      `${path}: chunks of [${chunkShape.join(", ")}] cannot divide an array of [${axes.shape.join(", ")}]`,
      {
        source: file.id,
        path,
        expected: `${axes.shape.length} lengths above 0`,
        found: `[${chunkShape.join(", ")}]`,
      },
    );
  return chunkBytes;
}

function checkGrid(file: FileBytes, { path }: Dataset, counts: readonly number[]): void {
  const chunks = gridStrides(counts)[0]! * counts[0]!;
  if (Number.isSafeInteger(chunks)) return;
  throw new LimitError(`${path}: its shape makes more chunks than can be counted`, {
    source: file.id,
    path,
    limit: "chunks of a dataset",
    wanted: chunks,
    allowed: Number.MAX_SAFE_INTEGER,
  });
}

/** The result before anything is fetched: fill values where elements may be absent, the data of a compact dataset. */
export function startResult(file: FileBytes, plan: ReadPlan): Uint8Array {
  const { dataset, axes } = plan;
  const { path, layout, datatype, fillValue } = dataset;
  const target = new Uint8Array(plan.resultBytes);
  if (plan.fills && fillValue !== null) {
    if (fillValue.length !== datatype.size)
      throw new FormatError(`${path}: the fill value has another size than an element`, {
        source: file.id,
        path,
        expected: `${datatype.size} bytes`,
        found: `${fillValue.length} bytes`,
      });
    repeat(fillValue, target);
  }
  if (layout.kind !== "compact" || target.length === 0) return target;
  const { bytes } = layout;
  const whole = { origin: axes.shape.map(() => 0), shape: axes.shape };
  forEachRun(axes, whole, datatype.size, (sourceOffset, sourceStride, targetOffset, targetStride, run, count) => {
    const end = sourceOffset + sourceStride * (count - 1) + run;
    if (end > bytes.length)
      throw new FormatError(`${path}: the selection ends at byte ${end} of data that has ${bytes.length}`, {
        source: file.id,
        path,
        expected: `at least ${end} bytes`,
        found: `${bytes.length} bytes`,
      });
    copyRuns({ source: bytes, sourceOffset, sourceStride, target, targetOffset, targetStride, run, count });
  });
  return target;
}

/** Fills an array with copies of an element, doubling what is there. */
function repeat(element: Uint8Array, target: Uint8Array): void {
  if (element.every((byte) => byte === 0)) return;
  target.set(element);
  for (let done = element.length; done < target.length; done *= 2) target.copyWithin(done, 0, done);
}

/** Where the bytes of a planned read lie. Offsets count from the beginning of the object, not of the HDF5 data in it. */
export function extentOf(file: FileBytes, plan: ReadPlan): Extent {
  const places = [
    ...plan.raw.addresses.map((address, at) => ({ address, length: plan.raw.lengths[at]! })),
    ...plan.filtered,
  ].sort((left, right) => left.address - right.address);
  const { datatype } = plan.dataset;
  return {
    offsets: Float64Array.from(places, ({ address }) => file.baseAddress + address),
    lengths: Float64Array.from(places, ({ length }) => length),
    decodedBytes: elementCount(plan.axes.resultShape) * dtypeBytes(datatypeToDType(datatype)),
    exact: !needsHeap(datatype),
  };
}
