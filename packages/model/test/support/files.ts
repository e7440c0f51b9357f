import { basename } from "node:path";
import { type ByteSource, normalizePath } from "@lazynwb/core";
import { type MemoryHierarchy, memoryHierarchy, type Tree } from "@lazynwb/core/testing";
import { openHdf5 } from "@lazynwb/hdf5";
import { type NwbFile, type NwbTable, nwbFile } from "@lazynwb/model";
import { countingSource, mergedSource } from "@lazynwb/storage";
import { fileSource } from "@lazynwb/storage/node";
import { type Plain, plainRows } from "./plain-values.ts";

/** A file over a tree in memory, and the hierarchy that tells what it was asked for. */
export function memoryFile(tree: Tree, id = "memory.nwb"): NwbFile & { readonly hierarchy: MemoryHierarchy } {
  const hierarchy = memoryHierarchy(tree);
  return Object.assign(nwbFile({ id, open: async () => hierarchy }), { hierarchy });
}

/** An HDF5 file on disk, its id the name alone. */
export function diskFile(path: string): NwbFile {
  const source: ByteSource = countingSource(mergedSource(fileSource(path)));
  return nwbFile({ id: basename(path), open: () => openHdf5(source) });
}

/** All values of all columns of a table, by name. */
export async function readAll(table: NwbTable): Promise<Record<string, Plain[]>> {
  const arrays = await table.read(
    table.columns.map(({ name }) => name),
    "all",
  );
  return Object.fromEntries(table.columns.map(({ name, type }, at) => [name, plainRows(arrays[at]!, type)]));
}

export function leaf(path: string): string {
  return basename(normalizePath(path));
}
