import type { FilterMessage } from "../../src/dataset.ts";
import { ownCorpus } from "./corpus.ts";

/** A chunk as libhdf5 and its plugins stored it. */
export interface StoredChunk {
  readonly file: string;
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly filters: readonly FilterMessage[];
  readonly filterMask: number;
  readonly chunkBytes: number;
}

interface ChunkFacts {
  readonly chunks: readonly number[];
  readonly type: { readonly size: number };
  readonly filters: readonly { id: number; flags: number; cd: readonly number[]; name: string }[];
  readonly chunk_info: readonly { mask: number; addr: number; size: number }[];
}

/** The first chunks of the datasets of a file of the checkout that went through a filter. */
export function storedChunks(file: string, filter: number): readonly StoredChunk[] {
  const corpus = ownCorpus();
  const bytes = corpus.read(file);
  const objects = Object.entries(corpus.files[file]!.objects) as unknown as [string, ChunkFacts][];
  return objects.flatMap(([path, { chunks, type, filters, chunk_info }]) => {
    if (!filters?.some(({ id }) => id === filter)) return [];
    const chunkBytes = chunks.reduce((product, length) => product * length, type.size);
    const messages = filters.map(({ id, flags, cd, name }) => ({ id, flags, clientData: cd, name }));
    return chunk_info.map(({ mask, addr, size }) => ({
      file,
      path,
      bytes: bytes.subarray(addr, addr + size),
      filters: messages,
      filterMask: mask,
      chunkBytes,
    }));
  });
}
