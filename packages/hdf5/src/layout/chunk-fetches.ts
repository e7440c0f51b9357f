import { LimitError } from "@lazynwb/core";
import type { ChunkedLayout, ChunkTable, Dataset, FilterMessage } from "../dataset.ts";
import type { FileBytes } from "../file-bytes.ts";
import { type ChunkPlace, corruptChunk } from "../filter-pipeline/codec.ts";
import { isFiltered } from "../filter-pipeline/pipeline.ts";
import { DEFAULT_DATA_GAP_BYTES, type FetchPlan, MAX_FETCH_BYTES } from "./fetch-plan.ts";
import { type Block, forEachRun } from "./runs.ts";
import type { SelectedAxes } from "./selected-axes.ts";

/** A filtered chunk that holds wanted elements. */
export interface FilteredChunkPlan {
  readonly block: Block;
  /** Relative to the base address. */
  readonly address: number;
  readonly storedBytes: number;
  readonly filterMask: number;
  readonly where: ChunkPlace;
}

/** Filtered chunks that lie together in the file. */
export interface ChunkFetch {
  readonly address: number;
  readonly length: number;
  readonly chunks: readonly FilteredChunkPlan[];
}

/** What the chunks of a dataset are, beside where they lie. */
export interface ChunkFacts {
  readonly file: FileBytes;
  readonly dataset: Dataset;
  readonly layout: ChunkedLayout;
  readonly axes: SelectedAxes;
  readonly chunkBytes: number;
  /** Decoded bytes of one filtered chunk are refused beyond this. */
  readonly maxChunkBytes: number;
}

/**
 * What to fetch of stored chunks: of unfiltered ones only the wanted runs of bytes, of filtered ones the whole, those that
 * are neighbours in the file together.
 *
 * @param raw - Gets the runs of unfiltered chunks.
 * @returns the fetches of filtered chunks.
 * @throws CorruptChunkError, TruncatedFileError, LimitError for chunks that cannot be as they claim.
 */
export function planChunks(facts: ChunkFacts, table: ChunkTable, raw: FetchPlan): ChunkFetch[] {
  const { dataset, axes } = facts;
  const elementBytes = dataset.datatype.size;
  const order = Uint32Array.from(table.addresses.keys()).sort(
    (left, right) => table.addresses[left]! - table.addresses[right]!,
  );
  const counts = facts.layout.chunkShape.map((length, axis) => Math.ceil(axes.shape[axis]! / length));
  const filtered: FilteredChunkPlan[] = [];
  for (const at of order) {
    const block = blockOf(facts.layout, counts, table.numbers[at]!);
    const address = table.addresses[at]!;
    const storedBytes = table.storedBytes[at]!;
    const filters = filtersOf(facts, block);
    const filterMask = table.filterMasks[at]!;
    const where = { source: facts.file.id, path: dataset.path, offset: facts.file.baseAddress + address };
    checkStored(facts, isFiltered(filters, filterMask), address, storedBytes, where);
    if (!isFiltered(filters, filterMask))
      forEachRun(axes, block, elementBytes, (source, sourceStride, target, targetStride, run, count) =>
        raw.add(address + source, sourceStride, target, targetStride, run, count),
      );
    else if (holdsAny(axes, block, elementBytes)) filtered.push({ block, address, storedBytes, filterMask, where });
  }
  return joinNeighbours(filtered);
}

function blockOf({ chunkShape }: ChunkedLayout, counts: readonly number[], number: number): Block {
  const origin = chunkShape.map(() => 0);
  for (let axis = counts.length - 1, rest = number; axis >= 0; axis--) {
    origin[axis] = (rest % counts[axis]!) * chunkShape[axis]!;
    rest = Math.floor(rest / counts[axis]!);
  }
  return { origin, shape: chunkShape };
}

/** Chunks that the shape cuts may have been stored as they are. */
function filtersOf({ dataset, layout, axes }: ChunkFacts, block: Block): readonly FilterMessage[] {
  if (!layout.partialEdgeChunksUnfiltered) return dataset.filters;
  const isCut = block.shape.some((length, axis) => block.origin[axis]! + length > axes.shape[axis]!);
  return isCut ? [] : dataset.filters;
}

function holdsAny(axes: SelectedAxes, block: Block, elementBytes: number): boolean {
  let any = false;
  forEachRun(axes, block, elementBytes, () => {
    any = true;
  });
  return any;
}

function checkStored(
  { dataset, chunkBytes, maxChunkBytes }: ChunkFacts,
  filtered: boolean,
  address: number,
  storedBytes: number,
  where: ChunkPlace,
): void {
  if (filtered && chunkBytes > maxChunkBytes)
    throw new LimitError(
      `${dataset.path}: one chunk decodes to ${chunkBytes} bytes; maxChunkBytes allows ${maxChunkBytes}`,
      { ...where, limit: "maxChunkBytes", wanted: chunkBytes, allowed: maxChunkBytes },
    );
  // No compressor makes a chunk twice as large: such a size is a lie, and is not fetched.
  const isPossible = filtered ? storedBytes <= 2 * chunkBytes + 65_536 : storedBytes >= chunkBytes;
  if (!isPossible || !Number.isSafeInteger(address + storedBytes))
    throw corruptChunk(where, filtered ? "pipeline" : "no filter", "its stored size is impossible", {
      expected: filtered ? `at most twice its ${chunkBytes} bytes` : `${chunkBytes} bytes`,
      found: `${storedBytes} bytes`,
    });
}

/** Chunks come in the order of their addresses. Those close to each other become one fetch. */
function joinNeighbours(chunks: readonly FilteredChunkPlan[]): ChunkFetch[] {
  const fetches: ChunkFetch[] = [];
  let group: FilteredChunkPlan[] = [];
  let end = 0;
  const close = () => {
    const first = group[0];
    if (first !== undefined) fetches.push({ address: first.address, length: end - first.address, chunks: group });
    group = [];
  };
  for (const chunk of chunks) {
    const stop = chunk.address + chunk.storedBytes;
    const joined = group.length === 0 ? 0 : Math.max(end, stop) - group[0]!.address;
    if (group.length === 0 || chunk.address - end > DEFAULT_DATA_GAP_BYTES || joined > MAX_FETCH_BYTES) {
      close();
      end = stop;
    }
    group.push(chunk);
    end = Math.max(end, stop);
  }
  close();
  return fetches;
}
