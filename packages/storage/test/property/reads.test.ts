import type { ByteRange, ByteSource, ByteWindow } from "@lazynwb/core";
import { patternBytes, ScriptedSource } from "@lazynwb/core/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cachedSource, memoryCache, memorySource, mergedSource, openSource, planMerge } from "../../src/index.ts";
import { endOf, WindowList } from "../../src/window-list.ts";

const size = 4000;
const bytes = patternBytes(size);

const range: fc.Arbitrary<ByteRange> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ offset: fc.nat(size + 200), length: fc.nat(700) }) },
  { weight: 1, arbitrary: fc.record({ suffix: fc.nat(size + 200) }) },
);
const limits = fc.record({ maxGapBytes: fc.nat(300), maxRequestBytes: fc.integer({ min: 1, max: 1500 }) });

function direct(wanted: ByteRange): { bytes: Uint8Array; offset: number } {
  const start = Math.min(size, "suffix" in wanted ? Math.max(0, size - wanted.suffix) : wanted.offset);
  const stop = "suffix" in wanted ? size : Math.min(size, start + wanted.length);
  return { bytes: bytes.slice(start, stop), offset: start };
}

function expectDirect(window: ByteWindow, wanted: ByteRange): void {
  const expected = direct(wanted);
  expect(Buffer.compare(window.bytes, expected.bytes)).toBe(0);
  if (expected.bytes.length > 0) expect(window.offset).toBe(expected.offset);
  expect([undefined, size]).toContain(window.size);
}

/** A batch of reads, then another, and so on: some as readMany, some one by one. */
const batches = fc.array(fc.record({ ranges: fc.array(range, { maxLength: 12 }), many: fc.boolean() }), {
  minLength: 1,
  maxLength: 5,
});

async function readBatches(
  source: ByteSource,
  all: readonly { ranges: readonly ByteRange[]; many: boolean }[],
  together: boolean,
): Promise<void> {
  const pending: Promise<void>[] = [];
  for (const { ranges, many } of all) {
    const reads = many ? source.readMany!(ranges) : ranges.map((one) => source.read(one));
    pending.push(...reads.map(async (read, at) => expectDirect(await read, ranges[at]!)));
    if (!together) await Promise.all(pending.splice(0));
  }
  await Promise.all(pending);
}

/** The source under the wrapper tells its size always, sometimes or never. */
const telling = fc.constantFrom("always", "never", "second");
const sourceThatTells = (when: string) =>
  new ScriptedSource(bytes, {
    answer: (window, count) =>
      when === "always" || (when === "second" && count > 1) ? window : { bytes: window.bytes, offset: window.offset },
  });

describe("what arrives is what lies there", () => {
  test("merged", async () => {
    await fc.assert(
      fc.asyncProperty(batches, limits, telling, fc.boolean(), async (all, merge, when, together) => {
        await readBatches(mergedSource(sourceThatTells(when), merge), all, together);
      }),
    );
  });

  test("cached, in any room", async () => {
    const room = fc.constantFrom(0, 1000, 10_000, 2 ** 20);
    await fc.assert(
      fc.asyncProperty(batches, limits, telling, fc.boolean(), room, async (all, merge, when, together, maxBytes) => {
        const cache = memoryCache({ maxBytes });
        await readBatches(cachedSource(sourceThatTells(when), { merge, cache }), all, together);
        expect(cache.bytes).toBeLessThanOrEqual(maxBytes);
      }),
    );
  });

  test("by two readers of one cache", async () => {
    await fc.assert(
      fc.asyncProperty(batches, limits, async (all, merge) => {
        const cache = memoryCache();
        const answer = (window: ByteWindow) => ({ ...window, etag: '"v"' });
        for (let reader = 0; reader < 2; reader++)
          await readBatches(cachedSource(new ScriptedSource(bytes, { answer }), { merge, cache }), all, false);
      }),
    );
  });

  test("opened", async () => {
    await fc.assert(
      fc.asyncProperty(batches, fc.boolean(), async (all, together) => {
        await readBatches(openSource(memorySource(bytes)), all, together);
      }),
      { numRuns: 50 },
    );
  });

  test("while callers leave", async () => {
    await fc.assert(
      fc.asyncProperty(batches, limits, fc.func(fc.boolean()), async (all, merge, leaves) => {
        const source = cachedSource(sourceThatTells("always"), { merge });
        for (const { ranges } of all) {
          const controllers = ranges.map(() => new AbortController());
          const reads = ranges.map((one, at) => source.read(one, { signal: controllers[at]!.signal }));
          const left = ranges.map((_, at) => leaves(at));
          const settled = Promise.allSettled(reads);
          await Promise.resolve();
          left.forEach((leaving, at) => {
            if (leaving) controllers[at]!.abort(at);
          });
          for (const [at, result] of (await settled).entries())
            if (result.status === "fulfilled") expectDirect(result.value, ranges[at]!);
            else expect([left[at], result.reason]).toEqual([true, at]);
        }
      }),
    );
  });
});

describe("a window list", () => {
  const windows = fc.array(fc.record({ offset: fc.nat(40), length: fc.integer({ min: 1, max: 20 }) }), {
    maxLength: 20,
  });

  test("holds no window inside another, and finds all that is held", () => {
    fc.assert(
      fc.property(windows, fc.nat(60), fc.nat(60), (given, one, other) => {
        const list = new WindowList("x");
        const kept: ByteWindow[] = [];
        for (const { offset, length } of given) {
          const held = kept.some((window) => window.offset <= offset && endOf(window) >= offset + length);
          expect(list.holds(offset, offset + length)).toBe(held);
          if (held) continue;
          const window = { offset, bytes: new Uint8Array(length) };
          const superfluous = kept.filter((old) => old.offset >= offset && endOf(old) <= offset + length);
          expect(new Set(list.insert(window))).toEqual(new Set(superfluous));
          for (const old of superfluous) kept.splice(kept.indexOf(old), 1);
          kept.push(window);
        }
        kept.sort((left, right) => left.offset - right.offset);
        expect(list.all()).toEqual(kept);
        const [start, stop] = [Math.min(one, other), Math.max(one, other)];
        const found = list.overlapping(start, stop);
        expect(kept.filter((window) => found.includes(window))).toEqual(found);
        for (let at = start; at < stop; at++) {
          const holds = (window: ByteWindow) => window.offset <= at && endOf(window) > at;
          expect(found.some(holds)).toBe(kept.some(holds));
        }
        for (const window of kept) list.remove(window);
        expect(list.count).toBe(0);
      }),
    );
  });
});

describe("planMerge", () => {
  const placed = fc.array(fc.record({ offset: fc.nat(5000), length: fc.nat(400) }), { maxLength: 60 });

  test("every range is in exactly one request, whole", () => {
    fc.assert(
      fc.property(placed, limits, (ranges, merge) => {
        const plan = planMerge(
          Float64Array.from(ranges, ({ offset }) => offset),
          Float64Array.from(ranges, ({ length }) => length),
          merge,
        );
        expect([...plan.order].sort((left, right) => left - right)).toEqual(ranges.map((_, at) => at));
        expect([plan.firsts[0], plan.firsts.at(-1)]).toEqual([0, ranges.length]);
        for (let group = 0; group < plan.offsets.length; group++) {
          const [start, stop] = [plan.offsets[group]!, plan.offsets[group]! + plan.lengths[group]!];
          const members = [...plan.order.subarray(plan.firsts[group], plan.firsts[group + 1])].map((at) => ranges[at]!);
          expect(members.length).toBeGreaterThan(0);
          for (const { offset, length } of members) {
            expect(offset).toBeGreaterThanOrEqual(start);
            expect(offset + length).toBeLessThanOrEqual(stop);
          }
          if (stop - start > merge.maxRequestBytes)
            expect(members.some(({ offset, length }) => offset === start && offset + length === stop)).toBe(true);
        }
      }),
    );
  });

  test("no gap inside a request is larger than allowed, and no two requests could have been one", () => {
    fc.assert(
      fc.property(placed, limits, (ranges, merge) => {
        const plan = planMerge(
          Float64Array.from(ranges, ({ offset }) => offset),
          Float64Array.from(ranges, ({ length }) => length),
          merge,
        );
        for (let group = 0; group < plan.offsets.length; group++) {
          let reached = plan.offsets[group]!;
          for (const at of plan.order.subarray(plan.firsts[group], plan.firsts[group + 1])) {
            expect(ranges[at]!.offset - reached).toBeLessThanOrEqual(merge.maxGapBytes);
            reached = Math.max(reached, ranges[at]!.offset + ranges[at]!.length);
          }
          if (group === 0) continue;
          const before = plan.offsets[group - 1]! + plan.lengths[group - 1]!;
          const first = ranges[plan.order[plan.firsts[group]!]!]!;
          const joined = first.offset + first.length - plan.offsets[group - 1]!;
          // What lies inside of a request is never asked for again.
          expect(first.offset + first.length).toBeGreaterThan(before);
          expect(first.offset - before > merge.maxGapBytes || joined > merge.maxRequestBytes).toBe(true);
        }
      }),
    );
  });
});
