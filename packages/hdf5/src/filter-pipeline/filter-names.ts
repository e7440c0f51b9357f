/** Names of registered filters, for messages about those that a pipeline has and we cannot undo. */
const FILTER_NAMES: ReadonlyMap<number, string> = new Map([
  [1, "deflate"],
  [2, "shuffle"],
  [3, "fletcher32"],
  [4, "szip"],
  [5, "nbit"],
  [6, "scaleoffset"],
  [305, "lzo"],
  [307, "bzip2"],
  [32000, "lzf"],
  [32001, "blosc"],
  [32004, "lz4"],
  [32008, "bitshuffle"],
  [32013, "zfp"],
  [32015, "zstd"],
  [32017, "sz"],
  [32018, "fcidecomp"],
  [32019, "jpeg"],
  [32022, "granular-bitround"],
  [32023, "bitgroom"],
  [32024, "sz3"],
  [32026, "blosc2"],
  [32028, "sperr"],
]);

/** What a filter is called: by the registry, else by the file. */
export function filterName(id: number, written = ""): string {
  return FILTER_NAMES.get(id) ?? (written === "" ? `filter ${id}` : written);
}
