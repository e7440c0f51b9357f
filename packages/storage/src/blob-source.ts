import { type ByteSource, ShortReadError, SourceChangedError, throwIfAborted } from "@lazynwb/core";
import { leavable } from "./abort.ts";
import { checkRange, checkWindowLength, locateRange } from "./byte-range.ts";

/** What a File has that a Blob has not. */
interface NamedBlob {
  readonly name?: string;
  readonly lastModified?: number;
}

/**
 * A Blob, or a File that was dropped or chosen in a browser.
 *
 * @param options.id - the File's name where it is left out, "blob" where it has none.
 */
export function blobSource(blob: Blob, options: { readonly id?: string } = {}): ByteSource {
  const { name, lastModified } = blob as NamedBlob;
  const id = options.id ?? (name || "blob");
  return {
    id,
    async read(range, call) {
      throwIfAborted(call);
      checkRange(range, id);
      const { offset, length } = locateRange(range, blob.size);
      checkWindowLength(length, id);
      const about = { offset, size: blob.size, ...(lastModified !== undefined && { lastModified }) };
      if (length === 0) return { bytes: new Uint8Array(0), ...about };
      const buffer = await leavable(readSlice(blob.slice(offset, offset + length), id), call?.signal);
      if (buffer.byteLength !== length)
        throw new ShortReadError(`${id} gave ${buffer.byteLength} of ${length} bytes from ${offset}`, {
          source: id,
          expected: length,
          found: buffer.byteLength,
        });
      return { bytes: new Uint8Array(buffer), ...about };
    },
  };
}

async function readSlice(slice: Blob, id: string): Promise<ArrayBuffer> {
  try {
    return await slice.arrayBuffer();
  } catch (cause) {
    // A browser revokes the slices of a file that was changed or deleted since it was chosen.
    throw new SourceChangedError(`${id} can no longer be read: it was changed or deleted since it was chosen`, {
      source: id,
      cause,
    });
  }
}
