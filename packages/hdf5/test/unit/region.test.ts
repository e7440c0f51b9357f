import { describe, expect, test } from "vitest";
import { parseRegion, selectionOfStored } from "../../src/datatype/region.ts";

const bytes = (words: readonly (number | bigint)[], widths: readonly number[]) => {
  const parts = words.map((word, at) => {
    const part = Buffer.alloc(8);
    part.writeBigUInt64LE(BigInt(word));
    return part.subarray(0, widths[Math.min(at, widths.length - 1)]);
  });
  return new Uint8Array(Buffer.concat(parts));
};
const region = (words: readonly (number | bigint)[], widths: readonly number[] = [4]) => {
  const selection = selectionOfStored(parseRegion(bytes(words, widths), 96));
  return selection && { ...selection, rows: selection.rows === "all" ? "all" : [...selection.rows] };
};

describe("parseRegion", () => {
  test("all and none", () => {
    expect(region([3, 1, 0, 0])).toEqual({ rows: "all" });
    expect(region([0, 1, 0, 0])).toEqual({ rows: [] });
  });

  test("blocks of version 1: corners, the last ones inclusive", () => {
    // rows 2..4, columns 1..3 of a matrix
    expect(region([2, 1, 0, 0, 2, 1, 2, 1, 4, 3])).toEqual({ rows: [2, 5], trailing: [{ start: 1, stop: 4 }] });
    // rows 3, 7 and 8..9 of a vector; neighbours join
    expect(region([2, 1, 0, 0, 1, 3, 3, 3, 7, 7, 8, 9])).toEqual({ rows: [3, 4, 7, 10] });
  });

  test("blocks that differ in their columns, or lie out of order, mean the object alone", () => {
    expect(region([2, 1, 0, 0, 2, 2, 0, 0, 1, 1, 2, 0, 3, 2])).toBeUndefined();
    expect(region([2, 1, 0, 0, 1, 2, 7, 7, 3, 3])).toBeUndefined();
  });

  test("regular hyperslabs of version 2 and 3: start, stride, count and block of each axis", () => {
    const axes = [0, 4, 2, 2, 0, 4, 2, 1];
    const expected = { rows: [0, 2, 4, 6], trailing: [{ start: 0, stop: 5, step: 4 }] };
    expect(region([2, 2, 1, 0, 2, ...axes], [4, 4, 1, 4, 4, 8])).toEqual(expected);
    expect(region([2, 3, 1, 2, 2, ...axes], [4, 4, 1, 1, 4, 2])).toEqual(expected);
    const unlimited = [0, 4, 0xffffn, 2];
    expect(region([2, 3, 1, 2, 1, ...unlimited], [4, 4, 1, 1, 4, 2])).toBeUndefined();
  });

  test("points of a vector, sorted, are rows; other points mean the object alone", () => {
    expect(region([1, 1, 0, 0, 1, 3, 2, 3, 9])).toEqual({ rows: [2, 4, 9, 10] });
    expect(region([1, 2, 2, 1, 2, 5, 6], [4, 4, 1, 4, 2])).toEqual({ rows: [5, 7] });
    expect(region([1, 1, 0, 0, 2, 1, 5, 6])).toBeUndefined();
  });

  test("an unknown kind and an early end are FormatErrors", () => {
    expect(() => region([2, 1, 0, 0])).toThrow(/ends too early/);
    expect(() => region([7, 1, 0, 0])).toThrow(/no such kind/);
    expect(() => region([2, 1, 0, 0, 2, 1, 2])).toThrow(/more coordinates than bytes/);
  });
});
