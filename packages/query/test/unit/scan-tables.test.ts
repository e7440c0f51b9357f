import { NotFoundError, type ProgressEvent, type Warning } from "@lazynwb/core";
import { describe, expect, test } from "vitest";
import * as arrays from "../support/arrays.ts";
import { plainRows, scanOf, type TestFile } from "../support/scan.ts";

const file = (value = 1): TestFile => ({
  columns: { x: arrays.int32([value]), l: arrays.list([[1]], arrays.float64) },
});
const lacking: TestFile = { tables: [] };
const broken: TestFile = { error: new Error("it is damaged") };

describe("scanTables", () => {
  test("opens all files beside each other, 16 at most, and says how far it is", async () => {
    const events: ProgressEvent[] = [];
    const { log } = await scanOf(
      Array.from({ length: 40 }, () => file()),
      { onProgress: (event) => events.push(event) },
    );
    expect(log.mostUnderWay).toBe(16);
    expect(events).toHaveLength(40);
    expect(events.at(-1)).toMatchObject({ phase: "open", done: 40, total: 40 });
    const { log: narrow } = await scanOf(
      Array.from({ length: 40 }, () => file()),
      { concurrency: 3 },
    );
    expect(narrow.mostUnderWay).toBe(3);
  });

  test("files that lack the table are left out, all lacking it is an error with what may be meant", async () => {
    const { scan } = await scanOf([lacking, file(1), lacking, file(2)]);
    expect(plainRows(await scan.select("x", "_nwb_path").collect())).toEqual([
      { x: 1, _nwb_path: "f1.nwb" },
      { x: 2, _nwb_path: "f3.nwb" },
    ]);
    const error = await scanOf([lacking, lacking]).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NotFoundError);
    expect(error).toMatchObject({ candidates: ["/units"], message: expect.stringContaining("1 other file") });
    await expect(scanOf([file(), lacking], { raiseOnMissing: true })).rejects.toThrow(NotFoundError);
    await expect(scanOf([lacking, file()], { inferSchemaLength: 1 })).rejects.toThrow(/inferSchemaLength/);
  });

  test("a file that fails fails the scan, unless it is to be left out", async () => {
    await expect(scanOf([file(), broken])).rejects.toThrow("it is damaged");
    const warnings: Warning[] = [];
    const { scan } = await scanOf([file(1), broken, file(2)], {
      ignoreErrors: true,
      onWarning: (warning) => warnings.push(warning),
    });
    expect(warnings).toMatchObject([{ code: "FILE_FAILED", source: "f1.nwb" }]);
    expect(plainRows(await scan.select("x").collect())).toEqual([{ x: 1 }, { x: 2 }]);
    // It is tried again, and reported again: a failure is not kept.
    expect(warnings.map(({ source }) => source)).toEqual(["f1.nwb", "f1.nwb"]);
    expect(scan.stats()).toMatchObject({ files: 3, filesRead: 2 });
    await expect(scanOf([broken, broken], { ignoreErrors: true })).rejects.toThrow("it is damaged");
  });

  test("inferSchemaLength opens the leading files only, the others when they are read", async () => {
    const later = { columns: { x: arrays.float64([2.5]), extra: arrays.text(["?"]) } };
    const { scan, opened } = await scanOf([file(), later], { inferSchemaLength: 1 });
    expect(opened).toEqual(["f0.nwb"]);
    expect(scan.schema.columns.map(({ name }) => name)).not.toContain("extra");
    expect((await scan.limit(1).collect()).numRows).toBe(1);
    expect(opened).toEqual(["f0.nwb"]);
    expect((await scan.select("l").collect()).numRows).toBe(2);
    expect(opened).toEqual(["f0.nwb", "f1.nwb"]);
  });

  test("inferSchemaLength warns of later files whose values the schema cannot hold, and of no others", async () => {
    const warnings: Warning[] = [];
    const later = (x: arrays.TestColumn) => ({ columns: { x } });
    const { scan } = await scanOf([later(arrays.int64([1n])), later(arrays.float64([2.5])), later(arrays.int32([3]))], {
      inferSchemaLength: 1,
      onWarning: (warning) => warnings.push(warning),
    });
    const rows = plainRows(await scan.select("x").collect());
    expect([rows[0], rows[2]]).toEqual([{ x: 1 }, { x: 3 }]);
    expect(warnings).toMatchObject([
      { code: "COLUMN_TYPES", source: "f1.nwb", details: { column: "x", types: ["float64", "int64"] } },
    ]);
    expect(scan.stats()?.warnings).toEqual(warnings);
  });

  test("a given schema infers nothing and forces its types", async () => {
    const { scan, opened } = await scanOf([{ columns: { x: arrays.text(["1.5", "many"]) } }], {
      schema: { x: { kind: "float", bits: 64 }, absent: { kind: "text" }, _table_index: { kind: "text" } },
    });
    expect(opened).toEqual([]);
    expect(plainRows(await scan.collect())).toEqual([
      { x: 1.5, absent: null, _table_index: 0 },
      { x: null, absent: null, _table_index: 1 },
    ]);
  });

  test("overrides force a type; what cannot be converted is null", async () => {
    const { scan } = await scanOf([{ columns: { x: arrays.text(["1", "b"]) } }], {
      schemaOverrides: { x: { kind: "int", bits: 64, signed: true } },
    });
    expect(plainRows(await scan.select("x").collect())).toEqual([{ x: 1 }, { x: null }]);
    await expect(scanOf([file()], { schemaOverrides: { y: { kind: "text" } } })).rejects.toThrow(/no column 'y'/);
    await expect(scanOf([file()], { schemaOverrides: { _nwb_path: { kind: "bool" } } })).rejects.toThrow(/_nwb_path/);
  });

  test("array columns can be left out", async () => {
    const { scan } = await scanOf([file()], { excludeArrayColumns: true });
    expect(scan.schema.columns.map(({ name }) => name)).toEqual(["x", "_nwb_path", "_table_path", "_table_index"]);
  });

  test("options that make no sense are refused", async () => {
    await expect(scanOf([])).rejects.toThrow(/at least one file/);
    await expect(scanOf([file()], { inferSchemaLength: 0 })).rejects.toThrow(/inferSchemaLength/);
    await expect(scanOf([file()], { maxBytes: 0.5 })).rejects.toThrow(/maxBytes/);
    const reason = new Error("no longer");
    await expect(scanOf([file()], { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
