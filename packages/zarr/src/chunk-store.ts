import { type ByteStore, type CallOptions, CorruptChunkError, isLazyNwbError } from "@lazynwb/core";
import type { ConsolidatedMetadata } from "./consolidated-metadata.ts";

/** More than any chunk that fits one typed array; a read of this length from 0 takes the whole object. Bytes. */
const WHOLE_OBJECT = 2 ** 31 - 1;

/** What zarrita reads from: documents out of the consolidated metadata, chunks out of our own byte store and its limits. */
export interface ChunkStore {
  get(key: `/${string}`, options?: { signal?: AbortSignal }): Promise<Uint8Array | undefined>;
}

/**
 * A store for the time of one read: a chunk that several row ranges need is fetched once.
 *
 * The bytes are copies with a buffer of their own, because zarrita's text decoder looks at the buffer behind a view.
 */
export function chunkStore(
  store: ByteStore,
  metadata: ConsolidatedMetadata,
  options: CallOptions | undefined,
): ChunkStore {
  const fetched = new Map<string, Promise<Uint8Array | undefined>>();
  const encoder = new TextEncoder();
  return {
    get(key) {
      const document = metadata.documents.get(key);
      if (document !== undefined) return Promise.resolve(encoder.encode(JSON.stringify(document)));
      if (key.slice(key.lastIndexOf("/") + 1).startsWith(".")) return Promise.resolve(undefined);
      let chunk = fetched.get(key);
      if (chunk === undefined) {
        chunk = readWhole(store, key.slice(1), options);
        fetched.set(key, chunk);
      }
      return chunk;
    },
  };
}

/** The bytes of an object, or undefined where the store has none under that key: Zarr reads an absent chunk as fill. */
export async function readWhole(
  store: ByteStore,
  key: string,
  options: CallOptions | undefined,
): Promise<Uint8Array | undefined> {
  try {
    const { bytes } = await store.open(key).read({ offset: 0, length: WHOLE_OBJECT }, options);
    return bytes.slice();
  } catch (error) {
    if (isLazyNwbError(error, "SOURCE_NOT_FOUND")) return undefined;
    throw error;
  }
}

/**
 * Holds a blosc chunk to the sizes in its own header: the decoder itself gives values for truncated and for junk bytes.
 *
 * @remarks Source: Blosc 1 chunk format, bytes 4-7 decoded size, 12-15 stored size, little-endian.
 */
export function checkBlosc(bytes: Uint8Array, decodedBytes: number, details: { source: string; path: string }): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stored = bytes.length < 16 ? -1 : view.getUint32(12, true);
  const decoded = bytes.length < 16 ? -1 : view.getUint32(4, true);
  if (stored !== bytes.length || decoded !== decodedBytes) {
    throw new CorruptChunkError(
      `a chunk of ${details.path} is damaged: blosc says ${decoded} bytes in ${stored}, there should be ${decodedBytes} in ${bytes.length}`,
      { ...details, filter: "blosc" },
    );
  }
}
