import { countRows, type RowRanges, rowRanges } from "@lazynwb/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { abortable, deferred } from "../../src/scan/abortable.ts";
import { mapBounded } from "../../src/scan/bounded.ts";
import { concatRanges } from "../../src/scan/concat-ranges.ts";
import { OrderedQueue } from "../../src/scan/ordered-queue.ts";
import { RowWindow, windowOfRanges } from "../../src/scan/row-window.ts";
import { splitRows } from "../../src/scan/split-rows.ts";
import { runs, seed } from "../support/seed.ts";

const ranges: fc.Arbitrary<RowRanges> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 9 })), { maxLength: 8 })
  .map((steps) => {
    let at = 0;
    const pairs = steps.map(([gap, length]) => {
      const start = at + gap;
      at = start + length;
      return [start, at] as const;
    });
    return rowRanges(...pairs);
  });

const rowsOf = (given: RowRanges): number[] => {
  const rows: number[] = [];
  for (let at = 0; at < given.length; at += 2) for (let row = given[at]!; row < given[at + 1]!; row++) rows.push(row);
  return rows;
};

describe(`rows (seed ${seed})`, () => {
  test("windows of ranges are slices of their rows", () => {
    fc.assert(
      fc.property(ranges, fc.nat(60), fc.nat(60), (given, skip, take) => {
        expect(rowsOf(windowOfRanges(given, { skip, take }))).toEqual(rowsOf(given).slice(skip, skip + take));
      }),
      { seed, numRuns: runs(300) },
    );
  });

  test("claims in order make up the window", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20)), fc.nat(40), fc.nat(40), (counts, offset, limit) => {
        const window = new RowWindow(offset, limit);
        const claims = counts.map((count) => window.claim(count));
        const total = counts.reduce((sum, count) => sum + count, 0);
        expect(claims.reduce((sum, { take }) => sum + take, 0)).toBe(Math.min(limit, Math.max(0, total - offset)));
        expect(window.exhausted).toBe(limit === 0 || total - offset >= limit);
      }),
      { seed, numRuns: runs(300) },
    );
  });

  test("pieces are the rows, each as large as it may be", () => {
    const weight = (row: number) => (row % 7) + 1;
    const bytes = (given: RowRanges) => rowsOf(given).reduce((sum, row) => sum + weight(row), 0);
    fc.assert(
      fc.property(ranges, fc.integer({ min: 1, max: 30 }), (given, target) => {
        const pieces = [...splitRows(given, () => target, bytes)];
        expect(pieces.flatMap((piece) => rowsOf(piece.ranges))).toEqual(rowsOf(given));
        let start = 0;
        for (const [at, piece] of pieces.entries()) {
          expect(piece).toMatchObject({ start, rows: countRows(piece.ranges), bytes: bytes(piece.ranges) });
          start += piece.rows;
          expect(piece.bytes <= target || piece.rows === 1).toBe(true);
          const next = pieces[at + 1];
          if (next) expect(piece.bytes + weight(next.ranges[0]!)).toBeGreaterThan(target);
        }
      }),
      { seed, numRuns: runs(300) },
    );
  });

  test("parts that touch are joined", () => {
    expect([...concatRanges([rowRanges([0, 2]), rowRanges([2, 5], [7, 8]), rowRanges(), rowRanges([8, 9])])]).toEqual([
      0, 5, 7, 9,
    ]);
  });
});

describe("mapBounded", () => {
  test("keeps the order, and the bound", async () => {
    let underWay = 0;
    let most = 0;
    const results = await mapBounded([5, 1, 4, 0, 3], 2, async (item, at) => {
      most = Math.max(most, ++underWay);
      for (let turn = 0; turn < item; turn++) await Promise.resolve();
      underWay--;
      return item * 10 + at;
    });
    expect(results).toEqual([50, 11, 42, 3, 34]);
    expect(most).toBe(2);
    expect(await mapBounded([], 3, async () => 1)).toEqual([]);
  });

  test("the first failure stops the others, an abort too", async () => {
    const started: number[] = [];
    const signals: AbortSignal[] = [];
    const failure = new Error("no");
    const run = mapBounded([0, 1, 2, 3], 2, async (item, _, signal) => {
      started.push(item);
      signals.push(signal);
      if (item === 1) throw failure;
      await new Promise(() => {});
    });
    await expect(run).rejects.toBe(failure);
    expect(started).toEqual([0, 1]);
    expect(signals.every(({ aborted }) => aborted)).toBe(true);
    const controller = new AbortController();
    const reason = new Error("enough");
    const hanging = mapBounded([0], 1, () => new Promise(() => {}), controller.signal);
    controller.abort(reason);
    await expect(hanging).rejects.toBe(reason);
  });
});

describe("OrderedQueue", () => {
  test("gives items in order, whoever is ahead", async () => {
    const { signal } = new AbortController();
    const queue = new OrderedQueue<number>();
    const first = queue.take(signal);
    queue.put(1);
    queue.put(2);
    expect([await first, await queue.take(signal)]).toEqual([1, 2]);
    const last = queue.take(signal);
    queue.put(3);
    queue.end();
    expect([await last, await queue.take(signal), await queue.take(signal)]).toEqual([3, undefined, undefined]);
  });

  test("a waiting reader is let go by an abort", async () => {
    const controller = new AbortController();
    const waiting = new OrderedQueue<number>().take(controller.signal);
    controller.abort(new Error("left"));
    await expect(waiting).rejects.toThrow("left");
  });
});

describe("abortable", () => {
  test("settles as the work does, unless the abort comes first", async () => {
    const controller = new AbortController();
    expect(await abortable(Promise.resolve(1), controller.signal)).toBe(1);
    await expect(abortable(Promise.reject(new Error("work")), controller.signal)).rejects.toThrow("work");
    const work = deferred<number>();
    const waiting = abortable(work.promise, controller.signal);
    controller.abort("left");
    await expect(waiting).rejects.toBe("left");
    work.resolve(2);
    await expect(abortable(work.promise, controller.signal)).rejects.toBe("left");
  });
});
