import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FetchPlan } from "../../src/layout/fetch-plan.ts";

const groups = fc.array(
  fc.record({
    lead: fc.nat(120),
    run: fc.integer({ min: 1, max: 90 }),
    gap: fc.nat(60),
    count: fc.integer({ min: 1, max: 12 }),
  }),
  { minLength: 1, maxLength: 12 },
);

describe("FetchPlan", () => {
  test("brings every byte to its place, in fetches of bounded size and gaps", () => {
    fc.assert(
      fc.property(groups, fc.integer({ min: 0, max: 40 }), fc.integer({ min: 30, max: 400 }), (list, gap, most) => {
        const plan = new FetchPlan(gap, most);
        const expected: number[] = [];
        let at = 0;
        for (const { lead, run, gap: between, count } of list) {
          const source = at + lead;
          plan.add(source, run + between, expected.length, run, run, count);
          for (let next = 0; next < count; next++)
            for (let byte = 0; byte < run; byte++) expected.push((source + next * (run + between) + byte) % 251);
          at = source + (run + between) * count;
        }
        const target = new Uint8Array(expected.length);
        for (let fetch = 0; fetch < plan.length; fetch++) {
          const length = plan.lengths[fetch]!;
          expect(length).toBeLessThanOrEqual(most);
          const bytes = Uint8Array.from({ length }, (_, byte) => (plan.addresses[fetch]! + byte) % 251);
          plan.place(fetch, bytes, target);
        }
        expect([...target]).toEqual(expected);
      }),
      { verbose: 1, numRuns: 300 },
    );
  });

  test("joins what lies close, and leaves out what lies far", () => {
    const plan = new FetchPlan(100, 10_000);
    plan.add(0, 50, 0, 10, 10, 4);
    plan.add(260, 1000, 40, 10, 10, 3);
    expect(plan.addresses).toEqual([0, 1260, 2260]);
    expect(plan.lengths).toEqual([270, 10, 10]);
  });

  test("takes runs from beyond 4 GiB, and chunks in any order", () => {
    const plan = new FetchPlan();
    plan.add(5 * 2 ** 30, 8, 0, 8, 8, 1);
    plan.add(64, 8, 8, 8, 8, 1);
    expect(plan.addresses).toEqual([5 * 2 ** 30, 64]);
  });
});
