import type { Backend } from "@lazynwb/core";
import { hdf5Backend } from "@lazynwb/hdf5";
import { zarrBackend } from "@lazynwb/zarr";

/** The formats that lazynwb reads, those asked first coming first. */
export function defaultBackends(): Backend[] {
  return [hdf5Backend(), zarrBackend()];
}
