import { UnknownColumnError, type Warning } from "@lazynwb/core";
import { describe, expect, test } from "vitest";
import { col } from "../../src/expr/column-expr.ts";
import { runScan } from "../../src/scan/table-scan.ts";
import type { ScanStats } from "../../src/scan-request.ts";
import * as arrays from "../support/arrays.ts";
import { gather, plainRows, scanOf } from "../support/scan.ts";

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
    const none = await scan.filter(col("quality").lt(0).and(col("location").isNotNull())).collect();
    expect(none.numRows).toBe(0);
    expect(none.schema.fields).toHaveLength(7);
    expect(log.reads("spike_times")).toEqual([]);
  });

  test("every method gives a new scan and leaves the old one as it was", async () => {
    const { scan } = await scanOf([{ columns: units() }]);
    const narrow = scan.select("id").limit(1);
    expect(scan.schema.columns).toHaveLength(7);
    expect((await scan.collect()).numRows).toBe(4);
    expect(plainRows(await narrow.collect())).toEqual([{ id: 0 }]);
    expect([...narrow.rowBytes]).toEqual([["id", 8]]);
    expect([...scan.rowBytes.keys()]).toEqual(["id", "quality", "location", "spike_times"]);
  });

  test("offset and limit take a window of the kept rows over all files", async () => {
    const { scan } = await scanOf([{ columns: units() }, { columns: units() }, { columns: units() }]);
    const all = plainRows(await scan.filter("location = 'VISp'").select("id", "_nwb_path").collect());
    expect(all).toHaveLength(6);
    for (const [offset, length] of [
      [0, 2],
      [1, 3],
      [3, 100],
      [6, 1],
      [2, 0],
    ] as const) {
      const part = await scan.filter("location = 'VISp'").slice(offset, length).select("id", "_nwb_path").collect();
      expect(plainRows(part), `${offset}, ${length}`).toEqual(all.slice(offset, offset + length));
    }
    const rows = plainRows(await scan.select("id", "_nwb_path").collect());
    expect(plainRows(await scan.slice(3, 6).slice(1, 4).select("id", "_nwb_path").collect())).toEqual(rows.slice(4, 8));
    expect(plainRows(await scan.slice(10).select("id", "_nwb_path").collect())).toEqual(rows.slice(10));
  });

  test("a limit reads no file behind the one that meets it, and no row behind", async () => {
    const { scan, log } = await scanOf(Array.from({ length: 10 }, () => ({ columns: units() })));
    expect((await scan.select("id").limit(6).collect()).numRows).toBe(6);
    expect(log.entries.map(({ source, rows }) => [source, rows])).toEqual([
      ["f0.nwb", [0, 4]],
      ["f1.nwb", [0, 2]],
    ]);
    log.clear();
    expect((await scan.filter("location = 'VISp'").limit(2).select("spike_times").collect()).numRows).toBe(2);
    expect(new Set(log.entries.map(({ source }) => source))).toEqual(new Set(["f0.nwb"]));
    log.clear();
    expect((await scan.limit(0).collect()).numRows).toBe(0);
    expect(log.entries).toEqual([]);
  });

  test("60 files and a filter on _nwb_path: nothing of the other 59 is read", async () => {
    const { scan, log } = await scanOf(Array.from({ length: 60 }, () => ({ columns: units() })));
    const one = scan.filter(col("_nwb_path").eq("f37.nwb").and(col("quality").gt(0.5)));
    const stats: ScanStats[] = [];
    expect(plainRows(await one.select("id").collect({ onStats: (run) => stats.push(run) }))).toEqual([
      { id: 1 },
      { id: 2 },
      { id: 3 },
    ]);
    expect(new Set(log.entries.map(({ source }) => source))).toEqual(new Set(["f37.nwb"]));
    expect(stats[0]).toMatchObject({ files: 60, filesRead: 1, filesPruned: 59, rowsScanned: 4, rowsKept: 3 });
  });

  test("a filter on _table_index reads those rows only", async () => {
    const { scan, log } = await scanOf([{ columns: units() }, { columns: units() }]);
    const rows = await scan.filter("_table_index in (1, 3) and _nwb_path != 'f0.nwb'").select("id").collect();
    expect(plainRows(rows)).toEqual([{ id: 1 }, { id: 3 }]);
    expect(log.entries).toMatchObject([{ what: "read", source: "f1.nwb", rows: [1, 2, 3, 4] }]);
    log.clear();
    expect((await scan.filter("_table_index > 100").collect()).numRows).toBe(0);
    expect(log.entries).toEqual([]);
  });

  test("count reads nothing unless a filter looks at data", async () => {
    const { scan, log } = await scanOf([{ columns: units() }, { columns: units() }]);
    expect(await scan.count()).toBe(8);
    expect(await scan.slice(3, 100).count()).toBe(5);
    expect(await scan.filter("_table_index >= 2").count()).toBe(4);
    expect(log.entries).toEqual([]);
    expect(await scan.filter("location = 'VISp'").count()).toBe(4);
    expect(log.entries.map(({ what, columns }) => [what, columns])).toEqual([
      ["read", ["location"]],
      ["read", ["location"]],
    ]);
  });

  test("a column that a file lacks is null there, and costs nothing", async () => {
    const { scan, log } = await scanOf([{ columns: { id: arrays.int64([7n]) } }, { columns: units() }]);
    const rows = plainRows(await scan.filter("quality is null").select("id", "quality", "spike_times").collect());
    expect(rows).toEqual([{ id: 7, quality: null, spike_times: null }]);
    expect(log.entries.filter(({ source }) => source === "f0.nwb").map(({ columns }) => columns)).toEqual([
      ["id"],
      ["id"],
    ]);
  });

  test("several tables of a file come one after the other, read beside each other", async () => {
    const tables = ["/intervals/epochs", "/intervals/trials"].map((path, at) => ({
      path,
      columns: { start_time: arrays.float64([at, at + 0.5]) },
    }));
    const { scan, log } = await scanOf([{ tables }]);
    expect(plainRows(await scan.select("_table_path", "start_time").collect())).toEqual([
      { _table_path: "/intervals/epochs", start_time: 0 },
      { _table_path: "/intervals/epochs", start_time: 0.5 },
      { _table_path: "/intervals/trials", start_time: 1 },
      { _table_path: "/intervals/trials", start_time: 1.5 },
    ]);
    expect(new Set(log.entries.map(({ tick }) => tick)).size).toBe(1);
  });

  test("rows come as plain objects", async () => {
    const { scan } = await scanOf([
      { columns: { big: arrays.int64([1n, 2n ** 53n + 1n]), at: arrays.timestamp([0n, 1_704_161_045_250_000n]) } },
    ]);
    const rows: unknown[] = [];
    for await (const row of scan.select("big", "at").rows()) rows.push(row);
    expect(rows).toEqual([
      { big: 1, at: new Date(0) },
      { big: 2n ** 53n + 1n, at: new Date("2024-01-02T02:04:05.250Z") },
    ]);
  });

  test("what is found wrong only as values are read is warned of by the run that read them, in the order of the files", async () => {
    const warnings: Warning[] = [];
    const { scan } = await scanOf(
      [
        { columns: units(), warnsOf: "quality" },
        { columns: units(), warnsOf: "id" },
      ],
      {
        onWarning: (warning) => warnings.push(warning),
      },
    );
    await scan.select("location").collect();
    expect(warnings).toEqual([]);
    await scan.select("id", "quality").collect();
    expect(warnings.map(({ message }) => message)).toEqual(["quality is no date", "id is no date"]);
    expect(scan.stats()?.warnings).toEqual(warnings);
    await scan.collect();
    expect(warnings).toHaveLength(2);
  });

  test("NaN kept by > is warned of once, and is null where it is asked to be", async () => {
    const warnings: Warning[] = [];
    const onWarning = (warning: Warning) => warnings.push(warning);
    const { scan } = await scanOf([{ columns: units() }, { columns: units() }], { onWarning });
    const good = scan.filter(col("quality").gt(0.92)).select("id");
    expect((await good.collect()).numRows).toBe(4);
    expect(warnings).toMatchObject([{ code: "NAN_KEPT", details: { column: "quality", rows: 2 } }]);
    expect(scan.stats()?.warnings).toEqual(warnings);
    warnings.length = 0;
    for (const text of [
      "quality < 0.92",
      "quality > 0.92 and quality is not null and not quality is nan",
      "quality between 0 and 2",
    ])
      await scan.filter(text).count();
    expect(warnings).toEqual([]);
    const { scan: clean } = await scanOf([{ columns: units() }], { onWarning, nanAsNull: true });
    expect(plainRows(await clean.filter("quality > 0.92").select("id").collect())).toEqual([{ id: 3 }]);
    expect(plainRows(await clean.filter("quality is null").select("quality").collect())).toEqual([{ quality: null }]);
    expect(warnings).toEqual([]);
  });

  test("types that differ between files are brought together", async () => {
    const warnings: Warning[] = [];
    const { scan } = await scanOf(
      [{ columns: { x: arrays.int32([1, 2]) } }, { columns: { x: arrays.float64([0.5, null]) } }],
      { onWarning: (warning) => warnings.push(warning) },
    );
    expect(scan.typeOf("x")).toEqual({ kind: "float", bits: 64 });
    expect(plainRows(await scan.select("x").collect())).toEqual([{ x: 1 }, { x: 2 }, { x: 0.5 }, { x: null }]);
    expect(warnings).toMatchObject([{ code: "COLUMN_TYPES", details: { column: "x" } }]);
    expect(plainRows(await scan.filter("x < 1.5").select("x").collect())).toEqual([{ x: 1 }, { x: 0.5 }]);
  });

  test("wrong questions fail before anything is read", async () => {
    const { scan, log } = await scanOf([{ columns: units() }]);
    expect(() => scan.filter("qualty > 1")).toThrow(
      /no column 'qualty'; did you mean 'quality'\? \(columns: id, quality/,
    );
    expect(() => scan.select("id", "id")).toThrow(/named twice/);
    expect(() => scan.select()).toThrow(/at least one column/);
    expect(() => scan.filter("location > 5")).toThrow(/location is text and cannot be compared with 5/);
    expect(() => scan.limit(-1)).toThrow(/at least 0/);
    expect(() => scan.limit(2).filter("id = 1")).toThrow(/must come before limit/);
    expect(() => scan.select("id").filter("quality > 1")).toThrow(UnknownColumnError);
    const opaque = { columns: ["nope"], keep: () => new Uint8Array(0) };
    expect(() => scan.filter(opaque)).toThrow(UnknownColumnError);
    expect(() => scan.filter({ _expr: "of another library" } as never)).toThrow(/made with col\(\)/);
    await expect(gather(runScan(scan, { columns: ["nope"], predicates: [] }))).rejects.toThrow(UnknownColumnError);
    expect(log.entries).toEqual([]);
  });

  test("runScan takes predicates of other engines, and queries without columns", async () => {
    const { scan, log } = await scanOf([{ columns: units() }]);
    const seen: string[][] = [];
    const odd = {
      columns: ["_table_index", "quality"],
      keep: (batch: { numRows: number; schema: { fields: readonly { name: string }[] } }) => {
        seen.push(batch.schema.fields.map(({ name }) => name));
        return Promise.resolve(Uint8Array.from({ length: batch.numRows }, (_, row) => row & 1));
      },
    };
    const batches = await gather(runScan(scan, { columns: [], predicates: [odd] }));
    expect(batches.map(({ numRows, numCols }) => [numRows, numCols])).toEqual([[2, 0]]);
    expect(seen).toEqual([["_table_index", "quality"]]);
    expect(log.entries.map(({ columns }) => columns)).toEqual([["quality"]]);
    const short = { columns: ["id"], keep: () => new Uint8Array(1) };
    await expect(gather(runScan(scan, { columns: ["id"], predicates: [short] }))).rejects.toThrow(
      /answered for 1 of 4/,
    );
  });
});
