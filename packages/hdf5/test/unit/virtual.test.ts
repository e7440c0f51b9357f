import { ALL, type ByteStore, elementOf, type NdArray, rowRanges, type Selection } from "@lazynwb/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lookup3 } from "../../src/checksum.ts";
import { Cursor } from "../../src/cursor.ts";
import type { SpacedBlocks } from "../../src/datatype/stored-selection.ts";
import { hdf5Backend } from "../../src/index.ts";
import { selectAxes } from "../../src/layout/selected-axes.ts";
import { parseLayout } from "../../src/object-header/messages/layout.ts";
import { convertArray } from "../../src/virtual/convert.ts";
import { planPiece } from "../../src/virtual/plan-piece.ts";
import { sourceMappings } from "../../src/virtual/source-mappings.ts";
import { coordinateOf, positionOf, positionsBelow } from "../../src/virtual/spaced-axes.ts";
import { ownCorpus } from "../support/corpus.ts";
import { countingSource } from "../support/counting-source.ts";

const NAME = "virtual.h5";
const corpus = ownCorpus();

async function open(store: ByteStore | undefined = corpus.store) {
  const asked: string[] = [];
  const watched = store && {
    ...store,
    open: (key: string) => {
      asked.push(key);
      return store.open(key);
    },
  };
  const bytes = countingSource(corpus.read(NAME), { id: NAME });
  const hierarchy = (await hdf5Backend().open({ id: NAME, bytes, ...(watched && { store: watched }) }))!;
  return { hierarchy, asked };
}

const read = async (path: string, selection: Selection, store?: ByteStore) => {
  const { hierarchy, asked } = await open(store);
  const [array] = await Promise.all(hierarchy.read([{ path, selection }]));
  return { array: array!, asked };
};

const plain = (array: NdArray) =>
  Array.from({ length: array.shape.reduce((a, b) => a * b, 1) }, (_, at) => Number(elementOf(array, at)));

describe("virtual datasets", () => {
  test("only the files that hold wanted rows are opened", async () => {
    const { asked } = await read("/rows", { rows: rowRanges([2, 3]) });
    expect(asked).toEqual(["virtual__src2.h5.bin"]);
    const numbered = await read("/printf", { rows: rowRanges([2, 4], [6, 7]) });
    expect(numbered.asked).toEqual(["virtual__src1.h5.bin", "virtual__src3.h5.bin"]);
  });

  test("what is missing reads as the fill value, whichever way a file is missing", async () => {
    const nothing: ByteStore = { id: "empty", open: (key) => corpus.store.open(`no such ${key}`) };
    const { array } = await read("/missing_sources", ALL, nothing);
    expect(plain(array)).toEqual(new Array(36).fill(9));
  });

  test("without a store the sources are refused by name; those of the same file are not", async () => {
    const bytes = countingSource(corpus.read(NAME), { id: NAME });
    const hierarchy = (await hdf5Backend().open({ id: NAME, bytes }))!;
    const [rows, same] = await Promise.allSettled(
      hierarchy.read([
        { path: "/rows", selection: ALL },
        { path: "/same_file", selection: ALL },
      ]),
    );
    expect(rows).toMatchObject({ status: "rejected", reason: { code: "UNSUPPORTED", feature: "external link" } });
    expect(same).toMatchObject({ status: "fulfilled" });
  });

  test("one that is made of itself is told, and not followed", async () => {
    const changed = Buffer.from(corpus.read(NAME));
    const summed = (start: number, end: number) =>
      changed.writeUInt32LE(lookup3(changed.subarray(start, end - 4)), end - 4);
    // The last mapping to src0 is that of /cast, in an object of 92 bytes; the root's links end at 1668.
    const mapping = changed.lastIndexOf("virtual__src0.h5.bin");
    changed.write("././././././././v.h5", mapping, "latin1");
    summed(mapping - 9, mapping - 9 + 92);
    changed.write("d\0\0\0", changed.indexOf("cast"), "latin1");
    summed(changed.lastIndexOf("OCHK", 1668), 1668);
    const bytes = countingSource(new Uint8Array(changed), { id: "v.h5" });
    const hierarchy = (await hdf5Backend().open({ id: "v.h5", bytes, store: corpus.store }))!;
    await expect(hierarchy.read([{ path: "/d", selection: ALL }])[0]).rejects.toMatchObject({
      code: "FORMAT",
      message: expect.stringMatching(/made of itself/),
    });
  });

  test("extents are those of other files, and are not told", async () => {
    const { hierarchy } = await open();
    const [extent] = await hierarchy.locate!([{ path: "/rows", selection: { rows: rowRanges([0, 2]) } }]);
    expect(extent).toMatchObject({ decodedBytes: 2 * 6 * 8, exact: false, offsets: new Float64Array(0) });
  });
});

const blocks = fc
  .record({
    start: fc.nat(3),
    block: fc.integer({ min: 1, max: 3 }),
    gap: fc.nat(2),
    count: fc.integer({ min: 1, max: 4 }),
  })
  .map(({ start, block, gap, count }): SpacedBlocks => ({ start, block, stride: block + gap, count }));

const coordinatesOf = ({ start, stride, count, block }: SpacedBlocks) =>
  Array.from({ length: count * block }, (_, at) => start + Math.floor(at / block) * stride + (at % block));

describe("evenly spaced blocks", () => {
  test("positions and coordinates belong together", () => {
    fc.assert(
      fc.property(blocks, fc.nat(20), (axis, length) => {
        const coordinates = coordinatesOf(axis);
        coordinates.forEach((coordinate, position) => {
          expect(coordinateOf(axis, position)).toBe(coordinate);
          expect(positionOf(axis, coordinate)).toBe(position);
        });
        for (let at = 0; at < 30; at++) if (!coordinates.includes(at)) expect(positionOf(axis, at)).toBe(-1);
        expect(positionsBelow(axis, length)).toBe(coordinates.filter((at) => at < length).length);
      }),
      { seed: 20_261_123 },
    );
  });
});

describe("planPiece", () => {
  test("takes the elements that walking both selections side by side gives", () => {
    const rows = fc.uniqueArray(fc.nat(18), { maxLength: 6 }).map((at) => at.sort((a, b) => a - b));
    fc.assert(
      fc.property(blocks, blocks, rows, fc.integer({ min: 1, max: 3 }), (first, second, edges, step) => {
        const shape = [20, 20];
        const even = edges.slice(0, edges.length - (edges.length % 2));
        const selection = { rows: Float64Array.from(even), step, trailing: [{ start: 1, stop: 18, step: 2 }] };
        const wanted = selectAxes(selection, shape);
        const lengths = [first.count * first.block, second.count * second.block];
        const total = lengths[0]! * lengths[1]!;
        // A source of one axis with holes.
        const source: SpacedBlocks = { start: 2, stride: 3, count: total, block: 1 };
        const plan = planPiece(wanted, [first, second], lengths, [source], [total], [3 * total + 2]);
        const chosenRows: number[] = [];
        for (let range = 0; range < even.length; range += 2)
          for (let row = even[range]!; row < even[range + 1]!; row += step) chosenRows.push(row);
        const expected = new Map<number, number>();
        coordinatesOf(first).forEach((row, i) => {
          coordinatesOf(second).forEach((column, j) => {
            const place = chosenRows.indexOf(row);
            if (place < 0 || column < 1 || column >= 18 || column % 2 === 0) return;
            expected.set(place * wanted.resultShape[1]! + (column - 1) / 2, 2 + 3 * (i * lengths[1]! + j));
          });
        });
        const found = new Map<number, number>();
        if (plan !== null) {
          const chosen: number[] = [];
          const ranges = plan.selection.rows as Float64Array;
          for (let at = 0; at < ranges.length; at += 2)
            for (let row = ranges[at]!; row < ranges[at + 1]!; row++) chosen.push(row);
          const { from, to, lengths: runs } = plan.runs;
          runs.forEach((length, run) => {
            for (let at = 0; at < length; at++) found.set(to[run]! + at, chosen[from[run]! + at]!);
          });
        }
        expect([...found].sort(([a], [b]) => a - b)).toEqual([...expected].sort(([a], [b]) => a - b));
      }),
      { seed: 20_261_123 },
    );
  });

  test("a source that is too small is told", () => {
    const all = [{ start: 0, stride: 1, count: 1, block: 4 }];
    expect(() => planPiece(selectAxes(ALL, [4]), all, [4], all, [4], [3])).toThrow(/its source does not have/);
  });
});

describe("sourceMappings", () => {
  const blocksOf = (count: number) => [{ start: 0, stride: 2, count, block: 2 }];
  const mapping = (file: string, count: number) => ({
    file,
    dataset: "d%%",
    source: { kind: "all" } as const,
    virtual: { kind: "regular" as const, axes: blocksOf(count) },
  });

  test("names hold the number of the block, and a percent sign where two stand", () => {
    const wanted = selectAxes({ rows: rowRanges([3, 7]) }, [100]);
    const found = sourceMappings(mapping("s%b_%%b_%b.h5", Number.POSITIVE_INFINITY), wanted, 10);
    expect(found.map(({ file, dataset }) => [file, dataset])).toEqual([
      ["s1_%b_1.h5", "d%"],
      ["s2_%b_2.h5", "d%"],
      ["s3_%b_3.h5", "d%"],
    ]);
  });

  test("more files than may be opened are a LimitError, before any is", () => {
    const wanted = selectAxes(ALL, [1_000_000]);
    const make = () => sourceMappings(mapping("s%b", Number.POSITIVE_INFINITY), wanted, 10);
    expect(make).toThrow(expect.objectContaining({ code: "LIMIT", limit: "maxLinkedFiles" }));
  });

  test.each([
    { start: 0, stride: 1, count: 2, block: 2 },
    { start: 0, stride: 0, count: 2, block: 1 },
    { start: 0, stride: 1, count: 1, block: 0 },
    { start: 0, stride: 1, count: 0, block: 1 },
  ])("%j is refused", (axis) => {
    const bad = { ...mapping("s", 1), virtual: { kind: "regular" as const, axes: [axis] } };
    expect(() => sourceMappings(bad, selectAxes(ALL, [4]), 10)).toThrow(/empty or overlap/);
  });
});

describe("conversion to the type of the virtual dataset", () => {
  const int64 = (...values: bigint[]): NdArray => ({
    dtype: { kind: "int", bits: 64, signed: true },
    shape: [values.length],
    data: { kind: "fixed", values: BigInt64Array.from(values) },
  });
  const convert = (array: NdArray, dtype: NdArray["dtype"]) => {
    const { data } = convertArray(array, dtype);
    return data.kind === "fixed" ? [...data.values] : [];
  };

  test("integers that do not fit become the nearest that does", () => {
    expect(convert(int64(-5n, 300n, 7n), { kind: "int", bits: 8, signed: false })).toEqual([0, 255, 7]);
    expect(convert(int64(-5n, 2n ** 63n - 1n), { kind: "int", bits: 64, signed: false })).toEqual([0n, 2n ** 63n - 1n]);
  });

  test("large integers are rounded once to a float32", () => {
    // Half way between two float32 but for the last bit, which a float64 cannot hold.
    const value = 2n ** 60n + 2n ** 36n + 1n;
    expect(convert(int64(value, -value), { kind: "float", bits: 32 })).toEqual([
      2 ** 60 + 2 ** 37,
      -(2 ** 60) - 2 ** 37,
    ]);
  });

  test("floats lose their fraction; NaN is 0", () => {
    const values = Float64Array.of(1.9, -1.9, Number.NaN, 1e30, Number.NEGATIVE_INFINITY);
    const array: NdArray = { dtype: { kind: "float", bits: 64 }, shape: [5], data: { kind: "fixed", values } };
    const found = convert(array, { kind: "int", bits: 16, signed: true });
    expect(found).toEqual([1, -1, 0, 32_767, -32_768]);
  });

  test("other types are refused by name", () => {
    expect(() => convertArray(int64(1n), { kind: "text" })).toThrow(expect.objectContaining({ code: "UNSUPPORTED" }));
  });
});

test("a virtual layout without an address maps nothing", () => {
  const bytes = Uint8Array.of(4, 3, ...new Array<number>(8).fill(255), 0, 0, 0, 0);
  const layout = parseLayout(new Cursor(bytes, { address: 0, what: "layout" }), { offsetBytes: 8, lengthBytes: 8 });
  expect(layout).toEqual({ kind: "virtual", heap: null, index: 0 });
});
