import { basename } from "node:path";
import { openHdf5 } from "@lazynwb/hdf5";
import { type NwbFile, nwbFile } from "@lazynwb/model";
import { countingSource, mergedSource } from "@lazynwb/storage";
import { fileSource } from "@lazynwb/storage/node";

/** HDF5 files on disk, their ids the names alone; reads are merged as from far away, and counted. */
export function diskFiles(paths: readonly string[], maxGapBytes = 65_536): NwbFile[] {
  return paths.map((path) => {
    const source = countingSource(mergedSource(fileSource(path), { maxGapBytes }));
    return nwbFile({ id: basename(path), open: () => openHdf5(source), counters: () => source.counters() });
  });
}
