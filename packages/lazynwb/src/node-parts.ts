import { nodeTransports } from "@lazynwb/storage/node";
import { defaultBackends } from "./default-backends.ts";
import type { SourceParts } from "./nwb-sources.ts";

/** The parts that Node reads with where none are given: paths and globs beside URLs, Blobs and bytes. */
export function nodeParts(parts: Partial<SourceParts> = {}): SourceParts {
  const { backends = defaultBackends(), storage = {} } = parts;
  if ("resolve" in storage) return { ...parts, backends, storage };
  return {
    ...parts,
    backends,
    storage: { ...storage, transports: [...(storage.transports ?? []), ...nodeTransports()] },
  };
}
