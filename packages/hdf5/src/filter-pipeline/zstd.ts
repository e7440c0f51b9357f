import { type CodecContext, corruptChunk } from "./codec.ts";
import { decodeZstdFrame } from "./zstd-frame.ts";

/** Filter 32015: one Zstandard frame. */
export function decodeZstd(bytes: Uint8Array, context: CodecContext): Uint8Array | Promise<Uint8Array> {
  const fail = (cause: unknown): never => {
    throw corruptChunk(context.where, "zstd", cause instanceof Error ? cause.message : "the frame is broken", {
      cause,
    });
  };
  try {
    const result = decodeZstdFrame(bytes, context.outputBytes, context.maxOutputBytes);
    return result instanceof Promise ? result.catch(fail) : result;
  } catch (cause) {
    return fail(cause);
  }
}
