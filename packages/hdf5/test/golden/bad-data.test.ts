import { ALL, type NdArray, rowRanges, type Selection } from "@lazynwb/core";
import { describe, expect, test } from "vitest";
import { type OpenHdf5Options, openHdf5 } from "../../src/index.ts";
import { readBad } from "../support/corpus.ts";
import { countingSource } from "../support/counting-source.ts";

async function read(name: string, path: string, selection: Selection = ALL, options: OpenHdf5Options = {}) {
  const hierarchy = await openHdf5(countingSource(readBad(name), { id: name }), options);
  try {
    return await hierarchy.read([{ path, selection }])[0]!;
  } finally {
    await hierarchy.close();
  }
}

const numbers = (array: NdArray) => (array.data.kind === "fixed" ? Array.from(array.data.values, Number) : []);
const first = { rows: rowRanges([0, 100]) };
const second = { rows: rowRanges([100, 200]) };

/** Bytes by which the most memory that the process ever held grew. */
async function memoryGrowth(action: () => Promise<unknown>): Promise<number> {
  const before = process.resourceUsage().maxRSS;
  await action().catch(() => undefined);
  return (process.resourceUsage().maxRSS - before) * 1024;
}

// First, before anything else lets the process grow: only growth beyond its peak is seen.
describe("memory that hostile data can make the reader take", () => {
  test.each([
    ["deflate_bomb_200mb.h5", "/bomb"],
    ["deflate_nested_bomb.h5", "/deflate4"],
    ["deflate_nested_bomb.h5", "/nested"],
    ["vlen_length_4g.h5", "/s"],
    ["dims_2_61.h5", "/last"],
    ["chunk_dim_4g.h5", "/opt"],
  ])("%s %s takes less than 64 MB", async (name, path) => {
    expect(await memoryGrowth(() => read(name, path))).toBeLessThan(64e6);
  });
});

describe("damaged data", () => {
  test.each([
    ["chunk_btree_cycle.h5", "/gz", "FORMAT", /level of a node does not follow/],
    ["chunk_size_2gb.h5", "/gz", "CORRUPT_CHUNK", /stored size is impossible/],
    ["chunk_addr_beyond_eof.h5", "/gz", "FORMAT", /leads out of the file/],
    ["deflate_corrupt.h5", "/gz", "CORRUPT_CHUNK", /chunk at 2112 is damaged: deflate/],
    ["deflate_bomb_200mb.h5", "/bomb", "CORRUPT_CHUNK", /stored size is impossible/],
    ["deflate_nested_bomb.h5", "/deflate4", "CORRUPT_CHUNK", /inflates to more than/],
    ["contiguous_addr_beyond_eof.h5", "/last", "FORMAT", /too large to be an address/],
    ["trunc_last_chunk.h5", "/last", "TRUNCATED_FILE", /13852 of its 21752 bytes are there/],
    ["vlen_length_4g.h5", "/s", "FORMAT", /too few for the 4294967295 that an element claims/],
    ["vlen_missing_heap_object.h5", "/s", "FORMAT", /holds no object 999/],
    ["vlen_heap_not_gcol.h5", "/s", "FORMAT", /global heap collection at 2048: the signature is wrong/],
    ["gcol_size_huge.h5", "/s", "FORMAT", /leads out of the file/],
    ["gcol_object_size_0.h5", "/s", "FORMAT", /holds no object 2/],
    ["ea_index_block_checksum.h5", "/ea", "FORMAT", /extensible array index block at 787: the checksum/],
    ["fa_huge_nelmts.h5", "/fa", "FORMAT", /fixed array header at 1845: the checksum/],
    ["fa_huge_nelmts_valid_checksum.h5", "/fa", "FORMAT", /fixed array data block at 7846 .* leaves the file/],
    ["bt2_depth_valid_checksum.h5", "/b2", "FORMAT", /depth 32767/],
    ["unknown_filter.h5", "/unk", "UNSUPPORTED", /filter 29999 \(lzf\)/],
  ])("%s %s: %s", async (name, path, code, message) => {
    await expect(read(name, path)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test("a wrong checksum spoils the rows of its chunk only", async () => {
    await expect(read("fletcher32_wrong.h5", "/fl", second)).rejects.toMatchObject({ filter: "fletcher32" });
    expect(numbers(await read("fletcher32_wrong.h5", "/fl", first))).toHaveLength(100);
  });

  test("a chunk without address reads as the fill value, as libhdf5 reads it", async () => {
    expect(numbers(await read("chunk_addr_undef.h5", "/gz", first))).toEqual(new Array(100).fill(0));
  });

  test("two chunks may share their bytes", async () => {
    const values = numbers(await read("chunk_overlap.h5", "/gz"));
    expect(values.slice(100, 200)).toEqual(values.slice(0, 100));
  });

  test("the size of contiguous storage is advice where it is too large", async () => {
    expect(numbers(await read("contiguous_size_2_62.h5", "/last"))).toHaveLength(1000);
  });

  test("a giant chunk is refused where the limit is below it, and read where it is not", async () => {
    const one = { rows: rowRanges([0, 1]) };
    const limit = { maxChunkBytes: 100_000_000 };
    const path = (await openHdf5(countingSource(readBad("honest_giant_chunk.h5")))).list("/");
    const name = (await path).map((link) => `/${link.name}`).find((each) => each !== "/good")!;
    await expect(read("honest_giant_chunk.h5", name, one, limit)).rejects.toMatchObject({
      code: "LIMIT",
      limit: "maxChunkBytes",
    });
    expect((await read("honest_giant_chunk.h5", name, one)).shape).toEqual([1]);
  });
});
