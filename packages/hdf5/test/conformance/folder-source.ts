import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { type ByteRange, type ByteSource, type ByteStore, type Source, SourceNotFoundError } from "@lazynwb/core";

/** A file of a folder, read in ranges; its siblings are its store. */
export function folderSource(
  folder: string,
  name: string,
): Source & { readonly bytes: ByteSource; readonly store: ByteStore } {
  const store: ByteStore = { id: folder, open: (key) => fileBytes(folder, key) };
  return { id: join(folder, name), bytes: fileBytes(folder, name), store };
}

function fileBytes(folder: string, name: string): ByteSource {
  const id = join(folder, name);
  let handle: Promise<FileHandle> | undefined;
  return {
    id,
    async read(range: ByteRange) {
      handle ??= open(id).catch((cause: unknown) => {
        throw new SourceNotFoundError(`there is no file at ${id}`, { source: id, cause });
      });
      const file = await handle;
      const { size } = await file.stat();
      const offset = "suffix" in range ? Math.max(0, size - range.suffix) : range.offset;
      const wanted = "suffix" in range ? range.suffix : range.length;
      const bytes = new Uint8Array(Math.max(0, Math.min(wanted, size - offset)));
      let done = 0;
      while (done < bytes.length) {
        const { bytesRead } = await file.read(bytes, done, bytes.length - done, offset + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return { bytes, offset, size };
    },
    async close() {
      const file = await handle?.catch(() => undefined);
      handle = undefined;
      await file?.close();
    },
  };
}
