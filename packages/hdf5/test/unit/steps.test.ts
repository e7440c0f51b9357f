import { describe, expect, test } from "vitest";
import { NodeCache } from "../../src/chunk-index/node-cache.ts";
import { type Steps, walkTogether } from "../../src/steps.ts";
import { memoryFile } from "../support/memory-file.ts";

function* sum(...levels: (readonly number[])[]): Steps<number> {
  let total = 0;
  for (const level of levels)
    for (const bytes of yield level.map((address) => ({ address, length: 1 }))) total += bytes[0]!;
  return total;
}

function* fails(): Steps<number> {
  yield [{ address: 0, length: 1 }];
  throw new RangeError("of its own");
}

describe("walkTogether", () => {
  const file = () => memoryFile(Uint8Array.from({ length: 100 }, (_, at) => at));

  test("makes one batch of what all walks want at one time", async () => {
    const of = file();
    const settled = await walkTogether(of, [sum([1, 2], [3]), sum([4]), sum()]);
    expect(settled.map((each) => each.status === "fulfilled" && each.value)).toEqual([6, 4, 0]);
    expect(of.log.metadata.map((ranges) => ranges.length)).toEqual([3, 1]);
  });

  test("a walk that fails, by itself or by a range outside of the file, fails alone", async () => {
    const settled = await walkTogether(file(), [fails(), sum([1], [500]), sum([1], [2], [3])]);
    expect(settled).toMatchObject([
      { status: "rejected", reason: { message: "of its own" } },
      { status: "rejected", reason: { code: "TRUNCATED_FILE" } },
      { status: "fulfilled", value: 6 },
    ]);
  });

  test("stops for an abort between levels", async () => {
    const controller = new AbortController();
    const of = file();
    const reason = new Error("enough");
    function* aborts(): Steps<number> {
      yield [{ address: 0, length: 1 }];
      controller.abort(reason);
      yield [{ address: 1, length: 1 }];
      return 0;
    }
    await expect(walkTogether(of, [aborts(), sum([1], [2])], { signal: controller.signal })).rejects.toBe(reason);
    expect(of.log.metadata).toHaveLength(1);
  });
});

describe("NodeCache", () => {
  test("lets go of what was not looked at for longest", () => {
    const cache = new NodeCache(100);
    cache.set("a", 1, 40);
    cache.set("b", 2, 40);
    expect(cache.get("a")).toBe(1);
    cache.set("c", 3, 40);
    expect([cache.get("a"), cache.get("b"), cache.get("c")]).toEqual([1, undefined, 3]);
    cache.set("d", 4, 500);
    expect([cache.get("a"), cache.get("c"), cache.get("d")]).toEqual([undefined, undefined, undefined]);
    cache.set("a", 5, 40);
    cache.set("a", 6, 60);
    cache.set("b", 7, 40);
    expect([cache.get("a"), cache.get("b")]).toEqual([6, 7]);
  });
});
