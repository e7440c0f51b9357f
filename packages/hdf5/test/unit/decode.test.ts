import { elementOf, FormatError, type NdArray, stringsOf } from "@lazynwb/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Datatype, FloatingPointDatatype } from "../../src/datatype/datatype.ts";
import { decodeValues } from "../../src/datatype/decode.ts";
import { collectHeapObjects, type HeapCollection, HeapObjects, NO_HEAP } from "../../src/global-heap.ts";
import { float64, int32, memoryFile, uint8 } from "../support/memory-file.ts";

const decode = (datatype: Datatype, bytes: Uint8Array, shape: readonly number[], owned = false): NdArray =>
  decodeValues({ datatype, bytes, shape, owned }, NO_HEAP);
const fixed = (array: NdArray) => (array.data.kind === "fixed" ? [...array.data.values] : []);
const text = (value: string) => new TextEncoder().encode(value);

describe("integers", () => {
  test("of every width, order, precision and offset equal arithmetic on big integers", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.boolean(),
        fc.boolean(),
        fc.nat(63),
        fc.nat(63),
        fc.uint8Array({ minLength: 64, maxLength: 64 }),
        fc.boolean(),
        (size, bigEndian, signed, low, high, bytes, owned) => {
          const bitOffset = Math.min(low, size * 8 - 1);
          const precision = Math.max(1, Math.min(high, size * 8 - bitOffset));
          // Of big-endian ones at offset 0 libhdf5 keeps the bits above the precision: tested by the corpus.
          if (bigEndian && bitOffset === 0 && precision !== size * 8) return;
          const count = Math.floor(bytes.length / size);
          const datatype: Datatype = { class: "fixed-point", size, bigEndian, bitOffset, precision, signed };
          const expected = Array.from({ length: count }, (_, at) => {
            let bits = 0n;
            for (let byte = 0; byte < size; byte++)
              bits = bits * 256n + BigInt(bytes[at * size + (bigEndian ? byte : size - 1 - byte)]!);
            const value = bits >> BigInt(bitOffset);
            return (signed ? BigInt.asIntN : BigInt.asUintN)(precision, value);
          });
          const found = fixed(decode(datatype, bytes.slice(), [count], owned)).map(BigInt);
          expect(found).toEqual(expected);
        },
      ),
      { verbose: 1, numRuns: 400 },
    );
  });

  test("are a view of owned bytes, and a copy of bytes that are shared", () => {
    const bytes = new Uint8Array(Int32Array.of(1, -2, 3).buffer);
    const own = decode(int32, bytes, [3], true);
    const copied = decode(int32, bytes, [3]);
    expect(own.data.kind === "fixed" && own.data.values.buffer).toBe(bytes.buffer);
    expect(copied.data.kind === "fixed" && copied.data.values.buffer).not.toBe(bytes.buffer);
    const swapped = decode({ ...int32, bigEndian: true } as Datatype, bytes, [3]);
    expect(fixed(swapped)).toEqual([0x01000000, -0x1000001, 0x03000000]);
    expect(fixed(own)).toEqual([1, -2, 3]);
  });

  test("fewer bytes than the shape needs are refused", () => {
    expect(() => decode(int32, new Uint8Array(11), [3])).toThrow(/12 bytes|do not lie/);
  });
});

describe("floating-point numbers", () => {
  const layout = (size: number, exponentBits: number, mantissaBits: number, more = {}): FloatingPointDatatype => ({
    class: "floating-point",
    size,
    order: "little",
    normalization: "implied",
    signPosition: exponentBits + mantissaBits,
    exponentPosition: mantissaBits,
    exponentBits,
    mantissaPosition: 0,
    mantissaBits,
    exponentBias: 2 ** (exponentBits - 1) - 1,
    ...more,
  });
  const hex = (...values: string[]) => Uint8Array.from(values.flatMap((each) => [...Buffer.from(each, "hex")]));

  test("IEEE in either order", () => {
    const values = [1.5, -0, Number.POSITIVE_INFINITY, 5e-324];
    const bytes = Buffer.alloc(32);
    values.forEach((value, at) => {
      bytes.writeDoubleBE(value, 8 * at);
    });
    expect(fixed(decode({ ...float64, order: "big" } as Datatype, bytes, [4]))).toEqual(values);
    expect(fixed(decode(layout(2, 5, 10), hex("003c", "00c0"), [2]))).toEqual([0x3c00, 0xc000]);
  });

  test("bfloat16, 24 bits, 8 bits", () => {
    expect(fixed(decode(layout(2, 8, 7), hex("803f", "20c0", "807f", "0100"), [4]))).toEqual([
      1,
      -2.5,
      Number.POSITIVE_INFINITY,
      2 ** -133,
    ]);
    expect(fixed(decode(layout(3, 7, 16, { order: "big" }), hex("3f0000", "bf8000", "400000"), [3]))).toEqual([
      1, -1.5, 2,
    ]);
    // e5m2: its bits are the upper byte of a half.
    expect(fixed(decode(layout(1, 5, 2), hex("3c", "01", "7c", "fb"), [4]))).toEqual([0x3c00, 0x0100, 0x7c00, 0xfb00]);
  });

  test("x87, whose leading 1 is stored", () => {
    const x87 = layout(16, 15, 64, { normalization: "stored", signPosition: 79, exponentPosition: 64 });
    const one = "0000000000000080ff3f000000000000";
    const minusThreeHalves = "00000000000000c0ffbf000000000000";
    const infinity = "0000000000000080ff7f000000000000";
    const third = "abaaaaaaaaaaaaaafd3f000000000000";
    const tiny = "00000000000000800100000000000000";
    expect(fixed(decode(x87, hex(one, minusThreeHalves, infinity, third, tiny), [5]))).toEqual([
      1,
      -1.5,
      Number.POSITIVE_INFINITY,
      1 / 3,
      0,
    ]);
  });
});

describe("text", () => {
  const fixedText = (padding: "null-terminated" | "null-padded" | "space-padded", value: string, size = 5) =>
    stringsOf(decode({ class: "string", size, padding }, text(value), [value.length / size]));

  test("loses its padding, and what lies behind the NUL of a terminated one", () => {
    expect(fixedText("null-terminated", "ab\0xyhello\0\0\0\0\0")).toEqual(["ab", "hello", ""]);
    expect(fixedText("null-padded", "ab\0\0\0a\0b\0\0hello")).toEqual(["ab", "a\0b", "hello"]);
    expect(fixedText("space-padded", "ab   a b  \0    ")).toEqual(["ab", "a b", "\0"]);
  });

  test("is UTF-8 whatever it claims; what is none becomes U+FFFD", () => {
    expect(stringsOf(decode({ class: "string", size: 3, padding: "null-padded" }, text("äx"), [1]))).toEqual(["äx"]);
    const broken = Uint8Array.of(0x61, 0xff, 0x62);
    expect(stringsOf(decode({ class: "string", size: 3, padding: "null-padded" }, broken, [1]))).toEqual(["a\ufffdb"]);
  });
});

describe("nested types", () => {
  test("a compound gives a column for each member, aligned or not", () => {
    const count = 40;
    const bytes = Buffer.alloc(15 * count);
    for (let at = 0; at < count; at++) {
      bytes.writeUInt8(at, 15 * at);
      bytes.writeInt32LE(-at, 15 * at + 1);
      bytes.writeDoubleLE(at / 8, 15 * at + 5);
    }
    const datatype: Datatype = {
      class: "compound",
      size: 15,
      members: [
        { name: "a", offset: 0, datatype: uint8 },
        { name: "__proto__", offset: 1, datatype: int32 },
        { name: "c", offset: 5, datatype: float64 },
      ],
    };
    const array = decode(datatype, bytes, [count / 2, 2]);
    expect(array.shape).toEqual([20, 2]);
    const fields = array.data.kind === "struct" ? Object.entries(array.data.fields) : [];
    expect(fields.map(([name, field]) => [name, field.shape, fixed(field)[39]])).toEqual([
      ["a", [20, 2], 39],
      ["__proto__", [20, 2], -39],
      ["c", [20, 2], 39 / 8],
    ]);
  });

  test("the dimensions of an array type are appended to the shape", () => {
    const datatype: Datatype = { class: "array", size: 24, dimensions: [2, 3], item: int32 };
    const array = decode(datatype, new Uint8Array(Int32Array.from({ length: 12 }, (_, at) => at).buffer), [2]);
    expect(array).toMatchObject({ shape: [2, 2, 3], dtype: { kind: "int" } });
    expect(fixed(array)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  test("object references share targets; zero and undefined are null", () => {
    const bytes = new Uint8Array(BigUint64Array.of(800n, 0n, 96n, 800n, 0xffff_ffff_ffff_ffffn).buffer);
    expect(decode({ class: "reference", size: 8, to: "object" }, bytes, [5]).data).toEqual({
      kind: "reference",
      codes: Int32Array.of(0, -1, 1, 0, -1),
      targets: [{ objectId: "h5:800" }, { objectId: "h5:96" }],
    });
    const far = new Uint8Array(BigUint64Array.of(2n ** 60n).buffer);
    expect(() => decode({ class: "reference", size: 8, to: "object" }, far, [1])).toThrow(/2\^53/);
  });
});

describe("elements in the global heap", () => {
  /** One collection at 4096 with these objects, numbered from 1. */
  function heapOf(...objects: Uint8Array[]): HeapObjects {
    const heap = new HeapObjects(8);
    const bytes = Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, ...objects.flatMap((each) => [...each])]);
    const starts = new Uint32Array(objects.length + 1);
    const ends = new Uint32Array(objects.length + 1);
    let at = 8;
    objects.forEach((object, index) => {
      starts[index + 1] = at;
      at += object.length;
      ends[index + 1] = at;
    });
    heap.add(4096, { bytes, starts, ends } satisfies HeapCollection);
    return heap;
  }
  const ids = (...entries: [length: number, index: number, address?: bigint][]) => {
    const view = new DataView(new ArrayBuffer(16 * entries.length));
    entries.forEach(([length, index, address = 4096n], at) => {
      view.setUint32(16 * at, length, true);
      view.setBigUint64(16 * at + 4, address, true);
      view.setUint32(16 * at + 12, index, true);
    });
    return new Uint8Array(view.buffer);
  };
  const strings: Datatype = { class: "vlen-string", size: 16 };
  const lists: Datatype = { class: "vlen", size: 16, item: int32 };
  const read = (datatype: Datatype, bytes: Uint8Array, heap: HeapObjects, maxResultBytes?: number) =>
    decodeValues({ datatype, bytes, shape: [bytes.length / 16] }, heap, { maxResultBytes });

  test("text is cut at its first NUL; a null pointer is empty", () => {
    const heap = heapOf(text("héllo"), text("ab\0cd"));
    const array = read(strings, ids([6, 1], [0, 0, 0n], [5, 2], [3, 1], [4, 9, 0n]), heap);
    expect(stringsOf(array)).toEqual(["héllo", "", "ab", "hé", ""]);
  });

  test("sequences become one array of items", () => {
    const heap = heapOf(new Uint8Array(Int32Array.of(1, 2, 3).buffer), new Uint8Array(Int32Array.of(9).buffer));
    const array = read(lists, ids([3, 1], [0, 0, 0n], [1, 2]), heap);
    expect([0, 1, 2].map((at) => elementOf(array, at))).toEqual([[1, 2, 3], [], [9]]);
    expect(array.dtype).toEqual({ kind: "list", item: { kind: "int", bits: 32, signed: true } });
  });

  test("lengths that the object does not have, and objects that are not there, are FormatErrors", () => {
    const heap = heapOf(text("hello"));
    expect(() => read(strings, ids([0xffffffff, 1]), heap)).toThrow(/too few for the 4294967295/);
    expect(() => read(strings, ids([5, 7]), heap)).toThrow(/no object 7/);
    expect(() => read(lists, ids([2, 1]), heap)).toThrow(/too few for the 8/);
    expect(() => read(strings, ids([5, 1, 8192n]), heap)).toThrow(/8192 was not read/);
  });

  test("many elements that share one object count each time", () => {
    const heap = heapOf(new Uint8Array(1000).fill(65));
    const shared = ids(...Array.from({ length: 100 }, (): [number, number] => [1000, 1]));
    expect(() => read(strings, shared, heap, 99_999)).toThrow(/100 texts hold more than 99999 bytes/);
    expect(stringsOf(read(strings, shared, heap, 100_000))).toHaveLength(100);
    const bytes: Datatype = { class: "vlen", size: 16, item: uint8 };
    expect(() => read(bytes, shared, heap, 99_999)).toThrow(/100 sequences hold more than 99999 bytes/);
  });
});

describe("elements too small for what they should hold", () => {
  test.each<[string, Datatype]>([
    ["a sequence", { class: "vlen", size: 12, item: int32 }],
    ["a text", { class: "vlen-string", size: 15 }],
    ["a region reference", { class: "reference", size: 8, to: "region" }],
    ["a reference of HDF5 1.12", { class: "reference", size: 4, to: "standard" }],
    ["an object reference", { class: "reference", size: 3, to: "object" }],
  ])("%s is refused, and spoils nothing else", async (_, datatype) => {
    const bytes = new Uint8Array(datatype.size * 3).fill(3);
    const heap = await collectHeapObjects(memoryFile(new Uint8Array(100)), [{ datatype, bytes }]);
    expect(() => decodeValues({ datatype, bytes, shape: [3] }, heap)).toThrow(FormatError);
  });
});

describe("references of HDF5 1.12", () => {
  const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));
  const standard: Datatype = { class: "reference", size: 18, to: "standard" };
  // As libhdf5 wrote them into references_v112.h5: one to /alias, one to its rows 1 to 3 and columns 2 to 3, one to nothing.
  const object = bytesOf("02 00 08 b3 00 00 00 00 00 00 00 00 00 00 00 00 00 00");
  const region = bytesOf("03 00 39 00 00 00 10 0d 00 00 00 00 00 00 09 00 00 00");
  const inHeap = bytesOf(
    "08 b3 00 00 00 00 00 00 00 1e 00 00 00 02 00 00 00 02 00 00 00 03 00 00 00 01 02 02 00 00 00" +
      "01 00 01 00 01 00 03 00 02 00 01 00 01 00 02 00 00 00 00 00 00 00 00 00 00 00",
  );
  const read = (...elements: Uint8Array[]) => {
    const heap = new HeapObjects(8);
    const starts = new Uint32Array(10);
    const ends = new Uint32Array(10);
    starts[9] = 8;
    ends[9] = 8 + inHeap.length;
    heap.add(3344, { bytes: Uint8Array.of(...new Uint8Array(8), ...inHeap), starts, ends });
    const bytes = Uint8Array.from(elements.flatMap((element) => [...element]));
    return decodeValues({ datatype: standard, bytes, shape: [elements.length] }, heap).data;
  };

  test("to objects and to regions, side by side", () => {
    expect(read(object, region, new Uint8Array(18))).toEqual({
      kind: "reference",
      codes: Int32Array.of(0, 1, -1),
      targets: [
        { objectId: "h5:179" },
        {
          objectId: "h5:179",
          region: { rows: Float64Array.of(1, 4), trailing: [{ start: 2, stop: 4 }] },
          elements: {
            kind: "regular",
            axes: [
              { start: 1, stride: 1, count: 1, block: 3 },
              { start: 2, stride: 1, count: 1, block: 2 },
            ],
          },
        },
      ],
    });
  });

  test("to attributes and other files are named; other kinds are damage", () => {
    const changed = (at: number, value: number) => object.with(at, value);
    expect(() => read(changed(0, 4))).toThrow(/references to attributes/);
    expect(() => read(changed(1, 1))).toThrow(/into other files/);
    expect(() => read(changed(0, 99))).toThrow(/no such kind/);
    expect(() => read(changed(2, 5))).toThrow(/no address/);
  });
});
