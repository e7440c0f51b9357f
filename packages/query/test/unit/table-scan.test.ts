import { describe, expect, test } from "vitest";
import { col } from "../../src/expr/column-expr.ts";
import * as arrays from "../support/arrays.ts";
import { plainRows, scanOf } from "../support/scan.ts";

const units = (shift = 0) => ({
  id: arrays.int64([0n, 1n, 2n, 3n]),
  quality: arrays.float64([0.1 + shift, 0.9, Number.NaN, 0.95]),
  location: arrays.text(["VISp", "VISl", "VISp", null]),
  spike_times: arrays.list([[1, 2], [], [3], [4, 5, 6]], arrays.float64),
});

describe("TableScan", () => {
  test("reads all columns of all files in order, internal ones last", async () => {
    const { scan } = await scanOf([{ columns: units() }, { columns: units(1) }]);
    expect(scan.schema.columns.map(({ name }) => name)).toEqual([
      "id",
      "quality",
      "location",
      "spike_times",
      "_nwb_path",
      "_table_path",
      "_table_index",
    ]);
    const rows = plainRows(await scan.collect());
    expect(rows).toHaveLength(8);
    expect(rows[0]).toEqual({
      id: 0,
      quality: 0.1,
      location: "VISp",
      spike_times: [1, 2],
      _nwb_path: "f0.nwb",
      _table_path: "/units",
      _table_index: 0,
    });
    expect(rows[7]).toMatchObject({ id: 3, location: null, _nwb_path: "f1.nwb", _table_index: 3 });
    expect(rows[4]).toMatchObject({ quality: 1.1 });
  });

  test("a filter reads its columns first, and the others for the kept rows only", async () => {
    const { scan, log } = await scanOf([{ columns: units() }]);
    const found = await scan
      .filter(col("quality").ge(0.9).and(col("location").eq("VISl")))
      .select("spike_times", "id", "quality")
      .collect();
    expect(plainRows(found)).toEqual([{ spike_times: [], id: 1, quality: 0.9 }]);
    expect(log.entries).toEqual([
      { what: "read", source: "f0.nwb", columns: ["quality", "location"], rows: [0, 4], tick: 1 },
      { what: "prepare", source: "f0.nwb", columns: ["spike_times", "id"], rows: [0, 4], tick: 1 },
      { what: "read", source: "f0.nwb", columns: ["spike_times", "id"], rows: [1, 2], tick: 3 },
    ]);
  });

  test("a filter that keeps nothing reads nothing more", async () => {
    const { scan, log } = await scanOf([{ columns: units() }]);
    expect(
      (await scan.filter(col("quality").gt(2).and(col("location").isNotNull()).and(col("id").lt(2))).collect()).numRows,
    ).toBe(0);
    expect(log.reads("spike_times")).toEqual([]);
  });
});
