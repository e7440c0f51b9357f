import { constants, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { parseZstdFrame } from "../../src/filter-pipeline/zstd-frame.ts";
import { unzstd as unzstdNode } from "../../src/filter-pipeline/zstd-node.ts";
import { unzstd as unzstdWeb } from "../../src/filter-pipeline/zstd-web.ts";

const sample = (length: number) => Uint8Array.from({ length }, (_, at) => (at * at) >> 9);

describe.each([
  ["node", unzstdNode],
  ["web", unzstdWeb],
])("zstd of %s", (_, unzstd) => {
  test("gives back what libzstd compressed, size known or not", async () => {
    for (const length of [0, 1, 1000, 100_000, 3_000_000])
      for (const level of [1, 3, 19]) {
        const bytes = sample(length);
        const stored = zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: level } });
        expect(Buffer.compare(await unzstd(stored, length, length), bytes), `${length} at ${level}`).toBe(0);
        expect(Buffer.compare(await unzstd(stored, null, length), bytes), `${length} at ${level}`).toBe(0);
      }
  });

  test("stops at the limit", async () => {
    const bomb = zstdCompressSync(new Uint8Array(20_000_000));
    expect(bomb.length).toBeLessThan(4000);
    for (const size of [4000, null]) await expect((async () => unzstd(bomb, size, 4000))()).rejects.toThrow(/4000/);
  });

  test("refuses a frame that was cut", async () => {
    const bytes = sample(50_000);
    const stored = zstdCompressSync(bytes);
    await expect((async () => unzstd(stored.subarray(0, 9000), bytes.length, bytes.length))()).rejects.toThrow();
  });
});

describe("the header of a frame", () => {
  const params = { [constants.ZSTD_c_checksumFlag]: 1 };

  test("tells its size where the writer knew it", () => {
    for (const length of [0, 200, 300, 70_000, 3_000_000]) {
      const stored = zstdCompressSync(sample(length), { pledgedSrcSize: length, params });
      expect(parseZstdFrame(stored).contentBytes).toBe(length);
    }
    expect(parseZstdFrame(zstdCompressSync(sample(3_000_000))).windowBytes).toBeLessThanOrEqual(2 ** 22);
  });

  test("is held against the bytes: cut, followed by others, or of another kind", () => {
    const stored = zstdCompressSync(sample(3000), { params });
    for (let length = 0; length < stored.length; length++)
      expect(() => parseZstdFrame(stored.subarray(0, length))).toThrow();
    expect(() => parseZstdFrame(Buffer.concat([stored, Buffer.of(0)]))).toThrow("1 bytes follow the frame");
    const dictionary = Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0x21, 7, 0, 1, 0, 0]);
    expect(() => parseZstdFrame(dictionary)).toThrow("needs a dictionary");
    expect(() => parseZstdFrame(Uint8Array.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xff, 1, 0, 0]))).toThrow(/window/);
    expect(() => parseZstdFrame(sample(30))).toThrow("does not begin with a frame");
  });
});
