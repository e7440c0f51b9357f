/**
 * A byte source of your own: an object inside another one, such as a file stored without compression in a `.tar`.
 * `id` and `read` are all that is asked for; merging, caching, limits and counters come from `openSource`.
 */
import type { ByteSource, ByteWindow } from "@lazynwb/core";

/** The `size` bytes from `start` of `whole`, as an object of their own. */
export function memberSource(whole: ByteSource, name: string, start: number, size: number): ByteSource {
  return {
    id: `${whole.id}!/${name}`,
    async read(range, options): Promise<ByteWindow> {
      const from = "suffix" in range ? Math.max(0, size - range.suffix) : Math.min(range.offset, size);
      const length = "suffix" in range ? size - from : Math.min(range.length, size - from);
      if (length === 0) return { bytes: new Uint8Array(0), offset: from, size };
      const { bytes, etag } = await whole.read({ offset: start + from, length }, options);
      return { bytes, offset: from, size, etag };
    },
  };
}
