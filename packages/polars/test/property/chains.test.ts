import fc from "fast-check";
import type { DataFrame, Expr } from "nodejs-polars";
import { beforeAll, describe, expect, test } from "vitest";
import { lazyFrame, metadataFrame, type NwbLazyFrame, type Polars, polarsModule } from "../../src/index.ts";
import { CountingScan } from "../counting-scan.ts";
import { expectSameFrame } from "../same-frame.ts";
import { unitsTable } from "../units-table.ts";

const SEED = 20261123;
const tables = [1, 2, 3].map((seed) => unitsTable(seed, 4, 6));
let pl: Polars;
let wholes: readonly DataFrame[];
let conditions: readonly (readonly [string[], Expr])[];

beforeAll(async () => {
  pl = await polarsModule();
  wholes = await Promise.all(tables.map(metadataFrame));
  conditions = allConditions();
});

/** One step of a chain; undefined where it does not fit the columns that are left. */
type Step = (frame: NwbLazyFrame) => NwbLazyFrame;

const has = (frame: NwbLazyFrame, ...columns: string[]) => columns.every((column) => frame.columns.includes(column));
const when =
  (columns: string[], step: Step): Step =>
  (frame) =>
    has(frame, ...columns) ? step(frame) : frame;

/** Conditions that the source may decide, and some that it must not. */
function allConditions(): readonly (readonly [string[], Expr])[] {
  const [snr, ratio, rank] = [pl.col("snr"), pl.col("presence_ratio"), pl.col("rank")];
  return [
    [["snr"], snr.gt(3)],
    [["presence_ratio"], ratio.gtEq(0.4)],
    [["presence_ratio"], ratio.neq(0.5).and(ratio.isNotNan())],
    [["rank"], rank.isIn([1, 2, 4])],
    [["location"], pl.col("location").str.startsWith("VIS")],
    [["location"], pl.col("location").str.toLowerCase().eq(pl.lit("ca1"))],
    [["spike_times"], pl.col("spike_times").list.lengths().gt(0)],
    [["_nwb_path"], pl.col("_nwb_path").neq(pl.lit("/data/1.nwb"))],
    [["_nwb_path", "snr"], pl.col("_nwb_path").neq(pl.lit("/data/2.nwb")).and(snr.lt(6))],
    [["snr"], snr.gt(snr.mean())],
    [["snr", "location"], snr.eq(snr.max().over("location"))],
    [["rank"], rank.gt(rank.shift(1))],
    [["location"], pl.col("location").isFirstDistinct()],
    [["rank"], rank.cast(pl.Int64).cumSum().gt(6)],
    [["is_good"], pl.col("is_good")],
  ];
}

const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.nat().map(
      (at): Step =>
        (frame) => {
          const [columns, condition] = conditions[at % conditions.length]!;
          return has(frame, ...columns) ? frame.filter(condition) : frame;
        },
    ),
  },
  {
    weight: 3,
    arbitrary: fc
      .subarray(
        ["id", "snr", "presence_ratio", "rank", "location", "spike_times", "is_good", "_nwb_path", "waveform_mean"],
        { minLength: 1 },
      )
      .map(
        (columns): Step =>
          (frame) => {
            const left = columns.filter((column) => has(frame, column));
            return left.length === 0 ? frame : frame.select(...left);
          },
      ),
  },
  {
    weight: 1,
    arbitrary: fc.nat(8).map(
      (rows): Step =>
        (frame) =>
          frame.head(rows),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat(12), fc.nat(9)).map(
      ([offset, length]): Step =>
        (frame) =>
          frame.slice(offset, length),
    ),
  },
  fc.nat(5).map(
    (rows): Step =>
      (frame) =>
        frame.tail(rows),
  ),
  fc.constant<Step>(
    when(["snr", "rank"], (frame) => frame.withColumns(pl.col("snr").multiplyBy(pl.col("rank")).alias("snr"))),
  ),
  fc.constant<Step>(
    when(["snr"], (frame) => frame.withColumns(pl.col("snr").minus(pl.col("snr").mean()).alias("snr"))),
  ),
  fc.constant<Step>((frame) =>
    has(frame, "snr", "presence_ratio") ? frame.rename({ snr: "presence_ratio", presence_ratio: "snr" }) : frame,
  ),
  fc.constant<Step>(when(["rank"], (frame) => (frame.width > 1 ? frame.drop("rank") : frame))),
  fc.constant<Step>((frame) => (has(frame, "index") ? frame : frame.withRowIndex())),
  fc.constant<Step>(when(["presence_ratio"], (frame) => frame.dropNulls("presence_ratio"))),
  fc.constant<Step>(when(["snr"], (frame) => frame.withColumns(pl.col("snr").fillNull(0)))),
  fc.constant<Step>(when(["id"], (frame) => frame.sort("id", true, false, true))),
  fc.constant<Step>(
    when(["location"], (frame) => frame.unique({ subset: ["location"], keep: "first", maintainOrder: true })),
  ),
  fc.constant<Step>(
    when(["rank", "snr"], (frame) => frame.groupBy("rank").agg(pl.col("snr").max(), pl.len().alias("id"))),
  ),
  fc.constant<Step>(
    when(["spike_times", "id"], (frame) =>
      frame.select("id", "spike_times").explode("spike_times").rename({ spike_times: "spike" }),
    ),
  ),
  // polars cannot reverse fixed-size lists of fixed-size lists.
  fc.constant<Step>((frame) => (has(frame, "waveform_mean") ? frame : frame.reverse())),
  fc.constant<Step>(
    when(["id"], (frame) =>
      frame.head(3).join(frame.select("id", pl.lit(1)), {
        on: "id",
        how: "inner",
        suffix: "_joined",
        maintainOrder: "left_right",
      }),
    ),
  ),
);

describe("random chains", () => {
  test("give what polars gives over all the data", async () => {
    const property = fc.asyncProperty(
      fc.nat(tables.length - 1),
      fc.array(steps, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 30 }),
      async (at, chain, rowsPerFile) => {
        const run = (frame: NwbLazyFrame) => chain.reduce((before, step) => step(before), frame);
        // Both frames have the members that the steps use.
        const theirs = run(withWidth(wholes[at]!));
        const ours = run(await lazyFrame(new CountingScan(tables[at]!, rowsPerFile)));
        expectSameFrame(await ours.collect(), await theirs.collect());
      },
    );
    await fc.assert(property, { seed: SEED, numRuns: 150 });
  }, 120_000);

  test("never ask for more rows of a column than there are, nor a column twice", async () => {
    const property = fc.asyncProperty(fc.array(steps, { maxLength: 4 }), async (chain) => {
      const scan = new CountingScan(tables[0]!);
      await chain.reduce((before, step) => step(before), await lazyFrame(scan)).collect();
      for (const query of scan.queries) {
        expect(new Set(query.columns).size).toBe(query.columns.length);
        expect(query.columns.length).toBeGreaterThan(0);
      }
      if (scan.queries.length === 1) for (const rows of scan.fetched.values()) expect(rows).toBeLessThanOrEqual(24);
    });
    await fc.assert(property, { seed: SEED, numRuns: 40 });
  }, 120_000);
});

/** polars' own lazy frame with the one member of ours that the steps use besides. */
function withWidth(frame: DataFrame): NwbLazyFrame {
  const wrap = (lazy: object): NwbLazyFrame =>
    new Proxy(lazy, {
      get(target, name) {
        const own = target as Record<PropertyKey, unknown>;
        if (name === "width") return (own["columns"] as string[]).length;
        const member = own[name];
        if (typeof member !== "function") return member;
        return (...args: unknown[]) => {
          const result = (member as (...args: unknown[]) => unknown).apply(target, args);
          const isFrame = typeof result === "object" && result !== null && ("_ldf" in result || "agg" in result);
          return isFrame ? wrap(result) : result;
        };
      },
    }) as NwbLazyFrame;
  return wrap(frame.lazy());
}
