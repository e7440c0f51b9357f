import { elementOf, type NdArray, rangesFromMask } from "@lazynwb/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { andBits, countUnset, packBits, sliceBits, unpackBits } from "../../src/arrow/bitmap.ts";
import { concatRows } from "../../src/arrow/concat-rows.ts";
import { takeRows } from "../../src/arrow/take-rows.ts";
import * as arrays from "../support/arrays.ts";
import { runs, seed } from "../support/seed.ts";

const orNull = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { freq: 4, nil: null });
const rows = <Value>(values: fc.Arbitrary<Value>) => fc.array(values, { maxLength: 30 });
const small = fc.integer({ min: 0, max: 99 });

const column = fc.oneof(
  rows(orNull(fc.double())).map(arrays.float64),
  rows(orNull(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }))).map(arrays.int64),
  rows(orNull(fc.string({ unit: "grapheme" }))).map(arrays.text),
  rows(orNull(fc.boolean())).map(arrays.bool),
  rows(orNull(rows(orNull(small)))).map((lists) => arrays.list(lists, arrays.int8)),
  rows(orNull(rows(fc.string({ maxLength: 3 })))).map((lists) => arrays.list(lists, arrays.text)),
  rows(fc.tuple(small, small, small)).map((tuples) => arrays.fixedList(tuples, 3, arrays.int32)),
  rows(small).map((values) =>
    arrays.struct({ a: arrays.int32(values), b: arrays.text(values.map(String)) }, values.length),
  ),
  rows(fc.uint8Array({ minLength: 3, maxLength: 3 })).map((values) => arrays.binary(values, 3)),
);

const plainRows = (array: NdArray): unknown[] => {
  const width = array.shape.slice(1).reduce((product, size) => product * size, 1);
  return Array.from({ length: array.shape[0]! }, (_, row) =>
    width === 1 ? elementOf(array, row) : Array.from({ length: width }, (_, at) => elementOf(array, row * width + at)),
  );
};

describe(`rows of arrays (seed ${seed})`, () => {
  test("taken by ranges are the rows picked one by one", () => {
    fc.assert(
      fc.property(column, fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }), ({ array }, mask) => {
        const kept = Uint8Array.from(mask.slice(0, array.shape[0]), Number);
        const expected = plainRows(array).filter((_, row) => kept[row] === 1);
        const taken = takeRows(array, rangesFromMask(kept));
        expect(plainRows(taken)).toEqual(expected);
        // And again, of what are views by now.
        const half = kept.filter(Boolean).map((_, row) => row & 1);
        expect(plainRows(takeRows(taken, rangesFromMask(half)))).toEqual(expected.filter((_, row) => row & 1));
      }),
      { seed, numRuns: runs(400) },
    );
  });

  test("cut in two and put together are what they were", () => {
    fc.assert(
      fc.property(column, fc.nat(), ({ array, type }, cut) => {
        if (type.kind === "struct" || type.kind === "binary") return;
        const count = array.shape[0]!;
        const at = count === 0 ? 0 : cut % (count + 1);
        const parts = [Float64Array.of(0, at), Float64Array.of(at, count)].map((range) => takeRows(array, range));
        expect(plainRows(concatRows(parts))).toEqual(plainRows(array));
      }),
      { seed, numRuns: runs(300) },
    );
  });

  test("bitmaps are the bytes they were made of", () => {
    fc.assert(
      fc.property(fc.array(fc.boolean()), fc.nat(), fc.nat(), (flags, a, b) => {
        const bytes = Uint8Array.from(flags, Number);
        const bits = packBits(bytes);
        expect(unpackBits(bits, 0, bytes.length)).toEqual(bytes);
        expect(countUnset(bits, bytes.length)).toBe(flags.filter((flag) => !flag).length);
        const [start, stop] = [a, b].map((at) => at % (flags.length + 1)).sort((x, y) => x - y) as [number, number];
        expect(unpackBits(sliceBits(bits, start, stop), 0, stop - start)).toEqual(bytes.slice(start, stop));
        expect(andBits(bits, undefined)).toBe(bits);
      }),
      { seed, numRuns: runs(300) },
    );
  });
});
