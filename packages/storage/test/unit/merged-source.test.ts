import type { ByteWindow } from "@lazynwb/core";
import { PlanningScriptedSource, patternBytes, ScriptedSource } from "@lazynwb/core/testing";
import { describe, expect, test } from "vitest";
import { mergedSource, planMerge } from "../../src/index.ts";
import { turns } from "../turns.ts";

const bytes = patternBytes(1_000_000);
const asked = (source: ScriptedSource) => source.reads.map(({ range }) => range);

describe("reads issued in one go", () => {
  test("of several callers are one request, where they lie close together", async () => {
    const inner = new ScriptedSource(bytes);
    const source = mergedSource(inner);
    const windows = await Promise.all([
      source.read({ offset: 70_000, length: 100 }),
      source.read({ offset: 100, length: 100 }),
      ...source.readMany([
        { offset: 40_000, length: 100 },
        { offset: 300_000, length: 100 },
      ]),
    ]);
    expect(asked(inner)).toEqual([
      { offset: 100, length: 70_000 },
      { offset: 300_000, length: 100 },
    ]);
    // Views of one window: nothing was copied.
    expect(new Set(windows.map((window) => window.bytes.buffer)).size).toBe(1);
  });

  test("meet across continuations of one moment, not across macrotasks", async () => {
    const inner = new ScriptedSource(bytes);
    const source = mergedSource(inner);
    const first = source.read({ offset: 0, length: 10 });
    for (let hop = 0; hop < 20; hop++) await Promise.resolve();
    const second = source.read({ offset: 100, length: 10 });
    await Promise.all([first, second]);
    await source.read({ offset: 200, length: 10 });
    expect(asked(inner)).toEqual([
      { offset: 0, length: 110 },
      { offset: 200, length: 10 },
    ]);
  });

  test("become no larger request than allowed; one range that is larger comes in parallel pieces", async () => {
    const inner = new ScriptedSource(bytes);
    const source = mergedSource(inner, { maxGapBytes: 10_000, maxRequestBytes: 1000 });
    await source.read({ suffix: 1 });
    inner.reads.length = 0;
    inner.hold();
    const reads = source.readMany([
      { offset: 0, length: 600 },
      { offset: 600, length: 600 },
      { offset: 5000, length: 2500 },
    ]);
    await turns();
    expect(
      asked(inner).toSorted((left, right) => ("offset" in left && "offset" in right ? left.offset - right.offset : 0)),
    ).toEqual([
      { offset: 0, length: 600 },
      { offset: 600, length: 600 },
      { offset: 5000, length: 1000 },
      { offset: 6000, length: 1000 },
      { offset: 7000, length: 500 },
    ]);
    inner.release();
    const windows = await Promise.all(reads);
    expect(Buffer.compare(windows[2]!.bytes, bytes.subarray(5000, 7500))).toBe(0);
  });

  test("of a whole small object, asked for by a length that none has, cost one request", async () => {
    const inner = new ScriptedSource(bytes.subarray(0, 500));
    const window = await mergedSource(inner).read({ offset: 0, length: 2 ** 31 - 1 });
    expect(window.bytes.length).toBe(500);
    expect(inner.reads).toHaveLength(1);
  });

  test("inside a request under way wait for that one", async () => {
    const inner = new ScriptedSource(bytes);
    inner.hold();
    const source = mergedSource(inner);
    const first = source.read({ offset: 1000, length: 5000 });
    await turns();
    const [inside, across] = [source.read({ offset: 2000, length: 10 }), source.read({ offset: 5990, length: 20 })];
    await turns();
    inner.release();
    expect((await inside).bytes.buffer).toBe((await first).bytes.buffer);
    await across;
    expect(inner.reads).toHaveLength(2);
  });

  test("of tails are one request for the longest", async () => {
    const inner = new ScriptedSource(bytes);
    const source = mergedSource(inner);
    const [short, long] = await Promise.all([source.read({ suffix: 10 }), source.read({ suffix: 500 })]);
    expect(asked(inner)).toEqual([{ suffix: 500 }]);
    expect([short!.offset, long!.offset]).toEqual([999_990, 999_500]);
  });

  test("nowhere, or behind a known end, cost nothing", async () => {
    const inner = new ScriptedSource(bytes);
    const source = mergedSource(inner);
    await source.read({ offset: 5, length: 0 });
    expect(inner.reads).toHaveLength(0);
    await source.read({ offset: 0, length: 1 });
    expect((await source.read({ offset: 2_000_000, length: 10 })).bytes.length).toBe(0);
    expect(inner.reads).toHaveLength(1);
  });

  test("go through a source's own plan, as one batch", async () => {
    const inner = new PlanningScriptedSource(bytes);
    const source = mergedSource(inner, { maxGapBytes: 0 });
    await Promise.all(source.readMany([0, 1000, 2000].map((offset) => ({ offset, length: 10 }))));
    expect(inner.batches).toEqual([3]);
  });
});

describe("a request is given up", () => {
  test("when all its callers have left, and only then; its range can then be read anew", async () => {
    const inner = new ScriptedSource(bytes);
    inner.hold();
    const source = mergedSource(inner);
    const controllers = [new AbortController(), new AbortController()];
    const reads = controllers.map(({ signal }, at) => source.read({ offset: at * 100, length: 10 }, { signal }));
    const settled = Promise.allSettled(reads);
    await turns();
    controllers[0]!.abort("first");
    expect(inner.reads[0]!.signal!.aborted).toBe(false);
    controllers[1]!.abort("second");
    expect(inner.reads[0]!.signal!.aborted).toBe(true);
    expect((await settled).map((result) => result.status === "rejected" && result.reason)).toEqual(["first", "second"]);
    const again = source.read({ offset: 0, length: 10 });
    inner.release();
    expect((await again).bytes.length).toBe(10);
  });

  test("in the pieces that are still under way, when one of them has failed", async () => {
    const inner = new ScriptedSource(bytes, {
      before: ({ range }) => {
        if ("offset" in range && range.offset === 2000) throw new Error("piece");
      },
    });
    const source = mergedSource(inner, { maxRequestBytes: 1000 });
    await source.read({ suffix: 1 });
    await expect(source.read({ offset: 0, length: 5000 })).rejects.toThrow("piece");
    expect(inner.reads.slice(1).every(({ signal }) => signal!.aborted)).toBe(true);
  });
});

describe("a source that breaks its contract is found out", () => {
  const broken = (change: (window: ByteWindow) => Partial<ByteWindow>) =>
    mergedSource(new ScriptedSource(bytes, { answer: (window) => ({ ...window, ...change(window) }) }));

  test.each<[string, (window: ByteWindow) => Partial<ByteWindow>, string]>([
    ["by the whole object in place of a range", () => ({ bytes }), "STORAGE"],
    ["by another offset", ({ offset }) => ({ offset: offset + 1 }), "STORAGE"],
    ["by fewer bytes, away from the end", ({ bytes: read }) => ({ bytes: read.subarray(1) }), "SHORT_READ"],
  ])("%s", async (_, change, code) => {
    await expect(broken(change).read({ offset: 100, length: 50 })).rejects.toMatchObject({ code });
  });

  test("by throwing in place of rejecting", async () => {
    const fault = new Error("at once");
    const throwing = () => {
      throw fault;
    };
    for (const rest of [{}, { readMany: throwing }]) {
      const source = mergedSource({ id: "throws", read: throwing, ...rest });
      await expect(source.read({ offset: 0, length: 1 })).rejects.toBe(fault);
    }
  });

  test("by a range that no answer of ours could hold", async () => {
    const source = mergedSource(new ScriptedSource(bytes));
    await expect(source.read({ offset: 0, length: 2 ** 40 })).rejects.toMatchObject({ code: "LIMIT" });
  });
});

test.each([
  [64, [160]],
  [63, [50, 46]],
])("a gap of 64 bytes is merged where %i are allowed, to requests of %o", (maxGapBytes, lengths) => {
  const plan = planMerge(Float64Array.of(0, 114), Float64Array.of(50, 46), { maxGapBytes, maxRequestBytes: 160 });
  expect([...plan.lengths]).toEqual(lengths);
});

test("ten thousand ranges are planned without comparing each with each", () => {
  let compared = 0;
  const offsets = Float64Array.from({ length: 10_000 }, (_, at) => ((at * 7919) % 10_000) * 1000);
  const counting = new Proxy(offsets, {
    get(target, key) {
      compared++;
      const found = Reflect.get(target, key) as unknown;
      return typeof found === "function" ? found.bind(target) : found;
    },
  });
  const plan = planMerge(counting, new Float64Array(10_000).fill(100), { maxGapBytes: 500, maxRequestBytes: 1e6 });
  expect(plan.offsets).toHaveLength(10_000);
  expect(compared).toBeLessThan(10_000 * 60);
});
