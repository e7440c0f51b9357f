import type { ProgressEvent, Warning } from "@lazynwb/core";
import type { ScanStats } from "@lazynwb/query";
import type { DataFrame } from "nodejs-polars";
import { beforeAll, describe, expect, test } from "vitest";
import {
  collectFrame,
  lazyFrame,
  metadataFrame,
  type NwbLazyFrame,
  type Polars,
  polarsModule,
  tableSchema,
} from "../../src/index.ts";
import { CountingScan } from "../counting-scan.ts";
import { expectSameFrame } from "../same-frame.ts";
import { unitsTable } from "../units-table.ts";

const units = unitsTable(21);
const others = unitsTable(22);
let pl: Polars;
let all: DataFrame;
let allOthers: DataFrame;

beforeAll(async () => {
  pl = await polarsModule();
  all = await metadataFrame(units);
  allOthers = await metadataFrame(others);
});

async function frameAndScan(table = units): Promise<[NwbLazyFrame, CountingScan]> {
  const scan = new CountingScan(table);
  return [await lazyFrame(scan), scan];
}

describe("rows fetched", () => {
  test("a filter reads its column of all rows, and the others of the rows that it keeps", async () => {
    const [frame, scan] = await frameAndScan();
    const kept = await frame.filter(pl.col("snr").gt(4)).select("id", "spike_times").collect();
    expect(kept.height).toBeGreaterThan(0);
    expect(kept.height).toBeLessThan(35);
    expect(Object.fromEntries(scan.fetched)).toEqual({ snr: 35, id: kept.height, spike_times: kept.height });
  });

  test("conditions on internal columns rule out files before anything of them is read", async () => {
    const [frame, scan] = await frameAndScan();
    const here = pl.col("_nwb_path").eq(pl.lit("/data/3.nwb"));
    const answer = await frame.filter(pl.col("snr").gt(1).and(here)).select("id").collect();
    expect(Object.fromEntries(scan.fetched)).toEqual({ snr: 7, id: answer.height });
    expect(scan.queries[0]!.predicates.map((predicate) => predicate.columns)).toEqual([
      ["_nwb_path"],
      ["snr", "_nwb_path"],
    ]);
  });

  test("so do they after a rename", async () => {
    const [frame, scan] = await frameAndScan();
    const here = pl.col("file").eq(pl.lit("/data/3.nwb"));
    await frame
      .rename({ _nwb_path: "file" })
      .filter(here.and(pl.col("snr").gt(1)))
      .select("id")
      .collect();
    expect(scan.fetched.get("snr")).toBe(7);
  });

  test("literals keep all their digits when a condition is taken apart", async () => {
    const [frame, scan] = await frameAndScan();
    const big = pl.lit(9007199254740993n);
    const chain = (on: NwbLazyFrame) =>
      on.filter(pl.col("_table_index").lt(big).and(pl.col("big").eq(big))).select("big");
    expectSameFrame(await chain(frame).collect(), await chain(all.lazy() as never).collect());
    expect(String(scan.queries[0]!.predicates[0])).toContain("9007199254740993");
  });

  test("a cut at the source reads no more rows than it takes", async () => {
    const [frame, scan] = await frameAndScan();
    expect((await frame.slice(10, 4).select("id").collect()).height).toBe(4);
    expect(scan.fetched.get("id")).toBe(4);
  });

  test("a row count reads no stored column", async () => {
    const [frame, scan] = await frameAndScan();
    expect((await frame.select(pl.len()).collect()).getColumn("len").get(0)).toBe(35);
    expect(scan.fetched.size).toBe(0);
    expect(scan.queries[0]!.columns).toEqual(["_table_index"]);
  });

  test("a filter below an aggregate that looks at all rows is not asked of the source", async () => {
    const [frame, scan] = await frameAndScan();
    await frame
      .withColumns(pl.col("snr").mean().alias("mean"))
      .filter(pl.col("rank").gt(2))
      .select("id", "mean")
      .collect();
    expect(scan.fetched.get("snr")).toBe(35);
  });
});

describe("several sources", () => {
  test("two scans joined: each is asked for its own columns and rows", async () => {
    const [left, leftScan] = await frameAndScan();
    const [right, rightScan] = await frameAndScan(others);
    const chain = (one: NwbLazyFrame, other: NwbLazyFrame) =>
      one
        .filter(pl.col("snr").gt(2))
        .select("id", "location")
        .join(other.filter(pl.col("rank").gt(1)).select("id", "quality"), { on: "id", maintainOrder: "left" });
    const ours = await chain(left, right).collect();
    expectSameFrame(ours, await (chain(all.lazy() as never, allOthers.lazy() as never) as NwbLazyFrame).collect());
    expect([...leftScan.fetched.keys()].sort()).toEqual(["id", "location", "snr"]);
    expect([...rightScan.fetched.keys()].sort()).toEqual(["id", "quality", "rank"]);
    expect(leftScan.fetched.get("location")).toBeLessThan(35);
    expect(rightScan.fetched.get("quality")).toBeLessThan(35);
  });

  test("columns of the same name are told apart", async () => {
    const [left, leftScan] = await frameAndScan();
    const [right, rightScan] = await frameAndScan(others);
    await left.join(right, { on: "id", suffix: "_other" }).select("snr_other").collect();
    expect([[...leftScan.fetched.keys()], [...rightScan.fetched.keys()]]).toEqual([["id"], ["id", "snr"]]);
  });

  test("one that occurs twice with the same rows is read once", async () => {
    const [frame, scan] = await frameAndScan();
    const good = frame.filter(pl.col("presence_ratio").gt(0.3));
    const means = good.groupBy("location").agg(pl.col("snr").mean().alias("mean"));
    const joined = good.select("id", "location").join(means, { on: "location" });
    const answer = await joined.collect();
    expect(scan.queries.length).toBe(1);
    expect(scan.queries[0]!.columns).toEqual(["id", "presence_ratio", "snr", "location"]);
    expect(answer.columns).toEqual(["id", "location", "mean"]);
  });

  test("one that occurs with different rows is read for each", async () => {
    const [frame, scan] = await frameAndScan();
    const chain = (on: NwbLazyFrame) =>
      on
        .filter(pl.col("is_good"))
        .select("id", "rank")
        .join(on.filter(pl.col("snr").gt(3)).select("id", "snr"), { on: "id", maintainOrder: "left" });
    expectSameFrame(await chain(frame).collect(), await chain(all.lazy() as never).collect());
    expect(scan.queries.map((query) => query.predicates.length)).toEqual([1, 1]);
  });

  test("a cut below a join counts for its own side alone", async () => {
    const [frame] = await frameAndScan();
    const chain = (on: NwbLazyFrame) =>
      on.slice(4, 9).select("id").join(on.select("id", "rank"), { on: "id", maintainOrder: "left" }).head(5);
    expectSameFrame(await chain(frame).collect(), await chain(all.lazy() as never).collect());
  });

  test("frames of polars join too, lazy or in memory", async () => {
    const [frame, scan] = await frameAndScan();
    const labels = pl.DataFrame({ location: ["VISp", "CA1"], label: ["visual", "hippocampus"] });
    for (const other of [labels, labels.lazy()]) {
      const answer = await frame
        .select("id", "location")
        .join(other, { on: "location", maintainOrder: "left" })
        .collect();
      expectSameFrame(
        answer,
        await all
          .lazy()
          .select("id", "location")
          .join(labels.lazy(), { on: "location", maintainOrder: "left" })
          .collect(),
      );
    }
    expect([...scan.fetched.keys()].sort()).toEqual(["id", "location"]);
  });

  test("when one fails, the other stops, and its fault is what is told", async () => {
    const [left, leftScan] = await frameAndScan(unitsTable(1, 400, 7));
    const [right, rightScan] = await frameAndScan();
    const fault = new Error("no such bucket");
    // biome-ignore lint/correctness/useYield: it fails before the first batch
    rightScan.run = async function* () {
      throw fault;
    };
    await expect(left.join(right, { on: "id" }).collect()).rejects.toBe(fault);
    expect(leftScan.fetched.get("id") ?? 0).toBeLessThan(2800);
  });
});

describe("what collect() tells", () => {
  test("stats: by onStats, and afterwards by any frame of the same source", async () => {
    const [frame] = await frameAndScan();
    expect(frame.stats()).toBeUndefined();
    const told: ScanStats[] = [];
    await frame.filter(pl.col("snr").gt(4)).collect({ onStats: (stats) => told.push(stats) });
    expect(told.length).toBe(1);
    expect(told[0]).toMatchObject({ rowsScanned: 35, requests: 3, rounds: 2, bytes: 100 });
    expect(frame.stats()).toBe(told[0]);
  });

  test("stats of several reads are their sum, rounds the deepest", async () => {
    const [left] = await frameAndScan();
    const [right] = await frameAndScan(others);
    const joined = left.select("id").join(right.select("id"), { on: "id" });
    await joined.collect();
    expect(joined.stats()).toMatchObject({ rowsScanned: 70, requests: 6, rounds: 2, bytes: 200 });
  });

  test("progress, summed over reads; a listener that throws changes nothing", async () => {
    const [left] = await frameAndScan();
    const [right] = await frameAndScan(others);
    const events: ProgressEvent[] = [];
    const onProgress = (event: ProgressEvent) => events.push(event);
    await left.select("id").join(right.select("id"), { on: "id" }).collect({ onProgress });
    expect(events.at(-1)).toMatchObject({ phase: "read", done: 56, total: 70 });
  });

  test("rows kept though NaN, once a column", async () => {
    const [frame] = await frameAndScan();
    const warnings: Warning[] = [];
    const onWarning = (warning: Warning) => warnings.push(warning);
    const answer = await frame
      .filter(pl.col("presence_ratio").gtEq(0.5))
      .select("presence_ratio")
      .collect({ onWarning });
    const rows = answer.filter(pl.col("presence_ratio").isNan()).height;
    expect(rows).toBeGreaterThan(0);
    expect(warnings.map(({ code, details }) => ({ code, details }))).toEqual([
      { code: "NAN_KEPT", details: { column: "presence_ratio", rows } },
    ]);
    expect(frame.stats()!.warnings.map((warning) => warning.code)).toEqual(["NAN_KEPT"]);
  });

  test("no such warning where NaN is not kept", async () => {
    const [frame] = await frameAndScan();
    const warnings: Warning[] = [];
    const onWarning = (warning: Warning) => warnings.push(warning);
    await frame.filter(pl.col("presence_ratio").lt(0.5).and(pl.col("rank").gt(1))).collect({ onWarning });
    await frame
      .filter(pl.col("presence_ratio").gt(0.5).and(pl.col("presence_ratio").isNotNan()))
      .collect({ onWarning });
    expect(warnings).toEqual([]);
  });

  test("explain: what is read and what polars then does, without reading", async () => {
    const [frame, scan] = await frameAndScan();
    const plan = await frame.filter(pl.col("snr").gt(4)).select("id").head(3).explain();
    expect(plan.reads.map(({ columns, limit, offset }) => ({ columns, limit, offset }))).toEqual([
      { columns: ["id", "snr"], limit: 3, offset: 0 },
    ]);
    expect(plan.reads[0]!.filters[0]).toContain('col("snr")');
    expect(String(plan)).toMatch(/in memory: id, snr where .*snr[\s\S]*then, in polars:[\s\S]*FILTER/);
    expect(scan.queries).toEqual([]);
  });
});

describe("a run", () => {
  test("given up before it began reads nothing", async () => {
    const [frame, scan] = await frameAndScan();
    const reason = new Error("enough");
    await expect(frame.collect({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(scan.queries).toEqual([]);
  });

  test("given up half-way rejects with the reason, and the next one works", async () => {
    const [frame, scan] = await frameAndScan();
    const controller = new AbortController();
    const reason = { any: "thing" };
    const run = frame.collect({ signal: controller.signal, onProgress: () => controller.abort(reason) });
    await expect(run).rejects.toBe(reason);
    expect(scan.fetched.get("id")).toBeLessThan(35);
    expect((await frame.collect()).height).toBe(35);
  });

  test("takes nodejs-polars' own options, and gives the scan its own", async () => {
    const [frame, scan] = await frameAndScan();
    const asked: unknown[] = [];
    const run = scan.run.bind(scan);
    scan.run = (query, options) => {
      asked.push([options.maxBytes, options.concurrency]);
      return run(query, options);
    };
    const chain = (on: NwbLazyFrame) => on.filter(pl.col("snr").gt(2)).groupBy("location").agg(pl.col("rank").max());
    const ours = await chain(frame).collect({ noOptimization: true, maxBytes: 1000, concurrency: 3 });
    expectSameFrame(ours, await chain(all.lazy() as never).collect());
    expect(asked).toEqual([[1000, 3]]);
  });

  test("can be repeated, and chains share their beginnings", async () => {
    const [frame] = await frameAndScan();
    const good = frame.filter(pl.col("snr").gt(3));
    const [ids, ranks, again] = [
      await good.select("id").collect(),
      await good.select("rank").collect(),
      await good.select("id").collect(),
    ];
    expect([ids.height, ranks.height]).toEqual([again.height, again.height]);
    expect(ids.frameEqual(again)).toBe(true);
  });

  test("is not changed by what the caller does to its arguments afterwards", async () => {
    const [frame] = await frameAndScan();
    const columns = ["id"];
    const options = { by: "snr", descending: true };
    const chain = frame.select(columns, "snr").sort(options);
    columns[0] = "rank";
    options.by = "rank";
    expect((await chain.collect()).columns).toEqual(["id", "snr"]);
  });
});

describe("the frame itself", () => {
  test("columns, width, schema", async () => {
    const [frame, scan] = await frameAndScan();
    expect(frame.columns).toEqual(units.schema.names);
    expect(frame.width).toBe(18);
    const chain = frame.select("waveform_mean", pl.col("snr").cast(pl.Float64).alias("s"));
    expect(Object.entries(chain.schema).map(([name, type]) => `${name} ${type}`)).toEqual([
      "waveform_mean DataType(FixedSizeList(DataType(FixedSizeList(DataType(Float32),2)),3))",
      "s DataType(Float64)",
    ]);
    expect(Object.keys(await tableSchema(scan))).toEqual(units.schema.names);
    expect(scan.queries).toEqual([]);
  });

  test("types that only running tells: an error that says so, and collect() works", async () => {
    const [frame] = await frameAndScan();
    const chain = frame.select(pl.col("id").sample({ n: 3, seed: 1 } as never));
    expect(() => chain.schema).toThrow(/collect\(\)/);
    expect((await chain.collect()).height).toBe(3);
  });

  test("collectFrame is all of it", async () => {
    const [, scan] = await frameAndScan();
    expectSameFrame(await collectFrame(scan), all);
  });

  test("closes its scans, with await using too", async () => {
    const [frame, scan] = await frameAndScan();
    await frame.select("id").close();
    expect(scan.closed).toBe(1);
    {
      await using again = frame;
      expect(again.width).toBe(18);
    }
    expect(scan.closed).toBe(2);
  });

  test("has every member that nodejs-polars' own lazy frame has", async () => {
    const [frame] = await frameAndScan();
    const own = all.lazy();
    const missing = Object.keys(own).filter((name) => !(name in frame));
    expect(missing).toEqual([]);
    const groups = Object.keys(own.groupBy("id"));
    expect(groups.filter((name) => !(name in frame.groupBy("id")))).toEqual([]);
  });

  test("prints itself without reading", async () => {
    const [frame, scan] = await frameAndScan();
    const { inspect } = await import("node:util");
    expect(inspect(frame.select("id"))).toContain("NwbLazyFrame of 1 columns: id");
    expect(frame.describeOptimizedPlan()).toContain("DF");
    expect(Object.prototype.toString.call(frame)).toBe("[object NwbLazyFrame]");
    expect(scan.queries).toEqual([]);
  });
});
