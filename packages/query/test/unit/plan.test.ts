import { type Extent, rowRanges } from "@lazynwb/core";
import { describe, expect, test } from "vitest";
import { mergedCost, planScan } from "../../src/scan/plan.ts";
import type { TableFacts } from "../../src/scan/table-facts.ts";

const extent = (pairs: readonly (readonly [number, number])[], exact = true): Extent => ({
  offsets: Float64Array.from(pairs, ([offset]) => offset),
  lengths: Float64Array.from(pairs, ([, length]) => length),
  decodedBytes: 0,
  exact,
});

const facts = (source: string, rowCount: number, more: Partial<TableFacts> = {}): TableFacts => ({
  source,
  path: "/units",
  rowCount,
  rows: rowCount > 0 ? rowRanges([0, rowCount]) : new Float64Array(0),
  columns: new Map([
    ["q", { rowBytes: 8, ragged: false, text: false }],
    ["s", { rowBytes: 16, ragged: false, text: true }],
    ["l", { rowBytes: 1000, ragged: true, text: false }],
  ]),
  ...more,
});

const predicate = (text: string, ...columns: string[]) => ({
  columns,
  keep: () => new Uint8Array(0),
  toString: () => text,
});

describe("planScan", () => {
  test("is plain data, and the same for the same facts", () => {
    const query = {
      columns: ["l", "_nwb_path"],
      predicates: [predicate("q > 1", "q"), predicate("_nwb_path != 'x'", "_nwb_path")],
    };
    const tables = [facts("a.nwb", 100), facts("b.nwb", 0)];
    const plan = planScan(tables, query);
    expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
    expect(planScan(tables, query)).toEqual(plan);
    expect(plan).toEqual({
      columns: ["l", "_nwb_path"],
      predicates: [
        { text: "q > 1", columns: ["q"], over: "data" },
        { text: "_nwb_path != 'x'", columns: ["_nwb_path"], over: "rows" },
      ],
      offset: 0,
      limit: null,
      tables: [
        {
          source: "a.nwb",
          path: "/units",
          rowCount: 100,
          rows: [0, 100],
          filterColumns: ["q"],
          readColumns: ["l"],
          absent: [],
          stages: [
            {
              kind: "filter",
              columns: ["q"],
              prepares: ["l"],
              rows: { min: 100, max: 100 },
              rounds: { min: 1, max: 1 },
              requests: null,
              bytes: { min: 800, max: 800 },
            },
            {
              kind: "read",
              columns: ["l"],
              prepares: [],
              rows: { min: 0, max: 100 },
              rounds: { min: 0, max: 1 },
              requests: null,
              bytes: { min: 0, max: 100_000 },
            },
          ],
        },
        {
          source: "b.nwb",
          path: "/units",
          rowCount: 0,
          rows: [],
          filterColumns: ["q"],
          readColumns: ["l"],
          absent: [],
          stages: [],
        },
      ],
    });
  });

  test("a window cuts rows where no predicate looks at data", () => {
    const tables = [facts("a", 10), facts("b", 10, { rows: rowRanges([2, 4], [6, 9]) }), facts("c", 10)];
    const plan = planScan(tables, { columns: ["q"], predicates: [], offset: 11, limit: 5 });
    expect(plan.tables.map(({ rows }) => rows)).toEqual([[], [3, 4, 6, 9], [0, 1]]);
    expect(plan.tables.map(({ stages }) => stages.length)).toEqual([0, 1, 1]);
    const pushed = planScan(tables, { columns: ["q"], predicates: [predicate("s = 'a'", "s")], offset: 11, limit: 5 });
    expect(pushed.tables.map(({ rows }) => rows)).toEqual([
      [0, 10],
      [2, 4, 6, 9],
      [0, 10],
    ]);
    expect(pushed.tables[0]!.stages.map(({ rows }) => rows)).toEqual([
      { min: 5, max: 10 },
      { min: 0, max: 5 },
    ]);
  });

  test("a column that the table lacks is null; one that a predicate reads is not read again", () => {
    const plan = planScan([facts("a", 10)], {
      columns: ["q", "gone", "s"],
      predicates: [predicate("q > gone", "q", "gone")],
    });
    expect(plan.tables[0]).toMatchObject({ filterColumns: ["q"], readColumns: ["s"], absent: ["gone"] });
  });

  test("rounds count indexes that nothing is read beside, and texts that lie elsewhere", () => {
    const rounds = (columns: string[], more: Partial<TableFacts> = {}) =>
      planScan([facts("a", 10, more)], { columns, predicates: [] }).tables[0]!.stages[0]!.rounds;
    expect(rounds(["q"])).toEqual({ min: 1, max: 1 });
    expect(rounds(["l"])).toEqual({ min: 2, max: 2 });
    expect(rounds(["s"])).toEqual({ min: 1, max: 2 });
    expect(rounds(["s"], { extents: new Map([["s", extent([[0, 10]])]]) })).toEqual({ min: 1, max: 1 });
  });

  test("bytes and requests come from where the bytes lie", () => {
    const extents = new Map([
      ["q", extent([[0, 800]])],
      ["s", extent([[1000, 500]])],
      [
        "l",
        extent([
          [1e6, 10_000],
          [2e6, 10_000],
        ]),
      ],
    ]);
    const plan = planScan([facts("a", 100, { extents })], { columns: ["q", "s", "l"], predicates: [] });
    expect(plan.tables[0]!.stages[0]).toMatchObject({
      requests: { min: 3, max: 3 },
      bytes: { min: 21_300, max: 21_500 },
    });
    const pushed = planScan([facts("a", 100, { extents })], { columns: ["l"], predicates: [predicate("q > 1", "q")] });
    expect(pushed.tables[0]!.stages[1]).toMatchObject({ requests: { min: 0, max: 2 }, bytes: { min: 0, max: 20_000 } });
  });
});

describe("mergedCost", () => {
  const limits = { maxGapBytes: 10, maxRequestBytes: 100 };
  test.each([
    ["nothing", [], { requests: 0, bytes: 0 }],
    [
      "neighbours and gaps",
      [
        [0, 10],
        [15, 5],
        [100, 10],
      ],
      { requests: 2, bytes: 30 },
    ],
    [
      "what overlaps",
      [
        [0, 50],
        [10, 10],
        [40, 20],
      ],
      { requests: 1, bytes: 60 },
    ],
    [
      "what is empty",
      [
        [0, 0],
        [5, 0],
      ],
      { requests: 0, bytes: 0 },
    ],
    [
      "what grows too large",
      [
        [0, 60],
        [60, 60],
      ],
      { requests: 2, bytes: 120 },
    ],
    ["what is too large by itself", [[0, 250]], { requests: 3, bytes: 250 }],
  ] as const)("%s", (_, pairs, cost) => {
    expect(mergedCost([extent(pairs)], limits)).toEqual(cost);
    expect(mergedCost(pairs.map((pair) => extent([pair])).reverse(), limits)).toEqual(cost);
  });
});
