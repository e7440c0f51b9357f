import { FormatError } from "@lazynwb/core";
import type { ChunkTable } from "../dataset.ts";
import type { AddressRange, FileBytes } from "../file-bytes.ts";
import type { WantedChunks } from "./chunk-grid.ts";
import type { NodeCache } from "./node-cache.ts";

/** What a chunk index is asked: which of its chunks are stored where. */
export interface ChunkLookup {
  readonly file: FileBytes;
  readonly path: string;
  readonly objectId: string;
  readonly shape: readonly number[];
  /** `Infinity` where an axis may grow without limit. */
  readonly maxShape: readonly number[];
  readonly chunkShape: readonly number[];
  /** Intervals of wanted chunks along each axis, and all their combinations numbered over the current shape. */
  readonly intervals: readonly Float64Array[];
  readonly wanted: WantedChunks;
  /** Bytes of a decoded chunk. */
  readonly chunkBytes: number;
  /** Whether the dataset has a filter pipeline, so that sizes and masks are stored. */
  readonly filtered: boolean;
  /** Parsed nodes, kept from one lookup to the next. */
  readonly cache: NodeCache;
}

/** Collects the stored chunks that were found. */
export class ChunkTableBuilder {
  readonly #numbers: number[] = [];
  readonly #addresses: number[] = [];
  readonly #storedBytes: number[] = [];
  readonly #filterMasks: number[] = [];
  #ascending = true;

  add(number: number, address: number, storedBytes: number, filterMask: number): void {
    if (this.#numbers.length > 0 && number < this.#numbers[this.#numbers.length - 1]!) this.#ascending = false;
    this.#numbers.push(number);
    this.#addresses.push(address);
    this.#storedBytes.push(storedBytes);
    this.#filterMasks.push(filterMask);
  }

  finish(): ChunkTable {
    const numbers = Float64Array.from(this.#numbers);
    const table = {
      numbers,
      addresses: Float64Array.from(this.#addresses),
      storedBytes: Float64Array.from(this.#storedBytes),
      filterMasks: Uint32Array.from(this.#filterMasks),
    };
    if (this.#ascending) return table;
    const order = Uint32Array.from(numbers.keys()).sort((left, right) => numbers[left]! - numbers[right]!);
    return {
      numbers: numbers.map((_, at) => table.numbers[order[at]!]!),
      addresses: numbers.map((_, at) => table.addresses[order[at]!]!),
      storedBytes: numbers.map((_, at) => table.storedBytes[order[at]!]!),
      filterMasks: table.filterMasks.map((_, at) => table.filterMasks[order[at]!]!),
    };
  }
}

/** An unsigned little-endian number of up to 8 bytes; NaN above 2^53. */
export function readUint(bytes: Uint8Array, at: number, width: number): number {
  let low = 0;
  let high = 0;
  for (let byte = 0; byte < width; byte++) {
    if (byte < 4) low += bytes[at + byte]! * 2 ** (8 * byte);
    else high += bytes[at + byte]! * 2 ** (8 * (byte - 4));
  }
  return high > 0x1fffff ? Number.NaN : high * 2 ** 32 + low;
}

/** A stored address; -1 where it is undefined (all ones), NaN above 2^53. */
export function readChunkAddress(bytes: Uint8Array, at: number, width: number): number {
  for (let byte = 0; byte < width; byte++) if (bytes[at + byte] !== 0xff) return readUint(bytes, at, width);
  return -1;
}

/**
 * Checks a size that follows from a count in the file before anything is done with that count.
 *
 * @throws FormatError where a structure of that size would leave the file.
 */
export function checkExtent(lookup: ChunkLookup, what: string, range: AddressRange): void {
  const { file, path } = lookup;
  const end = file.size ?? Number.MAX_SAFE_INTEGER;
  if (range.address + range.length <= end) return;
  throw new FormatError(
    `${path}: ${what} at ${file.baseAddress + range.address} with its ${range.length} bytes leaves the file`,
    {
      source: file.id,
      path,
      offset: file.baseAddress + range.address,
      expected: `an end at or before ${file.baseAddress + end}`,
      found: `${file.baseAddress + range.address + range.length}`,
    },
  );
}
