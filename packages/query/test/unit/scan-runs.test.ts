import type { ProgressEvent, Warning } from "@lazynwb/core";
import { describe, expect, test } from "vitest";
import { col } from "../../src/expr/column-expr.ts";
import type { ScanStats } from "../../src/scan-request.ts";
import * as arrays from "../support/arrays.ts";
import { gather, plainRows, scanOf, type TestFile } from "../support/scan.ts";

const numbers = (count: number, from = 0) => Array.from({ length: count }, (_, at) => from + at);

/** 1000 rows of 8 bytes in each column. */
const file = (from = 0): TestFile => ({
  columns: { a: arrays.float64(numbers(1000, from)), b: arrays.float64(numbers(1000, from)) },
});

describe("a run", () => {
  test("keeps batches within the byte budget", async () => {
    const { scan, log } = await scanOf([file(), file(1000)]);
    const batches = await gather(scan.select("a").batches({ maxBytes: 8000 }));
    expect(batches.map(({ numRows }) => numRows)).toEqual(Array.from({ length: 8 }, () => 250));
    expect(batches.flatMap((batch) => [...batch.getChild("a")!])).toEqual(numbers(2000));
    expect(log.reads().every(({ rows }) => rows[1]! - rows[0]! === 250)).toBe(true);
  });

  test("a row larger than the budget comes alone", async () => {
    const rows = [numbers(5), numbers(1000), numbers(3), numbers(4)];
    const { scan } = await scanOf([{ columns: { spikes: arrays.list(rows, arrays.float64) } }]);
    const batches = await gather(scan.select("spikes").batches({ maxBytes: 400 }));
    expect(batches.map(({ numRows }) => numRows)).toEqual([1, 1, 2]);
  });

  test("reads ahead while the consumer works, and no further than the budget", async () => {
    const { scan, log } = await scanOf(Array.from({ length: 6 }, (_, at) => file(at * 1000)));
    const batches = scan.select("a").batches({ maxBytes: 32_000 });
    await batches.next();
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
    const ahead = log.reads().length;
    expect(ahead).toBeGreaterThan(1);
    // Four pieces of 8,000 bytes are the whole budget: one is the consumer's, and none is begun that does not fit.
    expect(ahead).toBeLessThanOrEqual(4);
    expect((await gather(batches)).length).toBe(5);
    expect(log.reads().length).toBe(6);
  });

  test("files run beside each other, as many as are allowed", async () => {
    for (const [concurrency, most] of [
      [1, 1],
      [4, 4],
      [16, 8],
    ] as const) {
      const { scan, log } = await scanOf(Array.from({ length: 8 }, () => file()));
      log.mostUnderWay = 0;
      const rows = await gather(scan.select("a").batches({ concurrency }));
      expect(rows).toHaveLength(8);
      expect(log.mostUnderWay).toBe(most);
    }
  });

  test("leaving the loop ends the work", async () => {
    const { scan, log } = await scanOf(Array.from({ length: 40 }, () => file()));
    const seen: ScanStats[] = [];
    for await (const batch of scan.select("a").batches({ concurrency: 2, onStats: (stats) => seen.push(stats) })) {
      expect(batch.numRows).toBe(1000);
      break;
    }
    const asked = log.entries.length;
    expect(asked).toBeLessThan(6);
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
    expect(log.entries.length).toBe(asked);
    expect(log.underWay).toBe(0);
    expect(seen).toHaveLength(1);
    expect(scan.stats()).toBe(seen[0]);
  });

  test("an abort rejects with the caller's own reason, and asks for nothing more", async () => {
    const { scan, log } = await scanOf(Array.from({ length: 40 }, () => file()));
    const reason = new Error("enough");
    for (const after of [0, 1, 3]) {
      const controller = new AbortController();
      log.clear();
      let seen = 0;
      const run = (async () => {
        for await (const _ of scan.filter("a >= 0").select("b").batches({ signal: controller.signal, concurrency: 2 }))
          if (++seen === after) controller.abort(reason);
      })();
      if (after === 0) setTimeout(() => controller.abort(reason), 0);
      await expect(run).rejects.toBe(reason);
      const asked = log.entries.length;
      for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
      expect(log.entries.length, `after ${after}`).toBe(asked);
    }
    const aborted = AbortSignal.abort(reason);
    await expect(scan.collect({ signal: aborted })).rejects.toBe(reason);
    await expect(scan.count({ signal: aborted })).rejects.toBe(reason);
    await expect(scan.explain({ signal: aborted })).rejects.toBe(reason);
  });

  test("a failing file fails the run, unless it is to be left out", async () => {
    const files = [file(), { ...file(1000), failing: ["b"] } as TestFile, file(2000)];
    const { scan } = await scanOf(files);
    await expect(scan.collect()).rejects.toThrow("f1.nwb: b is damaged");
    const warnings: Warning[] = [];
    const { scan: patient } = await scanOf(files, {
      ignoreErrors: true,
      onWarning: (warning) => warnings.push(warning),
    });
    const rows = plainRows(await patient.select("b").collect());
    expect(rows.map(({ b }) => b)).toEqual([...numbers(1000), ...numbers(1000, 2000)]);
    expect(warnings).toMatchObject([{ code: "FILE_FAILED", source: "f1.nwb" }]);
    warnings.length = 0;
    expect(await patient.filter("b >= 0").count()).toBe(2000);
    expect(await patient.filter("a >= 0").count()).toBe(3000);
    expect(warnings).toHaveLength(1);
  });

  test("rows of a file that failed do not count towards a limit", async () => {
    const files = [{ ...file(), failing: ["b"] } as TestFile, file(1000), file(2000)];
    const { scan } = await scanOf(files, { ignoreErrors: true });
    for (const where of ["_table_index >= 0", "a >= 0"])
      for (const maxBytes of [4000, 2 ** 20]) {
        const rows = await scan.filter(where).select("b").limit(1500).collect({ maxBytes });
        expect(
          plainRows(rows).map(({ b }) => b),
          `${where} ${maxBytes}`,
        ).toEqual(numbers(1500, 1000));
      }
  });

  test("a limit asks predicates of growing batches, and stops", async () => {
    const rows = 2 ** 20;
    const { scan, log } = await scanOf([
      { columns: { a: arrays.float64(numbers(rows)), b: arrays.float64(numbers(rows)) } },
    ]);
    const found = await scan.filter("a >= 200000").limit(3).select("b").collect();
    expect(plainRows(found)).toEqual([{ b: 200_000 }, { b: 200_001 }, { b: 200_002 }]);
    // 8 bytes a row: 1 MiB, then 2 MiB.
    expect(log.reads("a").map(({ rows: [start, stop] }) => stop! - start!)).toEqual([2 ** 17, 2 ** 18]);
    expect(log.reads("b").map(({ rows: range }) => range)).toEqual([[200_000, 200_003]]);
    log.clear();
    await scan.filter("a >= 200000").select("b").count();
    expect(log.reads("a")).toHaveLength(1);
  });

  test("a limit over many files asks few of them at first", async () => {
    const { scan, log } = await scanOf(Array.from({ length: 60 }, (_, at) => file(at * 1000)));
    expect(plainRows(await scan.filter("a >= 4500").limit(2).select("b").collect())).toEqual([
      { b: 4500 },
      { b: 4501 },
    ]);
    expect(new Set(log.entries.map(({ source }) => source)).size).toBeLessThanOrEqual(12);
  });

  test("progress counts rows, and its listener cannot spoil the answer", async () => {
    const { scan } = await scanOf([file(), file(1000)]);
    const events: ProgressEvent[] = [];
    await scan.filter("a < 10").collect({ onProgress: (event) => events.push(event) });
    expect(events.at(-1)).toMatchObject({ phase: "read", done: 2000, total: 2000 });
    expect(events.every(({ bytes }, at) => at === 0 || bytes >= events[at - 1]!.bytes)).toBe(true);
  });

  test("stats are those of this run alone", async () => {
    const { scan, files } = await scanOf([file(), file(1000)]);
    await scan.collect();
    const before = files.map(({ spent }) => spent.bytes);
    const seen: ScanStats[] = [];
    await scan
      .filter(col("a").lt(5))
      .select("b")
      .collect({ onStats: (stats) => seen.push(stats) });
    expect(seen[0]).toMatchObject({
      files: 2,
      filesRead: 2,
      filesPruned: 0,
      rowsScanned: 2000,
      rowsKept: 5,
      batches: 1,
      bytes: files.reduce((sum, { spent }, at) => sum + spent.bytes - before[at]!, 0),
      requests: 5,
    });
    expect(seen[0]!.rounds).toBe(3);
  });

  test("closing ends what is under way and closes the files once", async () => {
    const { scan, files } = await scanOf([file(), file(1000)]);
    const batches = scan.select("a").batches({ maxBytes: 8000 });
    await batches.next();
    await scan.select("b").close();
    await expect(gather(batches)).rejects.toThrow("the scan was closed");
    await expect(scan.collect()).rejects.toThrow("the scan was closed");
    await expect(scan.count()).rejects.toThrow("the scan was closed");
    expect(files.every(({ closed }) => closed)).toBe(true);
    {
      const again = await scanOf([file()]);
      await using disposed = again.scan;
      await disposed.count();
      expect(again.files[0]!.closed).toBe(false);
      await disposed[Symbol.asyncDispose]();
      expect(again.files[0]!.closed).toBe(true);
    }
  });
});
