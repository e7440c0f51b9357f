import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ByteStore } from "@lazynwb/core";
import { SourceNotFoundError } from "@lazynwb/core";

/** A store over all files below a folder, held in memory, that keeps a list of what was read and can be damaged. */
export function folderStore(
  folder: string,
): ByteStore & { readonly objects: Map<string, Uint8Array>; readonly reads: string[] } {
  const objects = new Map<string, Uint8Array>();
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    const file = join(folder, name);
    if (statSync(file).isFile()) objects.set(name.replaceAll("\\", "/"), readFileSync(file));
  }
  const reads: string[] = [];
  return {
    id: folder,
    objects,
    reads,
    open: (key) => ({
      id: `${folder}/${key}`,
      async read(range, options) {
        options?.signal?.throwIfAborted();
        reads.push(key);
        const bytes = objects.get(key);
        if (bytes === undefined) throw new SourceNotFoundError(`there is no ${key}`, { source: folder });
        const offset =
          "suffix" in range ? Math.max(0, bytes.length - range.suffix) : Math.min(range.offset, bytes.length);
        const stop = "suffix" in range ? bytes.length : Math.min(bytes.length, offset + range.length);
        return { bytes: bytes.subarray(offset, stop), offset, size: bytes.length };
      },
    }),
  };
}
