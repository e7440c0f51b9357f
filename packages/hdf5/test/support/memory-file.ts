import { type CallOptions, TruncatedFileError } from "@lazynwb/core";
import type { ChunkedLayout, Dataset } from "../../src/dataset.ts";
import type { Datatype } from "../../src/datatype/datatype.ts";
import type { AddressRange, FileBytes } from "../../src/file-bytes.ts";

/** What was asked of a file, call by call. */
export interface FileLog {
  readonly metadata: AddressRange[][];
  readonly data: AddressRange[][];
  readonly dataBytes: number;
  readonly dataRequests: number;
}

export interface MemoryFileOptions {
  readonly baseAddress?: number;
  /** Called before data is answered; what it throws the read rejects with. */
  readonly beforeData?: (range: AddressRange, options: CallOptions | undefined) => Promise<void> | void;
  /** Whether the size is known. Default true. */
  readonly tellSize?: boolean;
}

/** The bytes of a file in memory, without windows; keeps a log. */
export function memoryFile(bytes: Uint8Array, options: MemoryFileOptions = {}): FileBytes & { readonly log: FileLog } {
  const metadata: AddressRange[][] = [];
  const data: AddressRange[][] = [];
  const log: FileLog = {
    metadata,
    data,
    get dataBytes() {
      return data.flat().reduce((sum, { length }) => sum + length, 0);
    },
    get dataRequests() {
      return data.flat().length;
    },
  };
  const baseAddress = options.baseAddress ?? 0;
  const view = ({ address, length }: AddressRange) => {
    const start = baseAddress + address;
    if (start + length > bytes.length) throw new TruncatedFileError(`no ${length} bytes at ${start}`);
    return bytes.subarray(start, start + length);
  };
  return {
    id: "memory",
    baseAddress,
    offsetBytes: 8,
    lengthBytes: 8,
    size: options.tellSize === false ? undefined : bytes.length - baseAddress,
    log,
    async readMetadata(ranges, call) {
      metadata.push([...ranges]);
      call?.signal?.throwIfAborted();
      return ranges.map(view);
    },
    readData(ranges, call) {
      data.push([...ranges]);
      return ranges.map(async (range) => {
        await options.beforeData?.(range, call);
        call?.signal?.throwIfAborted();
        return view(range);
      });
    },
  };
}

export const int32: Datatype = {
  class: "fixed-point",
  size: 4,
  bigEndian: false,
  bitOffset: 0,
  precision: 32,
  signed: true,
};

export const uint8: Datatype = {
  class: "fixed-point",
  size: 1,
  bigEndian: false,
  bitOffset: 0,
  precision: 8,
  signed: false,
};

export const float64: Datatype = {
  class: "floating-point",
  size: 8,
  order: "little",
  normalization: "implied",
  signPosition: 63,
  exponentPosition: 52,
  exponentBits: 11,
  mantissaPosition: 0,
  mantissaBits: 52,
  exponentBias: 1023,
};

/** A dataset as its object header would tell it. */
export function datasetOf(layout: Dataset["layout"], shape: readonly number[], more: Partial<Dataset> = {}): Dataset {
  return {
    path: "/data",
    objectId: "h5:1",
    datatype: int32,
    shape,
    maxShape: shape,
    layout,
    filters: [],
    fillValue: null,
    ...more,
  };
}

/** Chunks with an index of one chunk, at `address`. */
export function singleChunk(chunkShape: readonly number[], address: number, storedBytes?: number): ChunkedLayout {
  return {
    kind: "chunked",
    chunkShape,
    index: { kind: "single", address, storedBytes: storedBytes ?? null, filterMask: 0 },
    partialEdgeChunksUnfiltered: false,
    version: 4,
  };
}
