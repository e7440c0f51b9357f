import { array, group, memoryHierarchy, type Tree } from "@lazynwb/core/testing";
import { type NwbFile, nwbFile } from "@lazynwb/model";
import { scanTables } from "@lazynwb/query";
import type { DataFrame } from "nodejs-polars";
import { beforeAll, describe, expect, test } from "vitest";
import { lazyFrame, type NwbLazyFrame, type Polars, polarsModule, tableSchema } from "../../src/index.ts";
import { expectSameFrame } from "../same-frame.ts";

let pl: Polars;
beforeAll(async () => {
  pl = await polarsModule();
});

const data = { neurodata_type: "VectorData", namespace: "hdmf-common", description: "" };

/** A units table of a file: ragged spike times, text, numbers with NaN. */
function unitsTree(first: number, rows: number): Tree {
  const ends = Float64Array.from({ length: rows }, (_, row) => (row + 1) * 2);
  return group({
    attributes: { neurodata_type: "NWBFile", namespace: "core", nwb_version: "2.8.0" },
    children: {
      units: group({
        attributes: {
          neurodata_type: "Units",
          namespace: "core",
          colnames: ["quality", "snr", "spike_times"],
          description: "",
        },
        children: {
          id: array(
            Int32Array.from({ length: rows }, (_, row) => first + row),
            { attributes: { ...data, neurodata_type: "ElementIdentifiers" } },
          ),
          quality: array(
            Array.from({ length: rows }, (_, row) => (row % 3 === 0 ? "good" : "mua")),
            { attributes: data },
          ),
          snr: array(
            Float64Array.from({ length: rows }, (_, row) => (row === 1 ? Number.NaN : row / 2)),
            { attributes: data },
          ),
          spike_times: array(
            Float64Array.from({ length: rows * 2 }, (_, at) => first + at / 10),
            { attributes: data },
          ),
          spike_times_index: array(Uint8Array.from(ends), { attributes: { ...data, neurodata_type: "VectorIndex" } }),
        },
      }),
    },
  });
}

function openUnits(): { files: NwbFile[]; reads: () => string[] } {
  const hierarchies = [memoryHierarchy(unitsTree(0, 6)), memoryHierarchy(unitsTree(100, 4))];
  const files = hierarchies.map((hierarchy, at) => nwbFile({ id: `/data/${at}.nwb`, open: async () => hierarchy }));
  const reads = () =>
    hierarchies.flatMap((hierarchy, at) => hierarchy.calls.read.flat().map(({ path }) => `${at}${path}`));
  return { files, reads };
}

async function openFrame(): Promise<{ frame: NwbLazyFrame; all: DataFrame; reads: () => string[] }> {
  const { files, reads } = openUnits();
  const all = await (await lazyFrame(await scanTables({ files: openUnits().files, table: "/units" }))).collect();
  return { frame: await lazyFrame(await scanTables({ files, table: "/units" })), all, reads };
}

describe("over a scan of tables", () => {
  test("all of it: types, values, order of files", async () => {
    const { all } = await openFrame();
    expect(all.columns).toEqual(["id", "quality", "snr", "spike_times", "_nwb_path", "_table_path", "_table_index"]);
    expect(all.dtypes.map((type) => String(type).replaceAll("DataType", ""))).toEqual([
      ...["(Int32)", "(String)", "(Float64)", "(List((Float64)))", "(String)", "(String)", "(UInt32)"],
    ]);
    expect([...all.getColumn("id").toArray()]).toEqual([0, 1, 2, 3, 4, 5, 100, 101, 102, 103]);
    expect([...all.getColumn("_table_index").toArray()]).toEqual([0, 1, 2, 3, 4, 5, 0, 1, 2, 3]);
    expect([...all.explode("spike_times").getColumn("spike_times").toArray()].slice(-2)).toEqual([100.6, 100.7]);
  });

  test("chains give what polars gives over all of it", async () => {
    const { frame, all } = await openFrame();
    const chains: readonly ((on: NwbLazyFrame) => NwbLazyFrame)[] = [
      (on) =>
        on
          .filter(
            pl
              .col("snr")
              .gt(1)
              .and(pl.col("quality").eq(pl.lit("good"))),
          )
          .select("id", "spike_times", "_nwb_path"),
      (on) => on.filter(pl.col("spike_times").list.max().gt(100.3)).select("id"),
      (on) => on.filter(pl.col("_table_index").lt(2)).select("snr", "_nwb_path"),
      (on) => on.slice(4, 3).select("id", "spike_times"),
      (on) =>
        on
          .filter(pl.col("quality").eq(pl.lit("mua")))
          .slice(2, 3)
          .select("id"),
      (on) => on.select(pl.len()),
      (on) => on.groupBy("quality").agg(pl.col("snr").max(), pl.col("id").count().alias("n")),
      (on) => on.sort("snr", true).head(3).select("id"),
    ];
    for (const chain of chains)
      expectSameFrame(await chain(frame).collect(), await chain(all.lazy() as never).collect());
  });

  test("a filter on the file opens no table of the others", async () => {
    const { frame, reads } = await openFrame();
    const here = pl.col("_nwb_path").eq(pl.lit("/data/1.nwb"));
    const answer = await frame
      .filter(here.and(pl.col("snr").gtEq(0.5)))
      .select("id", "snr")
      .collect();
    expect([...answer.getColumn("id").toArray()]).toEqual([101, 102, 103]);
    expect(reads().filter((read) => read.startsWith("0"))).toEqual([]);
    expect(frame.stats()).toMatchObject({ files: 2, filesPruned: 1, rowsKept: 3 });
    expect(frame.stats()!.warnings.map(({ code }) => code)).toEqual(["NAN_KEPT"]);
  });

  test("columns that are not needed are not read", async () => {
    const { frame, reads } = await openFrame();
    await frame.filter(pl.col("snr").gt(1)).select("id").collect();
    expect(new Set(reads())).toEqual(new Set(["0/units/snr", "0/units/id", "1/units/snr", "1/units/id"]));
  });

  test("what the scan itself selects and filters counts", async () => {
    const { files } = openUnits();
    const scan = await scanTables({ files, table: "/units" });
    const frame = await lazyFrame(scan.filter("quality = 'good'").select("id", "snr"));
    expect(frame.columns).toEqual(["id", "snr"]);
    expect([...(await frame.filter(pl.col("snr").gt(1)).collect()).getColumn("id").toArray()]).toEqual([3, 103]);
    expect((await frame.select(pl.len()).collect()).getColumn("len").get(0)).toBe(4);
    expect(Object.keys(await tableSchema(scan.select("spike_times")))).toEqual(["spike_times"]);
  });

  test("explain prints the scan's plan and the chain; close ends it", async () => {
    const { frame, reads } = await openFrame();
    const text = String(await frame.filter(pl.col("snr").gt(1)).select("id").explain());
    expect(text).toMatch(/scan of 2 files[\s\S]*columns: id, snr[\s\S]*filter: .*snr.*pushed[\s\S]*then, in polars:/);
    expect(reads()).toEqual([]);
    await frame.close();
    await expect(frame.collect()).rejects.toThrow(/closed/);
  });
});
