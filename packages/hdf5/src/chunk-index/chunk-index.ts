import type { ChunkIndexMessage, ChunkTable } from "../dataset.ts";
import type { Steps } from "../steps.ts";
import { ArrayOrder } from "./array-elements.ts";
import { readBTree1 } from "./btree1.ts";
import { readBTree2 } from "./btree2.ts";
import { type ChunkLookup, ChunkTableBuilder, checkExtent } from "./chunk-lookup.ts";
import { readExtensibleArray } from "./extensible-array.ts";
import { readFixedArray } from "./fixed-array.ts";

/**
 * The wanted chunks that are stored, from whatever index the dataset has. Chunks that are absent, or have no address, read
 * as the fill value.
 */
export function* readChunkIndex(index: ChunkIndexMessage, lookup: ChunkLookup): Steps<ChunkTable> {
  const { address } = index;
  if (address === null || lookup.wanted.count === 0) return new ChunkTableBuilder().finish();
  switch (index.kind) {
    case "single": {
      const table = new ChunkTableBuilder();
      table.add(0, address, index.storedBytes ?? lookup.chunkBytes, index.filterMask);
      return table.finish();
    }
    case "implicit":
      return implicitTable(lookup, address);
    case "btree1":
      return yield* readBTree1(lookup, address);
    case "fixed-array":
      return yield* readFixedArray(lookup, address);
    case "extensible-array":
      return yield* readExtensibleArray(lookup, address);
    case "btree2":
      return yield* readBTree2(lookup, address);
    default:
      return index satisfies never;
  }
}

/** All chunks of the maximal shape lie one after another. */
function implicitTable(lookup: ChunkLookup, address: number): ChunkTable {
  const { maxShape, chunkShape, chunkBytes } = lookup;
  const count = maxShape.reduce((product, length, axis) => product * Math.ceil(length / chunkShape[axis]!), 1);
  checkExtent(lookup, "block of chunks", { address, length: count * chunkBytes });
  const table = new ChunkTableBuilder();
  const order = new ArrayOrder(lookup, false);
  for (let index = order.wanted.next(0); index < count; index = order.wanted.next(index + 1))
    table.add(order.numberOf(index), address + index * chunkBytes, chunkBytes, 0);
  return table.finish();
}
