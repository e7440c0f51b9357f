import type { Cursor } from "../cursor.ts";
import { gridStrides, WantedChunks } from "./chunk-grid.ts";
import { type ChunkLookup, type ChunkTableBuilder, readChunkAddress, readUint } from "./chunk-lookup.ts";

/** Elements of a fixed or an extensible array, parsed: one a chunk. */
export interface ArrayElements {
  /** -1: undefined. */
  readonly addresses: Float64Array;
  readonly storedBytes: Float64Array;
  readonly filterMasks: Uint32Array;
}

/** How elements are stored, from the array's header. */
export interface ElementLayout {
  readonly elementBytes: number;
  /** Bytes of the field that holds a filtered chunk's size; 0 where chunks are not filtered. */
  readonly sizeBytes: number;
}

/** Memory that parsed elements take. */
export const BYTES_PER_PARSED_ELEMENT = 20;

/** @throws FormatError where the elements of an array have a size that the dataset's chunks cannot have. */
export function elementLayout(
  lookup: ChunkLookup,
  cursor: Cursor,
  client: number,
  elementBytes: number,
): ElementLayout {
  const { offsetBytes } = lookup.file;
  const expected = lookup.filtered ? 1 : 0;
  if (client !== expected)
    cursor.fail("the array is of another kind than its dataset", {
      expected: `client ${expected}`,
      found: `${client}`,
    });
  const sizeBytes = client === 0 ? 0 : elementBytes - offsetBytes - 4;
  if (client === 0 ? elementBytes !== offsetBytes : sizeBytes < 1 || sizeBytes > 8)
    cursor.fail("the elements of the array have a wrong size", {
      expected: client === 0 ? `${offsetBytes}` : `${offsetBytes + 5} to ${offsetBytes + 12}`,
      found: `${elementBytes}`,
    });
  return { elementBytes, sizeBytes };
}

/** Parses `count` elements from where the cursor stands. */
export function parseElements(
  lookup: ChunkLookup,
  cursor: Cursor,
  count: number,
  { elementBytes, sizeBytes }: ElementLayout,
): ArrayElements {
  const { offsetBytes } = lookup.file;
  const bytes = cursor.bytes(count * elementBytes);
  const addresses = new Float64Array(count);
  const storedBytes = new Float64Array(count).fill(lookup.chunkBytes);
  const filterMasks = new Uint32Array(count);
  for (let at = 0, start = 0; at < count; at++, start += elementBytes) {
    addresses[at] = readChunkAddress(bytes, start, offsetBytes);
    if (sizeBytes === 0 || addresses[at] === -1) continue;
    storedBytes[at] = readUint(bytes, start + offsetBytes, sizeBytes);
    filterMasks[at] = readUint(bytes, start + offsetBytes + sizeBytes, 4);
  }
  if (addresses.some(Number.isNaN)) cursor.fail("the address of a chunk lies above 2^53");
  return { addresses, storedBytes, filterMasks };
}

/**
 * The order in which arrays keep chunks: row-major over the grid of the *maximal* shape, with the unlimited axis, where there
 * is one, as the slowest.
 */
export class ArrayOrder {
  /** The wanted chunks, numbered in this order. */
  readonly wanted: WantedChunks;
  readonly #strides: readonly number[];
  readonly #axes: readonly number[];
  readonly #lookup: ChunkLookup;

  /** @param unlimitedFirst - Whether the unlimited axis becomes the slowest; fixed arrays have none. */
  constructor(lookup: ChunkLookup, unlimitedFirst: boolean) {
    const { maxShape, chunkShape, intervals } = lookup;
    const unlimited = unlimitedFirst ? Math.max(0, maxShape.indexOf(Number.POSITIVE_INFINITY)) : 0;
    this.#axes = [unlimited, ...[...maxShape.keys()].filter((axis) => axis !== unlimited)];
    const counts = this.#axes.map((axis) => Math.ceil(maxShape[axis]! / chunkShape[axis]!));
    this.#strides = gridStrides(counts);
    this.#lookup = lookup;
    this.wanted = new WantedChunks(
      counts,
      this.#axes.map((axis) => intervals[axis]!),
    );
  }

  /** Adds the wanted ones of elements that begin at `first`. Undefined addresses are no chunks. */
  addWanted(elements: ArrayElements, first: number, table: ChunkTableBuilder): void {
    const { addresses, storedBytes, filterMasks } = elements;
    const stop = first + addresses.length;
    for (let index = this.wanted.next(first); index < stop; index = this.wanted.next(index + 1)) {
      const at = index - first;
      if (addresses[at] !== -1) table.add(this.numberOf(index), addresses[at]!, storedBytes[at]!, filterMasks[at]!);
    }
  }

  /** The number over the current shape of the chunk at `index` of the array. */
  numberOf(index: number): number {
    const position = this.#axes.map(() => 0);
    let rest = index;
    for (let at = 0; at < this.#axes.length; at++) {
      position[this.#axes[at]!] = Math.floor(rest / this.#strides[at]!);
      rest %= this.#strides[at]!;
    }
    return this.#lookup.wanted.numberOf(position);
  }
}
