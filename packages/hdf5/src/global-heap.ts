import { type CallOptions, FormatError, isLazyNwbError } from "@lazynwb/core";
import { Cursor } from "./cursor.ts";
import { type Datatype, needsHeap } from "./datatype/datatype.ts";
import { bytesOfHeapElement, visitHeapIds } from "./datatype/heap-id.ts";
import type { FileBytes } from "./file-bytes.ts";
import { type Steps, walkTogether } from "./steps.ts";

/** What libhdf5 gives a collection at least, and gives nearly all of them. Read first, as a collection's size is in it. */
const COLLECTION_BYTES = 4096;

/** Vlen elements hold vlen elements at most this deep; what a datatype may nest. */
const MAX_ROUNDS = 32;

/** Elements as stored, whose heap objects are wanted. */
export interface StoredElements {
  readonly datatype: Datatype;
  readonly bytes: Uint8Array;
}

/** The objects of one collection: object `index` is `bytes[starts[index], ends[index])`; a start of 0 means there is none. */
export interface HeapCollection {
  readonly bytes: Uint8Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** The global heap collections that elements point into, fetched before they are decoded. */
export class HeapObjects {
  readonly offsetBytes: number;
  readonly #source: string | undefined;
  readonly #collections = new Map<number, HeapCollection | Error>();

  constructor(offsetBytes = 8, source?: string) {
    this.offsetBytes = offsetBytes;
    this.#source = source;
  }

  has(address: number): boolean {
    return this.#collections.has(address);
  }

  add(address: number, collection: HeapCollection | Error): void {
    this.#collections.set(address, collection);
  }

  /** @throws what reading the collection threw. */
  collection(address: number): HeapCollection {
    const found = this.#collections.get(address);
    if (found === undefined)
      throw new FormatError(`global heap collection at ${address} was not read`, {
        source: this.#source,
        offset: address,
      });
    if (found instanceof Error) throw found;
    return found;
  }

  /** @throws FormatError where the collection has no such object. */
  object(address: number, index: number): Uint8Array {
    const { bytes, starts, ends } = this.collection(address);
    const start = starts[index] ?? 0;
    if (start === 0) this.missing(address, index);
    return bytes.subarray(start, ends[index]!);
  }

  /** @throws FormatError where elements of a type have no room for a heap id. */
  checkElement(datatype: Datatype): void {
    if (datatype.size >= bytesOfHeapElement(datatype, this.offsetBytes)) return;
    throw new FormatError(`elements of a ${datatype.class} type have ${datatype.size} bytes, too few for a heap id`, {
      source: this.#source,
      expected: `at least ${bytesOfHeapElement(datatype, this.offsetBytes)} bytes`,
      found: `${datatype.size} bytes`,
    });
  }

  missing(address: number, index: number): never {
    throw new FormatError(`global heap collection at ${address} holds no object ${index}, which an element points to`, {
      source: this.#source,
      offset: address,
      expected: `object ${index}`,
    });
  }

  /** An element says that it has more items than its heap object could hold. */
  tooLong(address: number, index: number, wanted: number, found: number): never {
    throw new FormatError(
      `object ${index} of the global heap collection at ${address} has ${found} bytes, too few for the ${wanted} that an element claims`,
      { source: this.#source, offset: address, expected: `${wanted} bytes`, found: `${found} bytes` },
    );
  }
}

/** For types that hold no heap ids. */
export const NO_HEAP = new HeapObjects();

/**
 * Fetches every collection that elements point into: all parts together, each collection once, elements inside of elements
 * by further rounds.
 *
 * @throws only what stops everything: an abort, or bytes that could not be had. A damaged collection is remembered and thrown
 * when an element in it is decoded, so that it spoils no other part.
 * @remarks I/O: one round for the first 4096 bytes of all collections, one more for those that are larger; both again for
 * every level of nesting.
 */
export async function collectHeapObjects(
  file: FileBytes,
  parts: readonly StoredElements[],
  options?: CallOptions,
): Promise<HeapObjects> {
  const heap = new HeapObjects(file.offsetBytes, file.id);
  let fetched = 0;
  let level = parts.filter((part) => needsHeap(part.datatype));
  for (let round = 0; round < MAX_ROUNDS && level.length > 0; round++) {
    const addresses = new Set<number>();
    for (const { datatype, bytes } of level)
      visitHeapIds(datatype, bytes, file.offsetBytes, (address) => {
        if (!heap.has(address)) addresses.add(address);
      });
    const wanted = [...addresses];
    const settled = await walkTogether(
      file,
      wanted.map((address) => readCollection(file, address)),
      options,
    );
    settled.forEach((result, at) => {
      const address = wanted[at]!;
      if (result.status === "fulfilled") {
        fetched += result.value.bytes.length;
        heap.add(address, checkTotal(file, fetched) ?? result.value);
      } else if (isLazyNwbError(result.reason)) heap.add(address, result.reason);
      else throw result.reason;
    });
    level = level.flatMap((part) => innerElements(part, heap));
  }
  return heap;
}

/** Collections do not overlap, so together they cannot exceed the file. */
function checkTotal(file: FileBytes, fetched: number): Error | undefined {
  if (file.size === undefined || fetched <= file.size) return undefined;
  return new FormatError("global heap collections overlap: together they are larger than the file", {
    source: file.id,
    expected: `at most ${file.size} bytes`,
    found: `${fetched} bytes`,
  });
}

function* readCollection(file: FileBytes, address: number): Steps<HeapCollection> {
  const left = (file.size ?? Number.MAX_SAFE_INTEGER) - address;
  const first = Math.max(8 + file.lengthBytes, Math.min(COLLECTION_BYTES, left));
  const [head] = yield [{ address, length: first }];
  const cursor = collectionCursor(file, address, head!);
  cursor.signature("GCOL");
  const version = cursor.u8();
  if (version !== 1) cursor.fail("the version is unknown", { expected: "1", found: `${version}` });
  cursor.skip(3);
  const size = cursor.uint(file.lengthBytes);
  if (size < cursor.offset) cursor.fail("the size is impossible", { found: `${size} bytes` });
  if (size <= head!.length) return parseCollection(file, address, head!.subarray(0, size));
  // A size that leaves the file is refused by the file, before anything is allocated.
  const [tail] = yield [{ address: address + first, length: size - first }];
  const bytes = new Uint8Array(size);
  bytes.set(head!);
  bytes.set(tail!, first);
  return parseCollection(file, address, bytes);
}

function collectionCursor(file: FileBytes, address: number, bytes: Uint8Array): Cursor {
  return new Cursor(bytes, {
    address,
    what: "global heap collection",
    source: file.id,
    baseAddress: file.baseAddress,
  });
}

/** Where the objects of a collection lie. An object of size 0 still passes its own head, so the walk always ends. */
export function parseCollection(file: FileBytes, address: number, bytes: Uint8Array): HeapCollection {
  const cursor = collectionCursor(file, address, bytes);
  const headBytes = 8 + file.lengthBytes;
  const objectHeadBytes = 8 + file.lengthBytes;
  const places: number[] = [];
  let last = 0;
  cursor.seek(headBytes);
  cursor.align(8);
  while (cursor.remaining >= objectHeadBytes) {
    const index = cursor.u16();
    if (index === 0) break;
    cursor.skip(6);
    const size = cursor.uint(file.lengthBytes);
    cursor.align(8);
    const start = cursor.offset;
    if (size > cursor.remaining)
      cursor.fail(`object ${index} leaves its collection`, {
        expected: `at most ${cursor.remaining} bytes`,
        found: `${size}`,
      });
    places.push(index, start, start + size);
    last = Math.max(last, index);
    cursor.seek(Math.min(bytes.length, start + Math.ceil(size / 8) * 8));
  }
  const starts = new Uint32Array(last + 1);
  const ends = new Uint32Array(last + 1);
  for (let at = 0; at < places.length; at += 3) {
    starts[places[at]!] = places[at + 1]!;
    ends[places[at]!] = places[at + 2]!;
  }
  return { bytes, starts, ends };
}

/** The elements that vlen elements hold, where those hold heap ids again. Damaged ones are left for decoding to report. */
function innerElements(part: StoredElements, heap: HeapObjects): StoredElements[] {
  const inner: StoredElements[] = [];
  const seen = new Set<string>();
  visitHeapIds(part.datatype, part.bytes, heap.offsetBytes, (address, index, length, item) => {
    if (item === null || !needsHeap(item) || seen.has(`${address}:${index}`)) return;
    seen.add(`${address}:${index}`);
    try {
      const bytes = heap.object(address, index);
      inner.push({ datatype: item, bytes: bytes.subarray(0, Math.min(bytes.length, length * item.size)) });
    } catch (error) {
      if (!isLazyNwbError(error)) throw error;
    }
  });
  return inner;
}

/**
 * One object of the global heap.
 *
 * @throws FormatError where there is none.
 * @remarks I/O: its collection, one round or two.
 */
export async function readHeapObject(
  file: FileBytes,
  address: number,
  index: number,
  options?: CallOptions,
): Promise<Uint8Array> {
  const [result] = await walkTogether(file, [readCollection(file, address)], options);
  const heap = new HeapObjects(file.offsetBytes, file.id);
  if (result!.status === "rejected") throw result!.reason;
  heap.add(address, result!.value);
  return heap.object(address, index);
}
