import { inflate } from "#inflate";
import { type Codec, type CodecContext, corruptChunk } from "./codec.ts";

/** Filter 1: zlib streams. Inflating stops at the size that the chunk must have. */
export const deflate: Codec = {
  id: 1,
  name: "deflate",
  decode(bytes, context) {
    try {
      const result = inflate(bytes, context.outputBytes, context.maxOutputBytes);
      return result instanceof Uint8Array ? result : result.catch((cause: unknown) => fail(context, cause));
    } catch (cause) {
      return fail(context, cause);
    }
  },
};

function fail({ where, maxOutputBytes }: CodecContext, cause: unknown): never {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "ERR_BUFFER_TOO_LARGE")
    throw corruptChunk(where, "deflate", `it inflates to more than ${maxOutputBytes} bytes`, {
      expected: `at most ${maxOutputBytes} bytes`,
      cause,
    });
  throw corruptChunk(where, "deflate", cause instanceof Error ? cause.message : "the stream is broken", { cause });
}
