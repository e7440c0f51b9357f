import { type Datatype, needsHeap } from "./datatype.ts";

/** What an element takes that holds a heap id: an address and a number, behind what the type has before them. */
export function bytesOfHeapElement(datatype: Datatype, offsetBytes: number): number {
  if (datatype.class === "reference") return (datatype.to === "standard" ? 10 : 4) + offsetBytes;
  return 8 + offsetBytes;
}

type VisitHeapId = (address: number, index: number, length: number, item: Datatype | null) => void;

/**
 * Calls `visit` for every heap id in elements that lie one after another; of elements too small for one, decoding tells. `length` counts items of type `item`; `item` is
 * null where the object holds no elements (text, a region).
 */
export function visitHeapIds(datatype: Datatype, bytes: Uint8Array, offsetBytes: number, visit: VisitHeapId): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = Math.floor(bytes.length / datatype.size);
  const isHeld = (type: Datatype) => type.size >= bytesOfHeapElement(type, offsetBytes);
  const element = (type: Datatype, start: number): void => {
    switch (type.class) {
      case "vlen":
      case "vlen-string": {
        if (!isHeld(type)) break;
        const address = readAddress(view, start + 4, offsetBytes);
        const length = view.getUint32(start, true);
        if (address > 0 && length > 0)
          visit(
            address,
            view.getUint32(start + 4 + offsetBytes, true),
            length,
            type.class === "vlen" ? type.item : null,
          );
        break;
      }
      case "reference": {
        if (!isHeld(type)) break;
        const place = start + heapIdOffset(type, bytes, start);
        const address = place < start ? 0 : readAddress(view, place, offsetBytes);
        if (address > 0) visit(address, view.getUint32(place + offsetBytes, true), 1, null);
        break;
      }
      case "array":
        if (needsHeap(type.item)) for (let at = 0; at < type.size; at += type.item.size) element(type.item, start + at);
        break;
      case "compound":
        for (const member of type.members)
          if (needsHeap(member.datatype)) element(member.datatype, start + member.offset);
        break;
      default:
    }
  };
  for (let at = 0; at < count; at++) element(datatype, at * datatype.size);
}

/** Kind of a reference of HDF5 1.12 to a region: the rest of it lies in the heap. */
export const STANDARD_REGION = 3;

/** Where in a reference its heap id lies; -1 where it has none. */
export function heapIdOffset(datatype: Datatype & { class: "reference" }, bytes: Uint8Array, start: number): number {
  if (datatype.to === "region") return 0;
  // Kind, flags and size of what is in the heap come first.
  return datatype.to === "standard" && bytes[start] === STANDARD_REGION ? 6 : -1;
}

/** The address in a heap id; 0 where it is null, undefined or past what a number can hold exactly. */
export function readAddress(view: DataView, at: number, offsetBytes: number): number {
  if (offsetBytes === 2) return view.getUint16(at, true);
  const low = view.getUint32(at, true);
  if (offsetBytes === 4) return low === 0xffffffff ? 0 : low;
  const high = view.getUint32(at + 4, true);
  return high > 0x1fffff ? (high === 0xffffffff && low === 0xffffffff ? 0 : Number.NaN) : high * 2 ** 32 + low;
}
