import { deflateSync } from "node:zlib";
import { isLazyNwbError } from "@lazynwb/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FilterMessage } from "../../src/dataset.ts";
import type { Codec } from "../../src/filter-pipeline/codec.ts";
import { fletcher32Of } from "../../src/filter-pipeline/fletcher32.ts";
import { inflate as inflateNode } from "../../src/filter-pipeline/inflate-node.ts";
import { adler32, inflate as inflateWeb } from "../../src/filter-pipeline/inflate-web.ts";
import { checkFilters, codecRegistry, decodeChunk, isFiltered } from "../../src/filter-pipeline/pipeline.ts";
import { unshuffle } from "../../src/filter-pipeline/shuffle.ts";

const where = { source: "memory", path: "/data", offset: 48 };
const message = (id: number, ...clientData: number[]): FilterMessage => ({ id, name: "", flags: 0, clientData });

/** What the writer does: byte `b` of element `i` goes to `b * count + i`. */
function shuffled(bytes: Uint8Array, width: number): Uint8Array {
  const count = Math.floor(bytes.length / width);
  const result = bytes.slice();
  for (let at = 0; at < count; at++)
    for (let byte = 0; byte < width; byte++) result[byte * count + at] = bytes[at * width + byte]!;
  return result;
}

/** The sums of the definition, word by word. */
function naiveFletcher(bytes: Uint8Array): number {
  let first = 0n;
  let second = 0n;
  for (let at = 0; at < bytes.length; at += 2) {
    first = (first + BigInt((bytes[at]! << 8) | (bytes[at + 1] ?? 0))) % 65535n;
    second = (second + first) % 65535n;
  }
  return Number((second << 16n) | first);
}

/** 0 and 65535 are the same sum. */
const canonical = (sum: number) => ((sum >>> 16) % 65535) * 65536 + ((sum & 0xffff) % 65535);

describe("unshuffle", () => {
  test("undoes shuffle for every width, length and alignment", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.integer({ min: 1, max: 17 }),
        fc.nat(3),
        (bytes, width, lead) => {
          const stored = new Uint8Array(lead + bytes.length);
          stored.set(shuffled(bytes, width), lead);
          expect(unshuffle(stored.subarray(lead), width)).toEqual(bytes);
        },
      ),
      { verbose: 1, numRuns: 500 },
    );
  });
});

describe("checksums", () => {
  test("fletcher32 of published vectors", () => {
    const ascii = (text: string) => new TextEncoder().encode(text);
    // The well-known vectors are over little-endian words; HDF5 sums big-endian ones, so their bytes are swapped in pairs.
    expect(fletcher32Of(ascii("badcfehg"))).toBe(0xebe19591);
    expect(fletcher32Of(ascii("badcfe"))).toBe(0x56502d2a);
  });

  test("fletcher32 equals the definition", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4000 }), (bytes) => {
        expect(canonical(fletcher32Of(bytes))).toBe(naiveFletcher(bytes));
      }),
      { verbose: 1 },
    );
  });

  test("adler32 of a published vector", () => {
    expect(adler32(new TextEncoder().encode("Wikipedia"))).toBe(0x11e60398);
  });
});

describe.each([
  ["node", inflateNode],
  ["web", inflateWeb],
])("inflate of %s", (_, inflate) => {
  test("gives back what zlib deflated, size known or not", async () => {
    for (const length of [0, 1, 1000, 100_000, 3_000_000]) {
      const bytes = Uint8Array.from({ length }, (_, at) => (at * at) >> 7);
      const stored = deflateSync(bytes);
      expect(Buffer.compare(await inflate(stored, length, length), bytes)).toBe(0);
      expect(Buffer.compare(await inflate(stored, null, length), bytes)).toBe(0);
    }
  });

  test("stops at the limit", async () => {
    const bomb = deflateSync(new Uint8Array(20_000_000));
    for (const size of [4000, null])
      await expect((async () => inflate(bomb, size, 4000))()).rejects.toMatchObject({ code: "ERR_BUFFER_TOO_LARGE" });
  });

  test("refuses a stream that was cut or changed", async () => {
    const bytes = Uint8Array.from({ length: 50_000 }, (_, at) => (at * 31) >> 3);
    const stored = new Uint8Array(deflateSync(bytes));
    await expect((async () => inflate(stored.subarray(0, 900), bytes.length, bytes.length))()).rejects.toThrow();
    const changed = stored.slice();
    changed[changed.length - 1]! ^= 1;
    await expect((async () => inflate(changed, bytes.length, bytes.length))()).rejects.toThrow("incorrect data check");
  });
});

describe("decodeChunk", () => {
  const bytes = Uint8Array.from({ length: 4001 }, (_, at) => (at * 7) >> 2);
  const withSum = (data: Uint8Array, swapped = false) => {
    const result = new Uint8Array(data.length + 4);
    result.set(data);
    const view = new DataView(result.buffer);
    const sum = fletcher32Of(data);
    view.setUint32(data.length, swapped ? ((sum & 0x00ff00ff) << 8) | ((sum >>> 8) & 0x00ff00ff) : sum, true);
    return result;
  };
  const filters = [message(2, 4), message(1, 6), message(3)];
  const decode = async (stored: Uint8Array, filterMask = 0, chunkBytes = bytes.length) =>
    new Uint8Array(await decodeChunk(stored, { filters, filterMask, chunkBytes, where }, codecRegistry()));

  test("undoes filters from the last to the first", async () => {
    expect(await decode(withSum(deflateSync(shuffled(bytes, 4))))).toEqual(bytes);
  });

  test("takes checksums of writers before HDF5 1.6.3", async () => {
    expect(await decode(withSum(deflateSync(shuffled(bytes, 4)), true))).toEqual(bytes);
  });

  test("leaves out what the mask says was skipped", async () => {
    expect(await decode(deflateSync(shuffled(bytes, 4)), 0b100)).toEqual(bytes);
    expect(await decode(withSum(shuffled(bytes, 4)), 0b010)).toEqual(bytes);
    expect(await decode(bytes, 0b111)).toEqual(bytes);
    expect(isFiltered(filters, 0b111)).toBe(false);
    expect(isFiltered(filters, 0b011)).toBe(true);
  });

  test("a wrong checksum, a wrong size and a broken stream are each named", async () => {
    const stored = withSum(deflateSync(shuffled(bytes, 4)));
    const flipped = stored.slice();
    flipped[100]! ^= 4;
    await expect(decode(flipped)).rejects.toMatchObject({ code: "CORRUPT_CHUNK", filter: "fletcher32" });
    await expect(decode(stored, 0, 4005)).rejects.toMatchObject({ code: "CORRUPT_CHUNK", filter: "deflate" });
    await expect(decode(stored, 0, 3999)).rejects.toMatchObject({ code: "CORRUPT_CHUNK", filter: "deflate" });
    await expect(decode(withSum(flipped.subarray(0, 800)))).rejects.toMatchObject({ code: "CORRUPT_CHUNK" });
    await expect(decode(new Uint8Array(2))).rejects.toMatchObject({ code: "CORRUPT_CHUNK", filter: "fletcher32" });
  });

  test("a bomb behind a second deflate is stopped there", async () => {
    const bomb = deflateSync(deflateSync(new Uint8Array(4000)));
    const twice = [message(1), message(1)];
    const chunk = { filters: twice, filterMask: 0, chunkBytes: 4000, where };
    expect(new Uint8Array(await decodeChunk(bomb, chunk, codecRegistry()))).toEqual(new Uint8Array(4000));
    const outer = deflateSync(new Uint8Array(50_000_000));
    await expect((async () => decodeChunk(outer, chunk, codecRegistry()))()).rejects.toMatchObject({
      code: "CORRUPT_CHUNK",
    });
  });

  test("blocks that lz4 stored as they are may have become larger before deflate", async () => {
    const data = bytes.subarray(0, 4000);
    const framed = new Uint8Array(12 + 40 * 104);
    const view = new DataView(framed.buffer);
    view.setUint32(4, data.length);
    view.setUint32(8, 100);
    for (let at = 0; at < 40; at++) {
      view.setUint32(12 + 104 * at, 100);
      framed.set(data.subarray(100 * at, 100 * at + 100), 16 + 104 * at);
    }
    const chunk = { filters: [message(32004, 100), message(1, 4)], filterMask: 0, chunkBytes: data.length, where };
    expect(await decodeChunk(deflateSync(framed), chunk, codecRegistry())).toEqual(data);
  });

  test("codecs can be added, and take the place of ours", async () => {
    const invert: Codec = { id: 29999, name: "invert", decode: (data) => data.map((byte) => byte ^ 0xff) };
    const chunk = { filters: [message(29999)], filterMask: 0, chunkBytes: bytes.length, where };
    const registry = codecRegistry([invert, { ...invert, id: 1 }]);
    expect(
      await decodeChunk(
        bytes.map((byte) => byte ^ 0xff),
        chunk,
        registry,
      ),
    ).toEqual(bytes);
    expect(registry.get(1)?.name).toBe("invert");
    const liar: Codec = { ...invert, decode: () => new Uint8Array(99) };
    expect(() => decodeChunk(bytes, chunk, codecRegistry([liar]))).toThrow(/wrong size/);
  });

  test("a filter without codec is named by id and name, unless the chunk skipped it", () => {
    const unknown = [message(1), { ...message(29999), name: "exotic" }];
    expect(() => checkFilters(unknown, 0b10, codecRegistry(), where)).not.toThrow();
    try {
      checkFilters(unknown, 0, codecRegistry(), where);
      expect.unreachable();
    } catch (error) {
      expect(isLazyNwbError(error, "UNSUPPORTED")).toBe(true);
      expect(error).toMatchObject({ feature: "filter 29999 (exotic)", path: "/data" });
    }
  });
});
