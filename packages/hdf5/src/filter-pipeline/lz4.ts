import { type CodecContext, corruptChunk } from "./codec.ts";
import { checkFrameEnd, FRAME_BYTES, parseBlockFrame, storedBlockBytes } from "./framed-blocks.ts";
import { decodeLz4Block } from "./lz4-block.ts";

/** Filter 32004: LZ4 blocks of one size. A block that did not become smaller is stored as it is. */
export function decodeLz4(bytes: Uint8Array, context: CodecContext): Uint8Array {
  const frame = parseBlockFrame("lz4", bytes, context);
  const { length, blockBytes } = frame;
  if (blockBytes === 0 && length > 0) throw corruptChunk(context.where, "lz4", "its blocks are empty");
  const result = new Uint8Array(length);
  let at = FRAME_BYTES;
  for (let to = 0; to < length; to += blockBytes) {
    const stop = Math.min(length, to + blockBytes);
    const stored = storedBlockBytes("lz4", frame, at, context);
    at += 4;
    if (stored === stop - to) result.set(bytes.subarray(at, at + stored), to);
    else if (!decodeLz4Block(bytes, at, at + stored, result, to, stop))
      throw corruptChunk(context.where, "lz4", "a block is broken");
    at += stored;
  }
  checkFrameEnd("lz4", frame, at, context);
  return result;
}
