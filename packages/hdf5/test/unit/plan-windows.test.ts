import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mergeSpans, planWindows, type Span } from "../../src/windows/plan-windows.ts";

const coveredBy = (cached: readonly Span[]) => {
  const sorted = [...cached].sort((left, right) => left.start - right.start);
  return (offset: number) => sorted.find(({ stop }) => stop > offset);
};
const span = fc
  .tuple(fc.nat(2000), fc.integer({ min: 1, max: 300 }))
  .map(([start, length]) => ({ start, stop: start + length }));
const has = (spans: readonly Span[], byte: number) => spans.some(({ start, stop }) => start <= byte && byte < stop);

describe("planWindows", () => {
  test("every wanted byte is cached or fetched; what is fetched is sorted, disjoint, and ends with the file", () => {
    fc.assert(
      fc.property(
        fc.array(span, { maxLength: 8 }),
        fc.array(span, { maxLength: 4 }).map((spans) => mergeSpans(spans, { maxGapBytes: 0, maxSpanBytes: Infinity })),
        fc.record({
          overReadBytes: fc.nat(200),
          maxGapBytes: fc.nat(100),
          maxSpanBytes: fc.integer({ min: 1, max: 900 }),
        }),
        (wanted, cached, settings) => {
          const size = 2400;
          const planned = planWindows(wanted, { ...settings, size, coveredFrom: coveredBy(cached) });
          for (const { start, stop } of wanted)
            for (let byte = start; byte < stop; byte++) expect(has(planned, byte) || has(cached, byte)).toBe(true);
          planned.forEach(({ start, stop }, at) => {
            expect(start).toBeLessThan(stop);
            expect(stop).toBeLessThanOrEqual(size);
            if (at > 0) expect(start).toBeGreaterThanOrEqual(planned[at - 1]!.stop);
          });
        },
      ),
    );
  });

  test("nothing is asked for where all is cached", () => {
    const coveredFrom = coveredBy([{ start: 0, stop: 100 }]);
    expect(
      planWindows([{ start: 10, stop: 90 }], { overReadBytes: 50, maxGapBytes: 9, maxSpanBytes: 99, coveredFrom }),
    ).toEqual([]);
  });

  test("over-reads on both sides, but not over what is cached", () => {
    const coveredFrom = coveredBy([
      { start: 0, stop: 980 },
      { start: 1040, stop: 1100 },
    ]);
    const planned = planWindows([{ start: 1000, stop: 1010 }], {
      overReadBytes: 500,
      maxGapBytes: 0,
      maxSpanBytes: 9999,
      coveredFrom,
    });
    expect(planned).toEqual([{ start: 980, stop: 1040 }]);
  });

  test("joins spans across gaps, up to the size of a request; overlapping ones always", () => {
    const spans = [
      { start: 0, stop: 10 },
      { start: 20, stop: 30 },
      { start: 5, stop: 12 },
      { start: 41, stop: 50 },
    ];
    expect(mergeSpans(spans, { maxGapBytes: 10, maxSpanBytes: 100 })).toEqual([
      { start: 0, stop: 30 },
      { start: 41, stop: 50 },
    ]);
    expect(mergeSpans(spans, { maxGapBytes: 10, maxSpanBytes: 5 })).toEqual([
      { start: 0, stop: 12 },
      { start: 20, stop: 30 },
      { start: 41, stop: 50 },
    ]);
  });

  test("one batch over-reads a bounded amount in all", () => {
    const wanted = Array.from({ length: 5000 }, (_, at) => ({ start: at * 1_000_000, stop: at * 1_000_000 + 100 }));
    const planned = planWindows(wanted, {
      overReadBytes: 16384,
      maxGapBytes: 65536,
      maxSpanBytes: 8e6,
      coveredFrom: () => undefined,
    });
    const bytes = planned.reduce((sum, { start, stop }) => sum + stop - start, 0);
    expect(bytes).toBeLessThan(5000 * (2 * 1024 + 100));
  });
});
