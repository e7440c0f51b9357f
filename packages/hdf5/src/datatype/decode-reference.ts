import { FormatError, type Reference, type Values } from "@lazynwb/core";
import type { HeapObjects } from "../global-heap.ts";
import { objectIdOfAddress } from "../object-id.ts";
import type { PackedBytes } from "./decode-number.ts";
import { readAddress } from "./heap-id.ts";
import { parseRegion, type RegionReference, selectionOfStored } from "./region.ts";
import type { StoredSelection } from "./stored-selection.ts";

type References = Extract<Values, { kind: "reference" }>;

/** Object references: addresses of object headers. Equal ones share a target; zero and undefined are null. */
export function decodeObjectReferences(size: number, packed: PackedBytes): References {
  if (size !== 2 && size !== 4 && size !== 8)
    throw new FormatError(`object references have ${size} bytes`, { expected: "an address of 2, 4 or 8 bytes" });
  const view = new DataView(packed.bytes.buffer, packed.bytes.byteOffset, packed.bytes.byteLength);
  const codes = new Int32Array(packed.count);
  const targets: Reference[] = [];
  const known = new Map<number, number>();
  for (let at = 0; at < packed.count; at++) codes[at] = codeOf(readAddress(view, at * size, size), known, targets);
  return { kind: "reference", codes, targets };
}

/** Region references: heap ids of an object's address and a selection of its elements. */
export function decodeRegionReferences(size: number, packed: PackedBytes, heap: HeapObjects): References {
  const view = new DataView(packed.bytes.buffer, packed.bytes.byteOffset, packed.bytes.byteLength);
  const codes = new Int32Array(packed.count);
  const targets: Reference[] = [];
  const { offsetBytes } = heap;
  for (let at = 0; at < packed.count; at++) {
    const collection = readAddress(view, at * size, offsetBytes);
    if (collection === 0) {
      codes[at] = -1;
      continue;
    }
    const object = heap.object(collection, view.getUint32(at * size + offsetBytes, true));
    if (object.length < offsetBytes)
      throw new FormatError(`a region reference at ${collection} has ${object.length} bytes, too few for an address`, {
        offset: collection,
      });
    const address = readAddress(new DataView(object.buffer, object.byteOffset, object.length), 0, offsetBytes);
    codes[at] = codeOf(address, new Map(), targets, parseRegion(object.subarray(offsetBytes), collection));
  }
  return { kind: "reference", codes, targets };
}

function codeOf(
  address: number,
  known: Map<number, number>,
  targets: Reference[],
  elements?: StoredSelection | undefined,
): number {
  if (address === 0) return -1;
  if (Number.isNaN(address))
    throw new FormatError("a reference holds an address above 2^53", { expected: "the address of an object header" });
  let code = known.get(address);
  if (code === undefined) {
    code = targets.length;
    known.set(address, code);
    targets.push(
      elements === undefined ? { objectId: objectIdOfAddress(address) } : regionReference(address, elements),
    );
  }
  return code;
}

/** A reference to elements of the object at an address. */
export function regionReference(address: number, elements: StoredSelection): RegionReference {
  const region = selectionOfStored(elements);
  return { objectId: objectIdOfAddress(address), elements, ...(region !== undefined && { region }) };
}
