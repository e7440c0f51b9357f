import { type CodecContext, corruptChunk } from "./codec.ts";

/** What precedes the blocks that the lz4 and the bitshuffle filter write. Units: bytes. */
export interface BlockFrame {
  /** Of the whole, decoded. */
  readonly length: number;
  /** Of one block, decoded; the last has what is left. 0 where the writer let its default stand. */
  readonly blockBytes: number;
  readonly view: DataView;
}

/** Bytes of the total length, and of the length of a block; both are big-endian. */
export const FRAME_BYTES = 12;

/** Reads and checks the frame. The total must be what the chunk must have. */
export function parseBlockFrame(filter: string, bytes: Uint8Array, context: CodecContext): BlockFrame {
  const { where, outputBytes, maxOutputBytes } = context;
  if (bytes.length < FRAME_BYTES) throw corruptChunk(where, filter, `${bytes.length} bytes are too few for its header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = view.getUint32(0) * 2 ** 32 + view.getUint32(4);
  if (length > maxOutputBytes || (outputBytes !== null && length !== outputBytes))
    throw corruptChunk(where, filter, "its header is of another chunk size", {
      expected: `${outputBytes ?? `at most ${maxOutputBytes}`} bytes`,
      found: `${length} bytes`,
    });
  return { length, blockBytes: view.getUint32(8), view };
}

/**
 * The length of the stored block at `at`, which a big-endian number before it tells.
 *
 * @throws CorruptChunkError where the block would leave the chunk.
 */
export function storedBlockBytes(filter: string, { view }: BlockFrame, at: number, { where }: CodecContext): number {
  const left = view.byteLength - at - 4;
  const stored = left < 0 ? Number.POSITIVE_INFINITY : view.getUint32(at);
  if (stored > left) throw corruptChunk(where, filter, "it ends inside of a block");
  return stored;
}

/** @throws CorruptChunkError where the chunk does not end at `at`. */
export function checkFrameEnd(filter: string, { view }: BlockFrame, at: number, { where }: CodecContext): void {
  if (at !== view.byteLength)
    throw corruptChunk(
      where,
      filter,
      at < view.byteLength ? `${view.byteLength - at} bytes follow its last block` : "it ends too early",
    );
}
