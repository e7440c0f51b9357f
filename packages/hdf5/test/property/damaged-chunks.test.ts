import { isLazyNwbError } from "@lazynwb/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codecRegistry, decodeChunk } from "../../src/filter-pipeline/pipeline.ts";
import { type StoredChunk, storedChunks } from "../support/stored-chunks.ts";

/** Filters, and a file of the checkout that libhdf5 or a plugin wrote through each. */
const FILES: readonly (readonly [name: string, filter: number, file: string])[] = [
  ["nbit", 5, "filt_nbit.h5"],
  ["scaleoffset", 6, "filt_scaleoffset.h5"],
  ["scaleoffset", 6, "filt_scaleoffset_be_u2.h5"],
  ["scaleoffset", 6, "filt_scaleoffset_f4.h5"],
  ["blosc", 32001, "filt_blosc.h5"],
  ["lz4", 32004, "filt_lz4.h5"],
  ["bitshuffle", 32008, "filt_bitshuffle.h5"],
  ["zstd", 32015, "filt_zstd.h5"],
];

/** The last byte of packed bits may hold none. */
const UNUSED_BYTES = 1;

const registry = codecRegistry();

async function decode({ file, path, filters, filterMask, chunkBytes }: StoredChunk, bytes: Uint8Array) {
  const where = { source: file, path, offset: 0 };
  return decodeChunk(bytes, { filters, filterMask, chunkBytes, where }, registry);
}

describe.each(FILES)("%s", (name, filter, file) => {
  const chunks = storedChunks(file, filter);
  /** Chunks whose last filter it is, so that the damage is its own to see. */
  const bare = chunks.filter(({ filters, filterMask }) => filters.at(-1)?.id === filter && filterMask === 0);

  test(`${file}: there are chunks to damage`, () => {
    expect(bare.length).toBeGreaterThan(0);
  });

  test(`${file}: a chunk that was cut is refused wherever it was cut`, async () => {
    for (const chunk of bare)
      for (let length = 0; length < chunk.bytes.length - UNUSED_BYTES; length++)
        await expect(
          decode(chunk, chunk.bytes.subarray(0, length)),
          `${chunk.path} cut at ${length} of ${chunk.bytes.length}`,
        ).rejects.toMatchObject({ code: "CORRUPT_CHUNK", filter: name });
  });

  test(`${file}: bytes that follow a chunk are refused`, async () => {
    for (const chunk of bare) {
      const longer = new Uint8Array(chunk.bytes.length + 9).fill(0x5a);
      longer.set(chunk.bytes);
      await expect(decode(chunk, longer), chunk.path).rejects.toMatchObject({ code: "CORRUPT_CHUNK", filter: name });
    }
  });

  test(`${file}: junk in place of a chunk is refused, or is a chunk`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...bare), fc.uint8Array({ maxLength: 700 }), async (chunk, junk) => {
        await expectChunkOrError(chunk, junk);
      }),
      { verbose: 1, numRuns: 200 },
    );
  });

  test(`${file}: changed bytes give a chunk of the right size or a typed error`, async () => {
    const change = fc.tuple(fc.nat(), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...chunks),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (chunk, changes, inHead) => {
          const damaged = chunk.bytes.slice();
          for (const [at, value] of changes)
            damaged[at % (inHead ? Math.min(24, damaged.length) : damaged.length)] = value;
          await expectChunkOrError(chunk, damaged);
        },
      ),
      { verbose: 1, numRuns: 400 },
    );
  });
});

async function expectChunkOrError(chunk: StoredChunk, bytes: Uint8Array): Promise<void> {
  try {
    expect((await decode(chunk, bytes)).length).toBe(chunk.chunkBytes);
  } catch (error) {
    if (!isLazyNwbError(error, "CORRUPT_CHUNK") && !isLazyNwbError(error, "UNSUPPORTED")) throw error;
  }
}
