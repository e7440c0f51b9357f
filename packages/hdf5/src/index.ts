export { DEFAULT_MAX_RESULT_BYTES } from "./datatype/decode.ts";
export type { RegionReference } from "./datatype/region.ts";
export type { SpacedBlocks, StoredSelection } from "./datatype/stored-selection.ts";
export type { ChunkPlace, Codec, CodecContext } from "./filter-pipeline/codec.ts";
export { hdf5Backend, openHdf5 } from "./hdf5-backend.ts";
export {
  DEFAULT_CACHE_BYTES,
  DEFAULT_HEAD_BYTES,
  DEFAULT_MAX_GAP_BYTES,
  DEFAULT_MAX_LINKED_FILES,
  DEFAULT_MAX_REQUEST_BYTES,
  DEFAULT_MAX_STRUCTURE_BYTES,
  DEFAULT_OVER_READ_BYTES,
  DEFAULT_PARSED_BYTES,
  DEFAULT_TAIL_BYTES,
  type Hdf5Options,
  type OpenHdf5Options,
} from "./options.ts";
export { DEFAULT_MAX_CHUNK_BYTES } from "./read.ts";
