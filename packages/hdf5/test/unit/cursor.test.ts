import { FormatError, isLazyNwbError } from "@lazynwb/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Cursor } from "../../src/cursor.ts";

const at = (bytes: readonly number[]) =>
  new Cursor(Uint8Array.from(bytes), { address: 100, what: "symbol table node", source: "a.nwb", baseAddress: 512 });

function failure(action: () => unknown): FormatError {
  try {
    action();
  } catch (error) {
    if (error instanceof FormatError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe("Cursor", () => {
  test("reads little-endian integers of every width, as DataView does", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), fc.integer({ min: 1, max: 6 }), (bytes, width) => {
        const padded = new Uint8Array(8);
        padded.set(bytes.subarray(0, width));
        const expected = new DataView(padded.buffer).getBigUint64(0, true);
        expect(new Cursor(bytes, { address: 0, what: "x" }).uint(width)).toBe(Number(expected));
      }),
      { verbose: 1 },
    );
  });

  test("refuses numbers above 2^53, and tells undefined addresses from them", () => {
    expect(at([255, 255, 255, 255, 255, 255, 255, 255]).address(8)).toBeNull();
    expect(at([255, 255]).address(2)).toBeNull();
    expect(at([254, 255]).address(2)).toBe(65534);
    expect(failure(() => at([0, 0, 0, 0, 0, 0, 32, 0]).address(8)).expected).toBe("below 2^53");
    expect(at([255, 255, 255, 255, 255, 255, 31, 0]).address(8)).toBe(2 ** 53 - 1);
    expect(failure(() => at([255, 255]).definedAddress(2)).message).toContain("an address is undefined");
  });

  test("an overrun names the file, the structure and the place, user block included", () => {
    const cursor = at([1, 2, 3]);
    cursor.u16();
    const error = failure(() => cursor.u16());
    expect(isLazyNwbError(error, "FORMAT")).toBe(true);
    expect(error).toMatchObject({ source: "a.nwb", offset: 614, expected: "2 more bytes", found: "1" });
    expect(error.message).toContain("symbol table node at 612");
    expect(cursor.offset).toBe(2);
  });

  test("hostile lengths are overruns too", () => {
    for (const length of [-1, Number.NaN, 4, Number.POSITIVE_INFINITY])
      expect(() => at([1, 2, 3]).bytes(length)).toThrow(FormatError);
    expect(() => at([1, 2, 3]).seek(4)).toThrow(FormatError);
    expect(() => at([1, 2, 3]).seek(-1)).toThrow(FormatError);
  });

  test("texts are cut at the first NUL and are UTF-8", () => {
    const cursor = at([0x61, 0, 0x62, 0xc3, 0xa4, 0, 0x63]);
    expect(cursor.string(3)).toBe("a");
    expect(cursor.terminatedString()).toBe("ä");
    expect(failure(() => cursor.terminatedString()).message).toContain("no end");
  });

  test("parts keep their place in the file; alignment counts from an origin", () => {
    const cursor = at([0, 0, 0, 7, 8, 9, 10, 11]);
    cursor.skip(3);
    expect(cursor.sub(2, "part").context).toMatchObject({ address: 103, what: "part" });
    cursor.align(4, 3);
    expect(cursor.offset).toBe(7);
    cursor.align(7);
    expect(cursor.offset).toBe(7);
  });
});
