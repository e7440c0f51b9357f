import { isLazyNwbError, stringsOf } from "@lazynwb/core";
import { describe, expect, test } from "vitest";
import type { Datatype } from "../../src/datatype/datatype.ts";
import { decodeValues } from "../../src/datatype/decode.ts";
import { collectHeapObjects, parseCollection } from "../../src/global-heap.ts";
import { int32, memoryFile } from "../support/memory-file.ts";

const strings: Datatype = { class: "vlen-string", size: 16 };
const lists = (item: Datatype): Datatype => ({ class: "vlen", size: 16, item });

/** A heap id: length, collection, object. */
function id(length: number, address: number, index: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(16));
  view.setUint32(0, length, true);
  view.setBigUint64(4, BigInt(address), true);
  view.setUint32(12, index, true);
  return new Uint8Array(view.buffer);
}

const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const text = (value: string) => new TextEncoder().encode(value);

/** A collection of `size` bytes with these objects, numbered from 1. */
function collection(size: number, ...objects: Uint8Array[]): Uint8Array {
  const bytes = Buffer.alloc(size);
  bytes.write("GCOL");
  bytes[4] = 1;
  bytes.writeBigUInt64LE(BigInt(size), 8);
  let at = 16;
  objects.forEach((object, index) => {
    bytes.writeUInt16LE(index + 1, at);
    bytes.writeBigUInt64LE(BigInt(object.length), at + 8);
    bytes.set(object, at + 16);
    at += 16 + Math.ceil(object.length / 8) * 8;
  });
  return new Uint8Array(bytes);
}

function fileOf(places: Readonly<Record<number, Uint8Array>>, size: number) {
  const bytes = new Uint8Array(size);
  for (const [address, part] of Object.entries(places)) bytes.set(part, Number(address));
  return memoryFile(bytes);
}

describe("collectHeapObjects", () => {
  test("fetches the collections of all parts at once, each one once", async () => {
    const file = fileOf(
      { 1000: collection(4096, text("one"), text("two")), 9000: collection(4096, text("three")) },
      20_000,
    );
    const parts = [
      { datatype: strings, bytes: joined(id(3, 1000, 1), id(3, 1000, 2), id(0, 0, 0)) },
      { datatype: strings, bytes: joined(id(5, 9000, 1), id(3, 1000, 1)) },
      { datatype: int32, bytes: new Uint8Array(8) },
    ];
    const heap = await collectHeapObjects(file, parts);
    expect(file.log.metadata).toEqual([
      [
        { address: 1000, length: 4096 },
        { address: 9000, length: 4096 },
      ],
    ]);
    expect(stringsOf(decodeValues({ ...parts[0]!, shape: [3] }, heap))).toEqual(["one", "two", ""]);
    expect(stringsOf(decodeValues({ ...parts[1]!, shape: [2] }, heap))).toEqual(["three", "one"]);
  });

  test("fetches the rest of large collections in one more round", async () => {
    const long = text("x".repeat(10_000));
    const file = fileOf(
      { 0: new Uint8Array(8), 1000: collection(12_000, long), 15000: collection(4096, text("y")) },
      20_000,
    );
    const bytes = joined(id(10_000, 1000, 1), id(1, 15_000, 1));
    const heap = await collectHeapObjects(file, [{ datatype: strings, bytes }]);
    expect(file.log.metadata.map((ranges) => ranges.length)).toEqual([2, 1]);
    expect(file.log.metadata[1]).toEqual([{ address: 5096, length: 7904 }]);
    expect(stringsOf(decodeValues({ datatype: strings, bytes, shape: [2] }, heap))).toEqual(["x".repeat(10_000), "y"]);
  });

  test("goes on to the elements of elements, and finds ids inside of compounds and arrays", async () => {
    const inner = joined(id(1, 9000, 1), id(2, 9000, 2));
    const file = fileOf({ 1000: collection(4096, inner), 9000: collection(4096, text("a"), text("bc")) }, 20_000);
    const datatype: Datatype = {
      class: "compound",
      size: 40,
      members: [
        { name: "n", offset: 0, datatype: int32 },
        { name: "v", offset: 8, datatype: { class: "array", size: 32, dimensions: [2], item: lists(strings) } },
      ],
    };
    const bytes = joined(new Uint8Array(8), id(2, 1000, 1), id(0, 0, 0));
    const heap = await collectHeapObjects(file, [{ datatype, bytes }]);
    expect(file.log.metadata).toHaveLength(2);
    const array = decodeValues({ datatype, bytes, shape: [1] }, heap);
    const column = array.data.kind === "struct" ? array.data.fields["v"]! : array;
    if (column.data.kind !== "list") throw new TypeError("a sequence is a list");
    expect([...column.data.offsets]).toEqual([0, 2, 2]);
    expect(stringsOf(column.data.values)).toEqual(["a", "bc"]);
  });

  test("a damaged collection spoils only the elements in it", async () => {
    const file = fileOf({ 1000: text("JUNK"), 9000: collection(4096, text("good")) }, 20_000);
    const bad = { datatype: strings, bytes: id(4, 1000, 1) };
    const outside = { datatype: strings, bytes: id(4, 90_000, 1) };
    const good = { datatype: strings, bytes: id(4, 9000, 1) };
    const heap = await collectHeapObjects(file, [bad, outside, good]);
    expect(() => decodeValues({ ...bad, shape: [1] }, heap)).toThrow(/signature is wrong/);
    expect(() => decodeValues({ ...outside, shape: [1] }, heap)).toThrow();
    expect(stringsOf(decodeValues({ ...good, shape: [1] }, heap))).toEqual(["good"]);
  });

  test("collections that overlap are refused once they exceed the file", async () => {
    const bytes = new Uint8Array(300_000);
    const head = collection(4096);
    new DataView(head.buffer).setBigUint64(8, 200_000n, true);
    for (let at = 0; at < 50; at++) bytes.set(head.subarray(0, 16), 64 * at);
    const parts = [
      { datatype: strings, bytes: joined(...Array.from({ length: 49 }, (_, at) => id(1, 64 * (at + 1), 1))) },
    ];
    const heap = await collectHeapObjects(memoryFile(bytes), parts);
    expect(() => heap.collection(64 * 49)).toThrow(/overlap/);
  });

  test("an abort and bytes that cannot be had stop everything", async () => {
    const file = fileOf({ 1000: collection(4096, text("one")) }, 20_000);
    const parts = [{ datatype: strings, bytes: id(3, 1000, 1) }];
    const reason = new Error("enough");
    await expect(collectHeapObjects(file, parts, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const lost = { ...file, readMetadata: () => Promise.reject(new TypeError("no network")) };
    await expect(collectHeapObjects(lost, parts)).rejects.toThrow("no network");
  });
});

describe("parseCollection", () => {
  const parse = (bytes: Uint8Array) => parseCollection(memoryFile(bytes), 0, bytes);

  test("ends at the free space, which has number 0", () => {
    const { starts, ends } = parse(collection(4096, text("abcdefgh"), text("i")));
    expect([...starts]).toEqual([0, 32, 56]);
    expect([...ends]).toEqual([0, 40, 57]);
  });

  test("passes objects of no size, and refuses one that leaves the collection", () => {
    const bytes = collection(64, new Uint8Array(0), text("b"));
    expect([...parse(bytes).ends]).toEqual([0, 32, 49]);
    new DataView(bytes.buffer).setBigUint64(24, 1000n, true);
    let error: unknown;
    try {
      parse(bytes);
    } catch (thrown) {
      error = thrown;
    }
    expect(isLazyNwbError(error, "FORMAT")).toBe(true);
  });
});
