import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bitUnshuffle } from "../../src/filter-pipeline/bit-unshuffle.ts";
import { decodeBlosc } from "../../src/filter-pipeline/blosc.ts";
import { decodeBlosclz } from "../../src/filter-pipeline/blosclz.ts";
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

describe("a BloscLZ stream", () => {
  const decode = (stored: readonly number[], length: number) => {
    const target = new Uint8Array(length + 4).fill(0xee);
    const isSound = decodeBlosclz(Uint8Array.from(stored), 0, stored.length, target, 2, length + 2);
    expect([...target.subarray(0, 2), ...target.subarray(length + 2)]).toEqual([0xee, 0xee, 0xee, 0xee]);
    return isSound ? [...target.subarray(2, length + 2)] : null;
  };
  const bytes = Array.from({ length: 9000 }, (_, at) => Math.imul(at, 40503) & 255);
  /** Runs of up to 32 literals. */
  const literals = (from: readonly number[]) =>
    from.flatMap((byte, at) => (at % 32 === 0 ? [Math.min(32, from.length - at) - 1, byte] : [byte]));

  test("of literals and of matches near and far, short and long", () => {
    expect(decode(literals(bytes), 9000)).toEqual(bytes);
    expect(decode([2, 1, 2, 3, 0x20, 2, 0, 9], 7)).toEqual([1, 2, 3, 1, 2, 3, 9]);
    expect(decode([0, 7, 0xe0, 255, 1, 0, 0, 9], 1 + 265 + 1)).toEqual([...new Array(266).fill(7), 9]);
    const far = [...literals(bytes), 0x3f, 255, 0, 100, 0, 9];
    expect(decode(far, 9004)).toEqual([...bytes, ...bytes.slice(9000 - 8292, 9000 - 8292 + 3), 9]);
  });

  test("that reaches before its start, behind its end, or ends early is refused", () => {
    expect(decode([2, 1, 2, 3, 0x20, 3, 0, 9], 7)).toBeNull();
    expect(decode([2, 1, 2, 3, 0x20, 2, 0, 9], 6)).toBeNull();
    expect(decode([2, 1, 2, 3, 0x20, 2, 0, 9], 8)).toBeNull();
    expect(decode([2, 1, 2], 3)).toBeNull();
    expect(decode([2, 1, 2, 3, 0x20], 6)).toBeNull();
    expect(decode([0, 7, 0xe0, 255], 400)).toBeNull();
    expect(decode([...literals(bytes), 0x3f, 255, 0], 9003)).toBeNull();
    expect(decode([], 1)).toBeNull();
  });
});

describe("a Blosc chunk", () => {
  const where = { source: "memory", path: "/data", offset: 48 };
  const chunk = (flags: number, width: number, length: number, body: readonly number[], version = 2) => {
    const bytes = new Uint8Array(16 + body.length);
    const view = new DataView(bytes.buffer);
    bytes.set([version, 1, flags, width]);
    view.setUint32(4, length, true);
    view.setUint32(8, length, true);
    view.setUint32(12, bytes.length, true);
    bytes.set(body, 16);
    return bytes;
  };
  const decode = async (bytes: Uint8Array, length = 4) =>
    decodeBlosc(bytes, { clientData: [], outputBytes: length, maxOutputBytes: length, where });

  test("that is a copy, and one whose block is a copy", async () => {
    expect([...(await decode(chunk(0x02, 4, 4, [1, 2, 3, 4])))]).toEqual([1, 2, 3, 4]);
    expect([...(await decode(chunk(0x00, 4, 4, [20, 0, 0, 0, 4, 0, 0, 0, 1, 2, 3, 4])))]).toEqual([1, 2, 3, 4]);
  });

  test("in snappy is refused by name", async () => {
    const snappy = chunk(0x40, 4, 4, [20, 0, 0, 0, 2, 0, 0, 0, 1, 2]);
    await expect(decode(snappy)).rejects.toMatchObject({
      code: "UNSUPPORTED",
      feature: "filter 32001 (blosc) with snappy",
    });
  });

  test.each([
    ["another version", chunk(0x02, 4, 4, [1, 2, 3, 4], 5)],
    ["a reserved flag", chunk(0x0a, 4, 4, [1, 2, 3, 4])],
    ["a compressor that does not exist", chunk(0xe0, 4, 4, [20, 0, 0, 0, 2, 0, 0, 0, 1, 2])],
    ["another size", chunk(0x02, 4, 5, [1, 2, 3, 4, 5])],
    ["a copy that is too short", chunk(0x02, 4, 4, [1, 2, 3])],
    ["elements of no bytes", chunk(0x20, 0, 4, [20, 0, 0, 0, 4, 0, 0, 0, 1, 2, 3, 4])],
    ["no table of blocks", chunk(0x20, 4, 4, [])],
    ["a block inside of the header", chunk(0x20, 4, 4, [0, 0, 0, 0, 4, 0, 0, 0, 1, 2, 3, 4])],
    ["a block outside of the chunk", chunk(0x20, 4, 4, [99, 0, 0, 0, 4, 0, 0, 0, 1, 2, 3, 4])],
    ["a stream that is too long", chunk(0x20, 4, 4, [20, 0, 0, 0, 5, 0, 0, 0, 1, 2, 3, 4])],
    ["a broken stream of lz4", chunk(0x20, 4, 4, [20, 0, 0, 0, 3, 0, 0, 0, 1, 2, 3])],
    ["a broken stream of zlib", chunk(0x60, 4, 4, [20, 0, 0, 0, 3, 0, 0, 0, 1, 2, 3])],
    ["a broken stream of zstd", chunk(0x80, 4, 4, [20, 0, 0, 0, 3, 0, 0, 0, 1, 2, 3])],
  ])("with %s is damaged", async (_, bytes) => {
    await expect(decode(bytes)).rejects.toMatchObject({ code: "CORRUPT_CHUNK", filter: "blosc", path: "/data" });
  });
});
