import type { Backend } from "@lazynwb/core";
import { readWhole } from "./chunk-store.ts";
import { parseConsolidatedMetadata } from "./consolidated-metadata.ts";
import { ZarrHierarchy } from "./zarr-hierarchy.ts";

/**
 * Opens consolidated Zarr v2 stores.
 *
 * @remarks I/O of `open`: one request, `.zmetadata`. Anything else, Zarr v3 included, is answered with null.
 * @example
 * const hierarchy = await zarrBackend().open({ id: "units.zarr", store });
 * await hierarchy?.list("/units");
 */
export function zarrBackend(): Backend {
  return {
    name: "zarr",
    async open(source, options) {
      // A file's store holds its siblings; only a source that is nothing but a folder is a Zarr store.
      if (source.store === undefined || source.bytes !== undefined) return null;
      const bytes = await readWhole(source.store, ".zmetadata", { signal: options?.signal, priority: 1 });
      if (bytes === undefined) return null;
      return new ZarrHierarchy(source.store, parseConsolidatedMetadata(new TextDecoder().decode(bytes), source.id));
    },
  };
}
