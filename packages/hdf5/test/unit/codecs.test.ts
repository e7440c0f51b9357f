import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bitUnshuffle } from "../../src/filter-pipeline/bit-unshuffle.ts";
import { copyMatch } from "../../src/filter-pipeline/copy-bytes.ts";
import { decodeLz4Block } from "../../src/filter-pipeline/lz4-block.ts";

describe("bitUnshuffle", () => {
  /** What the writer does, bit by bit. */
  function bitShuffled(bytes: Uint8Array, count: number, width: number): Uint8Array {
    const result = new Uint8Array(bytes.length);
    for (let element = 0; element < count; element++)
      for (let bit = 0; bit < 8 * width; bit++) {
        const value = (bytes[element * width + (bit >> 3)]! >> (bit & 7)) & 1;
        result[(bit * count) / 8 + (element >> 3)]! |= value << (element & 7);
      }
    return result;
  }

  test("undoes it for every width, number and alignment", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 17 }),
        fc.nat(3),
        fc.nat(3),
        fc.nat(),
        (groups, width, lead, targetLead, seed) => {
          const length = 8 * groups * width;
          const bytes = Uint8Array.from({ length }, (_, at) => Math.imul(at + seed, 2654435761) >>> 13);
          const stored = new Uint8Array(lead + length);
          stored.set(bitShuffled(bytes, 8 * groups, width), lead);
          const target = new Uint8Array(targetLead + length).subarray(targetLead);
          bitUnshuffle(stored.subarray(lead), target, 8 * groups, width);
          expect(target).toEqual(bytes);
        },
      ),
      { verbose: 1, numRuns: 400 },
    );
  });
});

describe("copyMatch", () => {
  test("equals a copy byte by byte", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(900), (distance, length) => {
        const target = Uint8Array.from({ length: 1400 }, (_, at) => (at < 300 ? Math.imul(at, 40503) >>> 5 : 0));
        const expected = target.slice();
        for (let at = 0; at < length; at++) expected[300 + at] = expected[300 + at - distance]!;
        copyMatch(target, 300, distance, length);
        expect(target).toEqual(expected);
      }),
      { verbose: 1, numRuns: 500 },
    );
  });
});

describe("an LZ4 block", () => {
  const decode = (stored: number[], length: number) => {
    const target = new Uint8Array(length + 4).fill(0xee);
    const isSound = decodeLz4Block(Uint8Array.from(stored), 0, stored.length, target, 2, length + 2);
    expect([...target.subarray(0, 2), ...target.subarray(length + 2)]).toEqual([0xee, 0xee, 0xee, 0xee]);
    return isSound ? [...target.subarray(2, length + 2)] : null;
  };

  test("of literals, of a match that overlaps itself, and of long lengths", () => {
    expect(decode([0x30, 1, 2, 3], 3)).toEqual([1, 2, 3]);
    expect(decode([0x24, 1, 2, 2, 0, 0x10, 9], 11)).toEqual([1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 9]);
    expect(decode([0x1f, 7, 1, 0, 255, 2, 0x10, 5], 1 + 276 + 1)).toEqual([...new Array(277).fill(7), 5]);
    expect(decode([0xf0, 1, ...new Array(16).fill(4)], 16)).toEqual(new Array(16).fill(4));
    expect(decode([0], 0)).toEqual([]);
  });

  test("that reaches before its start, behind its end, or ends early is refused", () => {
    expect(decode([0x10, 1, 2, 0, 0x10, 9], 6)).toBeNull();
    expect(decode([0x10, 1, 0, 0, 0x10, 9], 6)).toBeNull();
    expect(decode([0x30, 1, 2, 3], 2)).toBeNull();
    expect(decode([0x30, 1, 2, 3], 4)).toBeNull();
    expect(decode([0x30, 1, 2], 3)).toBeNull();
    expect(decode([0xf0, 255, 255], 900)).toBeNull();
    expect(decode([0x1f, 7, 1, 0, 255], 900)).toBeNull();
    expect(decode([0x10, 7, 1], 1)).toBeNull();
    expect(decode([], 0)).toBeNull();
  });
});
