import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { WantedChunks } from "../../src/chunk-index/chunk-grid.ts";

/** Sorted disjoint intervals within `count`. */
const intervals = (count: number) =>
  fc
    .uniqueArray(fc.nat(count), { maxLength: 6 })
    .map((edges) => Float64Array.from(edges.sort((a, b) => a - b).slice(0, edges.length - (edges.length % 2))));

const grid = fc
  .array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 3 })
  .chain((counts) => fc.tuple(fc.constant(counts), fc.tuple(...counts.map((count) => intervals(count)))));

const within = (set: Float64Array, at: number) => {
  for (let next = 0; next < set.length; next += 2) if (at >= set[next]! && at < set[next + 1]!) return true;
  return false;
};

/** All wanted numbers, the slow way. */
function naive(counts: readonly number[], sets: readonly Float64Array[]): number[] {
  const total = counts.reduce((product, count) => product * count, 1);
  return Array.from({ length: total }, (_, number) => number).filter((number) => {
    let rest = number;
    for (let axis = counts.length - 1; axis >= 0; axis--) {
      if (!within(sets[axis]!, rest % counts[axis]!)) return false;
      rest = Math.floor(rest / counts[axis]!);
    }
    return true;
  });
}

describe("WantedChunks", () => {
  test("next gives the wanted chunks and no others", () => {
    fc.assert(
      fc.property(grid, ([counts, sets]) => {
        const wanted = new WantedChunks(counts, sets);
        const expected = naive(counts, sets);
        const found: number[] = [];
        for (let at = wanted.next(0); at !== Number.POSITIVE_INFINITY; at = wanted.next(at + 1)) found.push(at);
        expect(found).toEqual(expected);
        expect(wanted.count).toBe(expected.length);
      }),
      { verbose: 1 },
    );
  });

  test("a position outside of the grid keeps its order among the others", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 3 }),
        fc.array(fc.nat(7), { minLength: 3, maxLength: 3 }),
        fc.array(fc.nat(7), { minLength: 3, maxLength: 3 }),
        (counts, left, right) => {
          const wanted = new WantedChunks(
            counts,
            counts.map((count) => Float64Array.of(0, count)),
          );
          const a = left.slice(0, counts.length);
          const b = right.slice(0, counts.length);
          const axis = a.findIndex((at, each) => at !== b[each]);
          const order = axis < 0 ? 0 : Math.sign(a[axis]! - b[axis]!);
          const difference = Math.sign(wanted.numberOf(a) - wanted.numberOf(b));
          expect(difference === order || difference === 0).toBe(true);
        },
      ),
      { verbose: 1 },
    );
  });

  test("a grid of trillions is gone through without listing it", () => {
    const wanted = new WantedChunks(
      [2 ** 40, 1000],
      [Float64Array.of(2 ** 39, 2 ** 39 + 1), Float64Array.of(999, 1000)],
    );
    expect(wanted.next(0)).toBe(2 ** 39 * 1000 + 999);
    expect(wanted.next(2 ** 39 * 1000 + 1000)).toBe(Number.POSITIVE_INFINITY);
  });
});
