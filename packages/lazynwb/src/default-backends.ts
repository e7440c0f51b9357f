import type { Backend } from "@lazynwb/core";

/**
 * The formats that lazynwb reads, those asked first coming first. Each is loaded when the first source is opened, so that a
 * page carries its reader only from then on.
 */
export function defaultBackends(): Backend[] {
  return [
    loadedOnce("hdf5", async () => (await import("@lazynwb/hdf5")).hdf5Backend()),
    loadedOnce("zarr", async () => (await import("@lazynwb/zarr")).zarrBackend()),
  ];
}

/** A backend whose code is fetched for its first source. A load that failed is tried again. */
function loadedOnce(name: string, load: () => Promise<Backend>): Backend {
  let loading: Promise<Backend> | undefined;
  return {
    name,
    async open(source, options) {
      loading ??= load().catch((error: unknown) => {
        loading = undefined;
        throw error;
      });
      return (await loading).open(source, options);
    },
  };
}
