import type { Datatype } from "./datatype/datatype.ts";
import type { ExternalLayout } from "./external-storage.ts";

/** What the object header of a dataset says about its values. */
export interface Dataset {
  /** For messages. */
  readonly path: string;
  /** The identity that references and links of the file know it by. */
  readonly objectId: string;
  readonly datatype: Datatype;
  /** null: a null dataspace. [] : a scalar. */
  readonly shape: readonly number[] | null;
  /** `Infinity` where an axis may grow without limit. */
  readonly maxShape: readonly number[] | null;
  readonly layout: Layout;
  readonly filters: readonly FilterMessage[];
  /** One element as stored; null reads as zeros (empty text, null reference). */
  readonly fillValue: Uint8Array | null;
}

/** One step of a filter pipeline, as written. Units of `clientData`: the filter's own. */
export interface FilterMessage {
  readonly id: number;
  readonly name: string;
  /** Bit 0: optional, the writer may have skipped it for a chunk. */
  readonly flags: number;
  readonly clientData: readonly number[];
}

/** Where the values of a dataset lie. */
export type Layout =
  | { readonly kind: "compact"; readonly bytes: Uint8Array }
  /** null: nothing was ever written. */
  | { readonly kind: "contiguous"; readonly address: number | null; readonly size: number }
  | ChunkedLayout;

/** Values that lie in other datasets. */
export interface VirtualLayout {
  readonly kind: "virtual";
  /** The global heap collection, and the object in it, that list them. null: nothing is mapped. */
  readonly heap: number | null;
  readonly index: number;
}

/** A dataset that is made of parts of others. */
export interface VirtualDataset extends Omit<Dataset, "layout"> {
  readonly layout: VirtualLayout;
}

/** A dataset whose values lie in files that are no HDF5 files. */
export interface ExternalDataset extends Omit<Dataset, "layout"> {
  readonly layout: ExternalLayout;
}

export interface ChunkedLayout {
  readonly kind: "chunked";
  /** Elements along each axis; edge chunks are stored full size. */
  readonly chunkShape: readonly number[];
  readonly index: ChunkIndexMessage;
  /** Chunks that the shape cuts were stored without filters. */
  readonly partialEdgeChunksUnfiltered: boolean;
  /** Layout message version; it decides the width of a filtered chunk's size (5: always 8 bytes). */
  readonly version: number;
}

export type ChunkIndexMessage =
  | { readonly kind: "btree1"; readonly address: number | null }
  | {
      readonly kind: "single";
      readonly address: number | null;
      readonly storedBytes: number | null;
      readonly filterMask: number;
    }
  | { readonly kind: "implicit"; readonly address: number | null }
  | { readonly kind: "fixed-array"; readonly address: number | null }
  | { readonly kind: "extensible-array"; readonly address: number | null }
  | { readonly kind: "btree2"; readonly address: number | null };

/**
 * Stored chunks, ascending by chunk number: the row-major position in the grid of chunks over the *current* shape. A chunk
 * that is absent was never written and reads as the fill value.
 */
export interface ChunkTable {
  readonly numbers: Float64Array;
  /** Relative to the base address. */
  readonly addresses: Float64Array;
  readonly storedBytes: Float64Array;
  /** Bit i set: filter i of the pipeline was skipped. */
  readonly filterMasks: Uint32Array;
}
