import { ALL, isLazyNwbError } from "@lazynwb/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openHdf5 } from "../../src/index.ts";
import { ownCorpus } from "../support/corpus.ts";
import { countingSource } from "../support/counting-source.ts";

const corpus = ownCorpus();

const FILES = [
  "idx_bt1_filtered_holes.h5",
  "idx_bt1_v108.h5",
  "idx_bt2.h5",
  "idx_ea_superblocks.h5",
  "idx_fixed_filtered.h5",
  "filt_std_i4.h5",
  "filt_nbit.h5",
  "filt_scaleoffset.h5",
  "filt_blosc.h5",
  "filt_bitshuffle.h5",
  "filt_lz4.h5",
  "filt_zstd.h5",
  "filter_masks_earliest.h5",
  "fill_earliest.h5",
  "types_complex_earliest.h5",
  "references_earliest.h5",
];

/** Reads all arrays at the root, together. Only errors of ours may come out. */
async function readAll(bytes: Uint8Array): Promise<number> {
  const source = countingSource(bytes);
  try {
    const hierarchy = await openHdf5(source, { maxResultBytes: 1 << 22, maxChunkBytes: 1 << 22 });
    const links = await hierarchy.list("/");
    const settled = await Promise.allSettled(
      hierarchy.read(links.map(({ name }) => ({ path: `/${name}`, selection: ALL }))),
    );
    for (const each of settled) if (each.status === "rejected" && !isLazyNwbError(each.reason)) throw each.reason;
  } catch (error) {
    if (!isLazyNwbError(error)) throw error;
  }
  return source.log.requests;
}

describe("data behind changed bytes is read or refused, and costs no more than it should", () => {
  test.each(FILES)("%s", async (file) => {
    const bytes = corpus.read(file);
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 60 }), async (changes) => {
        const damaged = bytes.slice();
        for (const [at, value] of changes) damaged[at] = value;
        expect(await readAll(damaged)).toBeLessThan(400);
      }),
      { verbose: 1, numRuns: 60 },
    );
  });
});
