import type { ByteSource } from "@lazynwb/core";
import { throwIfAborted } from "@lazynwb/core";
import { checkRange, locateRange } from "./byte-range.ts";

/** Bytes in memory. Windows are views of `bytes`, which must not change. */
export function memorySource(bytes: Uint8Array | ArrayBuffer, options: { readonly id?: string } = {}): ByteSource {
  const view = bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
  const id = options.id ?? "memory";
  return {
    id,
    // Nothing is gained by reading memory in larger pieces.
    hints: { maxGapBytes: 0, maxRequestBytes: Number.MAX_SAFE_INTEGER },
    async read(range, call) {
      throwIfAborted(call);
      checkRange(range, id);
      const { offset, length } = locateRange(range, view.length);
      return { bytes: view.subarray(offset, offset + length), offset, size: view.length };
    },
  };
}
