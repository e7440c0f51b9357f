import { UnsupportedError } from "@lazynwb/core";
import type { FilterMessage } from "../dataset.ts";
import { type ChunkPlace, type Codec, corruptChunk } from "./codec.ts";
import { deflate } from "./deflate.ts";
import { filterName } from "./filter-names.ts";
import { fletcher32 } from "./fletcher32.ts";
import { lazyCodec } from "./lazy-codec.ts";
import { lzf } from "./lzf.ts";
import { shuffle } from "./shuffle.ts";

/** The codecs that come with the reader. More are passed in; one of the same id takes the place of ours. */
const OWN_CODECS: readonly Codec[] = [
  deflate,
  shuffle,
  fletcher32,
  lzf,
  lazyCodec(5, "nbit", async () => (await import("./nbit.ts")).decodeNbit),
  lazyCodec(6, "scaleoffset", async () => (await import("./scaleoffset.ts")).decodeScaleoffset),
  lazyCodec(32001, "blosc", async () => (await import("./blosc.ts")).decodeBlosc),
  lazyCodec(32004, "lz4", async () => (await import("./lz4.ts")).decodeLz4),
  lazyCodec(32008, "bitshuffle", async () => (await import("./bitshuffle.ts")).decodeBitshuffle),
  lazyCodec(32015, "zstd", async () => (await import("./zstd.ts")).decodeZstd),
];

/** Codecs by the id of their filter. */
export type CodecRegistry = ReadonlyMap<number, Codec>;

export function codecRegistry(more: readonly Codec[] = []): CodecRegistry {
  return new Map([...OWN_CODECS, ...more].map((codec) => [codec.id, codec]));
}

/** Whether any filter was applied to a chunk with this mask. */
export function isFiltered(filters: readonly FilterMessage[], filterMask: number): boolean {
  return filters.some((_, at) => !isSkipped(filterMask, at));
}

function isSkipped(filterMask: number, at: number): boolean {
  return at < 32 && ((filterMask >>> at) & 1) === 1;
}

/** @throws UnsupportedError naming the first filter of a chunk that there is no codec for. */
export function checkFilters(
  filters: readonly FilterMessage[],
  filterMask: number,
  codecs: CodecRegistry,
  where: { readonly source: string; readonly path: string },
): void {
  const missing = filters.find(({ id }, at) => !isSkipped(filterMask, at) && !codecs.has(id));
  if (missing === undefined) return;
  const name = filterName(missing.id, missing.name);
  throw new UnsupportedError(
    `${where.path}: its data went through filter ${missing.id} (${name}), which we cannot undo`,
    {
      ...where,
      feature: `filter ${missing.id} (${name})`,
    },
  );
}

/** What one chunk needs to be decoded. */
export interface FilteredChunk {
  readonly filters: readonly FilterMessage[];
  readonly filterMask: number;
  /** Bytes of the chunk once decoded. */
  readonly chunkBytes: number;
  readonly where: ChunkPlace;
}

/**
 * What a compressor makes at most of bytes that it cannot make fewer. deflate adds this much, libhdf5 gives it no more room;
 * the others that work in blocks tell the length of each.
 */
function storedBound(filter: number, bytes: number): number {
  return Math.ceil(bytes * (filter === deflate.id ? 1.001 : 1.05)) + 64;
}

/**
 * Undoes the filters of a chunk, last one first.
 *
 * @returns exactly `chunkBytes` bytes.
 * @throws CorruptChunkError naming the filter.
 * @remarks What every stage must or may give is known before it starts, so no stage can be made to give more.
 */
export function decodeChunk(
  stored: Uint8Array,
  chunk: FilteredChunk,
  codecs: CodecRegistry,
): Uint8Array | Promise<Uint8Array> {
  const { filters, filterMask, where } = chunk;
  const stages: { codec: Codec; filter: FilterMessage; outputBytes: number | null; maxOutputBytes: number }[] = [];
  let outputBytes: number | null = chunk.chunkBytes;
  let maxOutputBytes = chunk.chunkBytes;
  filters.forEach((filter, at) => {
    const codec = codecs.get(filter.id);
    if (codec === undefined || isSkipped(filterMask, at)) return;
    stages.unshift({ codec, filter, outputBytes, maxOutputBytes });
    if (filter.id === fletcher32.id) {
      if (outputBytes !== null) outputBytes += 4;
      maxOutputBytes += 4;
    } else if (filter.id !== shuffle.id) {
      outputBytes = null;
      maxOutputBytes = storedBound(filter.id, maxOutputBytes);
    }
  });
  const finish = (bytes: Uint8Array): Uint8Array => {
    if (bytes.length !== chunk.chunkBytes)
      throw corruptChunk(where, stages.at(-1)?.codec.name ?? "pipeline", "the chunk has a wrong size", {
        expected: `${chunk.chunkBytes} bytes`,
        found: `${bytes.length} bytes`,
      });
    return bytes;
  };
  const run = (bytes: Uint8Array, at: number): Uint8Array | Promise<Uint8Array> => {
    for (let next = at; next < stages.length; next++) {
      const { codec, filter, outputBytes, maxOutputBytes } = stages[next]!;
      const result = codec.decode(bytes, { clientData: filter.clientData, outputBytes, maxOutputBytes, where });
      if (result instanceof Promise) return result.then((decoded) => run(checked(decoded, next), next + 1));
      bytes = checked(result, next);
    }
    return finish(bytes);
  };
  const checked = (bytes: Uint8Array, at: number): Uint8Array => {
    const { codec, outputBytes, maxOutputBytes } = stages[at]!;
    if (bytes.length <= maxOutputBytes && (outputBytes === null || bytes.length === outputBytes)) return bytes;
    throw corruptChunk(where, codec.name, "the result has a wrong size", {
      expected: `${outputBytes ?? `at most ${maxOutputBytes}`} bytes`,
      found: `${bytes.length} bytes`,
    });
  };
  return run(stored, 0);
}
