import { type Backend, type ByteSource, type Hierarchy, NotNwbError, type Source } from "@lazynwb/core";
import { Hdf5Hierarchy } from "./hierarchy/hdf5-hierarchy.ts";
import { openFile } from "./hierarchy/open-file.ts";
import type { Hdf5Options, OpenHdf5Options } from "./options.ts";

/**
 * Opens HDF5 files of any version through ranged reads.
 *
 * Where the source has a `store`, external links and virtual datasets reach the files in it.
 *
 * @remarks I/O of `open`: the head and the tail of the file in one round, one more only where the root group's header is in
 * neither. Answers null for a folder, and for bytes without an HDF5 signature.
 * @example
 * const file = await hdf5Backend().open({ id: "a.nwb", bytes: source })
 */
export function hdf5Backend(options: Hdf5Options = {}): Backend {
  return {
    name: "hdf5",
    async open(source, open) {
      if (source.bytes === undefined) return null;
      const file = await openFile(source.bytes, options, open);
      return file === null ? null : new Hdf5Hierarchy({ ...source, bytes: source.bytes }, file, options, open);
    },
  };
}

/**
 * Opens one HDF5 file.
 *
 * @param source - Where its bytes are; closed together with the hierarchy.
 * @throws NotNwbError where they are no HDF5 file; EmptyFileError, TruncatedFileError, FormatError where they are a broken one.
 * @remarks I/O: as `hdf5Backend`.
 * @example
 * const file = await openHdf5(source)
 * const [rates] = await Promise.all(file.read([{ path: "/units/firing_rate", selection: { rows: rowRanges([0, 10]) } }]))
 */
export async function openHdf5(source: ByteSource | Source, options: OpenHdf5Options = {}): Promise<Hierarchy> {
  const asSource: Source = "read" in source ? { id: source.id, bytes: source } : source;
  const hierarchy = await hdf5Backend(options).open(asSource, options);
  if (hierarchy !== null) return hierarchy;
  throw new NotNwbError(`${asSource.id} is no HDF5 file: it has no HDF5 signature`, { source: asSource.id });
}
