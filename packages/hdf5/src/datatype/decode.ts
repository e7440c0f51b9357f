import { type DType, elementCount, FormatError, LimitError, type NdArray, type Values } from "@lazynwb/core";
import type { HeapCollection, HeapObjects } from "../global-heap.ts";
import { copyRuns } from "../layout/copy-runs.ts";
import { swapBytes } from "./byte-order.ts";
import type { ArrayDatatype, CompoundDatatype, Datatype, EnumDatatype, SequenceDatatype } from "./datatype.ts";
import { decodeFloats, decodeIntegers, type PackedBytes } from "./decode-number.ts";
import { decodeObjectReferences, decodeRegionReferences } from "./decode-reference.ts";
import { decodeStandardReferences } from "./decode-standard-reference.ts";
import { decodeFixedText, decodeHeapText } from "./decode-text.ts";
import { readAddress } from "./heap-id.ts";
import { datatypeToDType, decodedDType } from "./to-dtype.ts";

/** Values of one read hold at most this many bytes by default: what one array can address. Units: bytes. */
export const DEFAULT_MAX_RESULT_BYTES = 2 ** 31 - 1;

/** Elements as stored, in row-major order. */
export interface Elements {
  readonly datatype: Datatype;
  /** At least as many bytes as the shape needs. */
  readonly bytes: Uint8Array;
  readonly shape: readonly number[];
  /** The result may keep the bytes and overwrite them. Default false: they are copied. */
  readonly owned?: boolean | undefined;
}

export interface DecodeOptions {
  /** LimitError beyond; elements that share one heap object count each time. Default `DEFAULT_MAX_RESULT_BYTES`. */
  readonly maxResultBytes?: number | undefined;
}

interface Context {
  readonly heap: HeapObjects;
  readonly maxBytes: number;
}

/**
 * The values of stored elements.
 *
 * @param heap - What `collectHeapObjects` fetched for these elements; `NO_HEAP` where `needsHeap` is false.
 * @returns `shape`, with the dimensions of array types appended.
 * @throws FormatError for damaged elements, LimitError above `maxResultBytes`, UnsupportedError for references to attributes.
 * @remarks I/O: none. Copies: none for owned numbers of a usual width (swapped in place where the order differs), else one;
 * a member of a compound one more.
 */
export function decodeValues(elements: Elements, heap: HeapObjects, options: DecodeOptions = {}): NdArray {
  const { datatype, bytes, shape } = elements;
  const count = elementCount(shape);
  const maxBytes = options.maxResultBytes ?? DEFAULT_MAX_RESULT_BYTES;
  if (!(count * datatype.size <= bytes.length))
    throw new FormatError(`${count} elements of ${datatype.size} bytes do not lie in ${bytes.length} bytes`, {
      expected: `${count * datatype.size} bytes`,
      found: `${bytes.length} bytes`,
    });
  const dtype = decodedDType(datatypeToDType(datatype));
  return decode(datatype, dtype, { bytes, count, owned: elements.owned === true }, shape, { heap, maxBytes });
}

function decode(
  datatype: Datatype,
  dtype: DType,
  packed: PackedBytes,
  shape: readonly number[],
  context: Context,
): NdArray {
  if (datatype.class === "array") return decodeArray(datatype, dtype, packed, shape, context);
  return { dtype, shape, data: decodeData(datatype, dtype, packed, shape, context) };
}

function decodeArray(
  datatype: ArrayDatatype,
  dtype: DType,
  packed: PackedBytes,
  shape: readonly number[],
  context: Context,
): NdArray {
  const items = { ...packed, count: packed.count * elementCount(datatype.dimensions) };
  return decode(datatype.item, dtype, items, [...shape, ...datatype.dimensions], context);
}

function decodeData(
  datatype: Exclude<Datatype, ArrayDatatype>,
  dtype: DType,
  packed: PackedBytes,
  shape: readonly number[],
  context: Context,
): Values {
  switch (datatype.class) {
    case "fixed-point":
    case "bitfield":
      if (dtype.kind !== "int") break;
      return { kind: "fixed", values: decodeIntegers(datatype, dtype, packed) };
    case "floating-point":
      if (dtype.kind !== "float") break;
      return { kind: "fixed", values: decodeFloats(datatype, dtype, packed) };
    case "enum":
      return { kind: "fixed", values: decodeEnum(datatype, dtype, packed) };
    case "string":
      return decodeFixedText(datatype, packed);
    case "vlen-string":
      context.heap.checkElement(datatype);
      return decodeHeapText(datatype.size, packed, context.heap, context.maxBytes);
    case "time":
    case "opaque": {
      const bytes = new Uint8Array(packed.bytes.subarray(0, packed.count * datatype.size));
      if (datatype.class === "time" && datatype.bigEndian) swapBytes(bytes, datatype.size);
      return { kind: "opaque", itemBytes: datatype.size, bytes };
    }
    case "reference":
      if (datatype.to === "object") return decodeObjectReferences(datatype.size, packed);
      context.heap.checkElement(datatype);
      if (datatype.to === "region") return decodeRegionReferences(datatype.size, packed, context.heap);
      return decodeStandardReferences(datatype.size, packed, context.heap);
    case "compound":
      return decodeCompound(datatype, dtype, packed, shape, context);
    case "complex": {
      const { part, size } = datatype;
      const members = ["r", "i"].map((name, at) => ({ name, offset: at * part.size, datatype: part }));
      return decodeCompound({ class: "compound", size, members }, dtype, packed, shape, context);
    }
    case "vlen":
      context.heap.checkElement(datatype);
      return decodeSequences(datatype, dtype, packed, context);
    default:
      datatype satisfies never;
  }
  throw new TypeError(`a ${datatype.class} datatype does not decode to ${dtype.kind}`);
}

function decodeEnum(datatype: EnumDatatype, dtype: DType, packed: PackedBytes) {
  const base = {
    kind: "int",
    bits: dtype.kind === "enum" ? dtype.base.bits : 8,
    signed: datatype.base.signed,
  } as const;
  if (dtype.kind === "enum") return decodeIntegers(datatype.base, base, packed);
  if (datatype.size > 1) {
    const wide = datatypeToDType(datatype.base);
    if (wide.kind !== "int") throw new TypeError("the base of an enumeration is an integer");
    return Uint8Array.from(decodeIntegers(datatype.base, wide, packed) as Int32Array, (code) => (code ? 1 : 0));
  }
  const codes = decodeIntegers(datatype.base, base, packed);
  const truths = new Uint8Array(codes.buffer as ArrayBuffer, codes.byteOffset, codes.length);
  for (let at = 0; at < truths.length; at++) if (truths[at]! > 1) truths[at] = 1;
  return truths;
}

/** One array per member, its bytes first gathered out of the records. */
function decodeCompound(
  datatype: CompoundDatatype,
  dtype: DType,
  packed: PackedBytes,
  shape: readonly number[],
  context: Context,
): Values {
  if (dtype.kind !== "struct") throw new TypeError("a compound decodes to a struct");
  const fields = datatype.members.map((member, at): [string, NdArray] => {
    const { size } = member.datatype;
    const column = new Uint8Array(size * packed.count);
    copyRuns({
      source: packed.bytes,
      sourceOffset: member.offset,
      sourceStride: datatype.size,
      target: column,
      targetOffset: 0,
      targetStride: size,
      run: size,
      count: packed.count,
    });
    const items = { bytes: column, count: packed.count, owned: true };
    return [member.name, decode(member.datatype, dtype.fields[at]!.dtype, items, shape, context)];
  });
  return { kind: "struct", fields: Object.fromEntries(fields) };
}

/** Sequences: their items brought together from the heap, then decoded as one array. */
function decodeSequences(datatype: SequenceDatatype, dtype: DType, packed: PackedBytes, context: Context): Values {
  if (dtype.kind !== "list") throw new TypeError("a sequence decodes to a list");
  const { heap, maxBytes } = context;
  const itemBytes = datatype.item.size;
  const view = new DataView(packed.bytes.buffer, packed.bytes.byteOffset, packed.bytes.byteLength);
  const offsets = new Int32Array(packed.count + 1);
  for (let at = 0, start = 0, total = 0; at < packed.count; at++, start += datatype.size) {
    total += readAddress(view, start + 4, heap.offsetBytes) === 0 ? 0 : view.getUint32(start, true);
    if (total > 2 ** 31 - 1 || total * itemBytes > maxBytes)
      throw new LimitError(`${packed.count} sequences hold more than ${maxBytes} bytes; read them in parts`, {
        limit: "maxResultBytes",
        wanted: total * itemBytes,
        allowed: maxBytes,
      });
    offsets[at + 1] = total;
  }
  // Checked against the heap before anything is allocated: a damaged length may claim gigabytes.
  const pieces = (visit: (collection: HeapCollection, start: number, length: number, to: number) => void) => {
    for (let at = 0, from = 0; at < packed.count; at++, from += datatype.size) {
      const length = (offsets[at + 1]! - offsets[at]!) * itemBytes;
      if (length === 0) continue;
      const address = readAddress(view, from + 4, heap.offsetBytes);
      const index = view.getUint32(from + 4 + heap.offsetBytes, true);
      const collection = heap.collection(address);
      const start = collection.starts[index] ?? 0;
      if (start === 0) heap.missing(address, index);
      if (start + length > collection.ends[index]!)
        heap.tooLong(address, index, length, collection.ends[index]! - start);
      visit(collection, start, length, offsets[at]! * itemBytes);
    }
  };
  pieces(() => {});
  const total = offsets[packed.count]!;
  const bytes = new Uint8Array(total * itemBytes);
  pieces((collection, start, length, to) => bytes.set(collection.bytes.subarray(start, start + length), to));
  const values = decode(datatype.item, dtype.item, { bytes, count: total, owned: true }, [total], context);
  return { kind: "list", offsets, values };
}
