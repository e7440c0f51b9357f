import { type CallOptions, throwIfAborted } from "@lazynwb/core";
import { type CodecRegistry, decodeChunk } from "../filter-pipeline/pipeline.ts";
import { nextTurn } from "../windows/next-turn.ts";
import type { ChunkFetch, FilteredChunkPlan } from "./chunk-fetches.ts";
import { copyRuns } from "./copy-runs.ts";
import type { DatasetRead } from "./dataset-read.ts";
import type { DecodeSlots } from "./decode-slots.ts";
import type { ReadPlan } from "./read-plan.ts";
import { forEachRun } from "./runs.ts";

/** Chunks decoded at once, before others get their turn: 5 ms of work or so. Units: bytes. */
const BYTES_PER_TURN = 1024 * 1024;

/** What decoding is done with, the same for all datasets of a call. */
export interface DecodeTools {
  readonly codecs: CodecRegistry;
  readonly slots: DecodeSlots;
  readonly options: CallOptions;
}

/** Decodes the chunks of a fetch side by side, each straight into the result. Failures go to `read`. */
export async function decodeChunks(
  read: DatasetRead,
  plan: ReadPlan,
  fetch: ChunkFetch,
  bytes: Uint8Array,
  tools: DecodeTools,
): Promise<void> {
  const running: Promise<void>[] = [];
  let sinceTurn = 0;
  for (const chunk of fetch.chunks) {
    if (sinceTurn > BYTES_PER_TURN) {
      await new Promise<void>(nextTurn);
      sinceTurn = 0;
    }
    const slot = tools.slots.take(plan.chunkBytes);
    if (slot !== undefined) await slot;
    const start = chunk.address - fetch.address;
    const decoding = decodeInto(read, plan, chunk, bytes.subarray(start, start + chunk.storedBytes), tools);
    if (decoding === undefined) {
      tools.slots.give(plan.chunkBytes);
      sinceTurn += plan.chunkBytes;
    } else running.push(decoding.finally(() => tools.slots.give(plan.chunkBytes)));
    if (read.failed) break;
  }
  await Promise.all(running);
}

/** @returns a promise only where a codec works elsewhere; it never rejects. */
function decodeInto(
  read: DatasetRead,
  plan: ReadPlan,
  chunk: FilteredChunkPlan,
  stored: Uint8Array,
  { codecs, options }: DecodeTools,
): Promise<void> | undefined {
  const { chunkBytes } = plan;
  const { filters } = plan.dataset;
  const { filterMask, where } = chunk;
  const place = (decoded: Uint8Array) => {
    if (!read.failed) placeChunk(plan, chunk, decoded, read.target);
  };
  try {
    throwIfAborted(options);
    const decoded = decodeChunk(stored, { filters, filterMask, chunkBytes, where }, codecs);
    if (decoded instanceof Promise) return decoded.then(place).catch((reason: unknown) => read.fail(reason));
    place(decoded);
  } catch (reason) {
    read.fail(reason);
  }
  return undefined;
}

function placeChunk(plan: ReadPlan, { block }: FilteredChunkPlan, source: Uint8Array, target: Uint8Array): void {
  const { axes, dataset } = plan;
  forEachRun(axes, block, dataset.datatype.size, (sourceOffset, sourceStride, targetOffset, targetStride, run, count) =>
    copyRuns({ source, sourceOffset, sourceStride, target, targetOffset, targetStride, run, count }),
  );
}
