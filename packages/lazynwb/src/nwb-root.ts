import { type CallOptions, type Hierarchy, isLazyNwbError, NotNwbError } from "@lazynwb/core";
import type { NwbFile } from "@lazynwb/model";

const FORMAT_NAMES: Readonly<Record<string, string>> = {
  hdf5: "an HDF5 file",
  zarr2: "a Zarr store",
  zarr3: "a Zarr store",
};

/**
 * Throws where a file is of a known format but nothing at its root says that it is NWB.
 *
 * @remarks I/O: the root's header, which opening the file brought along.
 */
async function checkRoot(hierarchy: Hierarchy, source: string, options: CallOptions, cause?: unknown): Promise<void> {
  const [root] = await hierarchy.describe(["/"], options);
  const attributes = root?.attributes ?? {};
  if ("nwb_version" in attributes || "neurodata_type" in attributes) return;
  const format = FORMAT_NAMES[hierarchy.format] ?? `a file of the format ${hierarchy.format}`;
  throw new NotNwbError(`${source} is ${format} but not NWB: its root has no nwb_version and no neurodata_type`, {
    source,
    cause,
  });
}

/** A file whose every use fails where it is not NWB, at no cost beside the work itself. */
export function onlyNwb(file: NwbFile): NwbFile {
  return {
    id: file.id,
    use: (work, options = {}) =>
      file.use(async (hierarchy) => {
        const working = work(hierarchy);
        working.catch(() => undefined);
        await checkRoot(hierarchy, file.id, options);
        return working;
      }, options),
    counters: () => file.counters(),
    close: () => file.close(),
  };
}

/**
 * What to tell of a table that was not found: that the file is not NWB where it is not, else the error there was.
 */
export async function whyNotFound(file: NwbFile, error: unknown, options: CallOptions): Promise<unknown> {
  try {
    await file.use((hierarchy) => checkRoot(hierarchy, file.id, options, error), options);
  } catch (found) {
    options.signal?.throwIfAborted();
    if (isLazyNwbError(found, "NOT_NWB")) return found;
  }
  return error;
}

/** Throws where a file is damaged at its root, or is not NWB. A file in which nothing was found may be either, or just empty. */
export async function checkNwb(file: NwbFile, options: CallOptions): Promise<void> {
  await file.use(async (hierarchy) => {
    await Promise.all([hierarchy.list("/", options), checkRoot(hierarchy, file.id, options)]);
  }, options);
}
