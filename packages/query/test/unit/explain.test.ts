import { describe, expect, test } from "vitest";
import { formatBytes } from "../../src/scan/format-explanation.ts";
import { explainScan } from "../../src/scan/table-scan.ts";
import * as arrays from "../support/arrays.ts";
import { scanOf } from "../support/scan.ts";

const units = {
  quality: arrays.float64([0.1, 0.9, 0.95, 0.99]),
  location: arrays.text(["VISp", "VISl", "VISp", null]),
  spike_times: arrays.list([[1, 2], [], [3], [4, 5, 6]], arrays.float64),
};

describe("explain", () => {
  test("prints files, columns, rows, rounds, requests and bytes, and reads no data", async () => {
    const { scan, log } = await scanOf([
      { columns: units },
      { columns: { quality: units.quality } },
      { columns: units },
    ]);
    const asked = scan.filter("quality > 0.5 and _nwb_path != 'f2.nwb'").select("spike_times", "location").slice(1, 3);
    const explanation = await asked.explain();
    expect(String(explanation).split("\n")).toEqual([
      "scan of 3 files (1 left out)",
      "  columns: spike_times, location",
      "  filter: quality > 0.5  [pushed]",
      "  filter: _nwb_path != 'f2.nwb'  [before reading]",
      "  limit 3, offset 1",
      "  f0.nwb /units: 4 of 4 rows",
      "    1. filter on quality: 3..4 rows, 1 round, 1 request, 32 B; beside it the indexes of spike_times, location",
      "    2. read spike_times, location: 0..3 rows, 0..2 rounds, 0..2 requests, 0 B..100 B",
      "  f1.nwb /units: 4 of 4 rows",
      "    1. filter on quality: 3..4 rows, 1 round, 1 request, 32 B",
      "    null: spike_times, location (not in this file)",
      "  in all: 0..3 rows, 1..3 rounds, 1..4 requests, 32 B..164 B",
    ]);
    expect(explanation).toMatchObject({ files: 3, filesPruned: 1, rows: { min: 0, max: 3 }, limit: 3, offset: 1 });
    expect(log.entries.map(({ what }) => what)).toEqual(["locate", "locate"]);
    expect(structuredClone({ ...explanation, toString: undefined })).toMatchObject({ files: 3 });
  });

  test("without filters on data it is exact, and what it said is what is done", async () => {
    const { scan, log } = await scanOf([{ columns: units }, { columns: units }]);
    const asked = scan.select("quality", "location").limit(6);
    const { tables, rows, requests } = await asked.explain();
    expect(rows).toEqual({ min: 6, max: 6 });
    expect(requests.min).toBe(requests.max);
    log.clear();
    expect((await asked.collect()).numRows).toBe(6);
    expect(log.entries.map(({ source, columns, rows: read }) => ({ source, columns, rows: read }))).toEqual(
      tables.map(({ source, readColumns, rows: planned }) => ({ source, columns: readColumns, rows: planned })),
    );
  });

  test("what is pruned to nothing costs nothing", async () => {
    const { scan, log } = await scanOf([{ columns: units }]);
    const explanation = await scan.filter("_table_index > 10").explain();
    expect(explanation).toMatchObject({ filesPruned: 1, rows: { min: 0, max: 0 }, bytes: { min: 0, max: 0 } });
    expect(String(explanation)).toContain("f0.nwb /units: 0 of 4 rows, left out");
    expect(log.entries).toEqual([]);
  });

  test("any query can be explained", async () => {
    const { scan } = await scanOf([{ columns: units }]);
    const odd = { columns: ["quality"], keep: () => new Uint8Array(4), toString: () => "something opaque" };
    const explanation = await explainScan(scan, { columns: ["location"], predicates: [odd] });
    expect(String(explanation)).toContain("filter: something opaque  [pushed]");
    await expect(explainScan(scan, { columns: ["x"], predicates: [] })).rejects.toThrow(/no column 'x'/);
  });

  test("bytes are printed in the unit that leaves few digits", () => {
    expect([0, 999, 1000, 12_345, 999_999, 2_500_000, 3e12, 5e15].map(formatBytes)).toEqual([
      "0 B",
      "999 B",
      "1.0 KB",
      "12 KB",
      "1000 KB",
      "2.5 MB",
      "3.0 TB",
      "5000 TB",
    ]);
  });
});
