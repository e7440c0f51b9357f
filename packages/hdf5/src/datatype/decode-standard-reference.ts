import { FormatError, type Reference, UnsupportedError, type Values } from "@lazynwb/core";
import type { HeapObjects } from "../global-heap.ts";
import { objectIdOfAddress } from "../object-id.ts";
import type { PackedBytes } from "./decode-number.ts";
import { regionReference } from "./decode-reference.ts";
import { heapIdOffset, readAddress, STANDARD_REGION } from "./heap-id.ts";
import { parseRegion } from "./region.ts";
import type { StoredSelection } from "./stored-selection.ts";

const OBJECT = 2;

/** Bit of the flags: the object lies in another file. */
const EXTERNAL = 1;

/**
 * References of HDF5 1.12 (H5R_ref_t), whose elements may be of different kinds: to objects, and to regions of them.
 *
 * @throws UnsupportedError for those to attributes and into other files.
 */
export function decodeStandardReferences(
  size: number,
  packed: PackedBytes,
  heap: HeapObjects,
): Extract<Values, { kind: "reference" }> {
  const { bytes, count } = packed;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const codes = new Int32Array(count).fill(-1);
  const targets: Reference[] = [];
  const add = (at: number, { address }: Token, elements?: StoredSelection) => {
    codes[at] = targets.length;
    targets.push(
      elements === undefined ? { objectId: objectIdOfAddress(address) } : regionReference(address, elements),
    );
  };
  for (let at = 0; at < count; at++) {
    const start = at * size;
    const kind = bytes[start]!;
    if (kind === 0) continue;
    if (((kind !== OBJECT && kind !== STANDARD_REGION) || (bytes[start + 1]! & EXTERNAL) !== 0) && kind <= 4)
      throw new UnsupportedError("references to attributes and into other files", {
        feature: "H5R_ref_t to an attribute or another file",
      });
    if (kind === OBJECT) {
      const token = parseToken(bytes.subarray(start + 2, start + size));
      if (token.address !== 0) add(at, token);
    } else if (kind === STANDARD_REGION) {
      const place = start + heapIdOffset({ class: "reference", size, to: "standard" }, bytes, start);
      const collection = readAddress(view, place, heap.offsetBytes);
      if (collection === 0) continue;
      const object = heap.object(collection, view.getUint32(place + heap.offsetBytes, true));
      const token = parseToken(object);
      // Behind the token stand the size of the selection and the rank of the dataset.
      add(at, token, parseRegion(object.subarray(token.bytes + 8), collection));
    } else throw new FormatError("there is no such kind of reference", { expected: "0 to 4", found: `${kind}` });
  }
  return { kind: "reference", codes, targets };
}

interface Token {
  readonly address: number;
  /** Bytes that it takes, its length included. */
  readonly bytes: number;
}

/** What identifies an object: its length, then the address of the object's header. */
function parseToken(bytes: Uint8Array): Token {
  const length = bytes[0] ?? 0;
  if ((length !== 2 && length !== 4 && length !== 8) || bytes.length < 1 + length)
    throw new FormatError("a reference holds no address", { expected: "2, 4 or 8 bytes", found: `${length}` });
  const address = readAddress(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 1, length);
  if (Number.isNaN(address)) throw new FormatError("a reference holds an address above 2^53");
  return { address, bytes: 1 + length };
}
