import { isLazyNwbError, type TypeMismatchError, type UnknownColumnError, type UnsupportedError } from "@lazynwb/core";
import { beforeAll, describe, expect, test } from "vitest";
import { lazyFrame, metadataFrame, type NwbLazyFrame, type Polars, polarsModule } from "../../src/index.ts";
import { loadPolars } from "../../src/polars-module.ts";
import { CountingScan } from "../counting-scan.ts";
import { unitsTable } from "../units-table.ts";

const table = unitsTable(2);
let pl: Polars;
let scan: CountingScan;
let frame: NwbLazyFrame;

beforeAll(async () => {
  pl = await polarsModule();
  scan = new CountingScan(table);
  frame = await lazyFrame(scan);
});

function errorOf(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}

describe("a wrong name fails at the call, with the names there are", () => {
  const calls: Readonly<Record<string, () => unknown>> = {
    filter: () => frame.filter(pl.col("presense_ratio").gt(1)),
    select: () => frame.select("id", "presense_ratio"),
    withColumns: () => frame.withColumns(pl.col("presense_ratio").plus(1)),
    sort: () => frame.sort("presense_ratio"),
    groupBy: () => frame.groupBy("presense_ratio"),
    agg: () => frame.groupBy("id").agg(pl.col("presense_ratio").sum()),
    unique: () => frame.unique("presense_ratio"),
    drop: () => frame.drop("presense_ratio"),
    rename: () => frame.rename({ presense_ratio: "p" }),
    explode: () => frame.explode("presense_ratio"),
    dropNulls: () => frame.dropNulls("presense_ratio"),
    "after a select": () => frame.select(pl.col("presence_ratio").alias("p")).filter(pl.col("presense_ratio").gt(1)),
  };
  test.each(Object.entries(calls))("%s", (_name, call) => {
    const error = errorOf(call) as UnknownColumnError;
    expect(isLazyNwbError(error, "UNKNOWN_COLUMN")).toBe(true);
    expect(error.column).toBe("presense_ratio");
    expect(error.message).toContain("presense_ratio");
  });

  test("says which are there, and which is near", () => {
    const error = errorOf(() => frame.select("presense_ratio")) as UnknownColumnError;
    expect(error.available).toEqual(table.schema.names);
    expect(error.message).toMatch(/Did you mean "presence_ratio"\?.*There are: id, presence_ratio, .*_table_index\./);
    const after = errorOf(() => frame.select("id", "snr").select("rank")) as UnknownColumnError;
    expect(after.available).toEqual(["id", "snr"]);
  });
});

describe("a wrong type fails at the call", () => {
  const calls: Readonly<Record<string, () => unknown>> = {
    "text against a number": () => frame.filter(pl.col("location").gt(1)),
    "a number against text": () => frame.filter(pl.col("snr").eq(pl.lit("x"))),
    "text function of a number": () => frame.filter(pl.col("snr").str.contains("x")),
    "isIn of other values": () => frame.filter(pl.col("location").isIn([1, 2])),
    "a filter that is no condition": () => frame.filter(pl.col("location")),
    "arithmetic with text": () => frame.select(pl.col("location").minus(pl.col("snr"))),
  };
  test.each(Object.entries(calls))("%s", (_name, call) => {
    const error = errorOf(call) as TypeMismatchError;
    expect([error.message, isLazyNwbError(error, "TYPE_MISMATCH")]).toEqual([error.message, true]);
    expect(error.message).not.toMatch(/Resolved plan|FAILED HERE/);
  });
});

test("nothing was read for any of this", () => {
  expect(scan.queries).toEqual([]);
});

describe("what a lazy frame of far files cannot do says what can", () => {
  const members: Readonly<Record<string, [() => unknown, RegExp]>> = {
    collectSync: [() => frame.collectSync(), /await collect\(\)/],
    first: [() => frame.first(), /head\(1\)\.collect\(\)/],
    sinkCSV: [() => frame.sinkCSV("x.csv"), /writeCSV/],
    sinkParquet: [() => frame.sinkParquet("x.parquet"), /writeParquet/],
    sinkNdJson: [() => frame.sinkNdJson("x.ndjson"), /writeJSON/],
    sinkIpc: [() => frame.sinkIpc("x.arrow"), /writeIPC/],
    serialize: [() => JSON.stringify(frame), /collect\(\)/],
    "join from the other side": [
      () =>
        pl
          .DataFrame({ id: [1] })
          .lazy()
          .join(frame as never, { on: "id" }),
      /this frame's side/,
    ],
  };
  test.each(Object.entries(members))("%s", (_name, [call, way]) => {
    const error = errorOf(call);
    expect(isLazyNwbError(error, "QUERY")).toBe(true);
    expect(error.message).toMatch(way);
  });
});

describe("two copies of nodejs-polars", () => {
  /** What an object of another copy looks like: the same outside, another native class inside. */
  class ForeignNative {}
  const foreign = { _expr: new ForeignNative(), [Symbol.toStringTag]: () => "Expr" };
  test.each([
    ["an expression", () => frame.filter(foreign as never)],
    ["one among several", () => frame.select("id", [foreign] as never)],
    ["one in options", () => frame.sort({ by: foreign } as never)],
    ["one in groups", () => frame.groupBy("id").agg(foreign as never)],
    ["a frame", () => frame.join({ _ldf: new ForeignNative() } as never, { on: "id" })],
  ])("%s", (_name, call) => {
    const error = errorOf(call);
    expect(isLazyNwbError(error, "QUERY")).toBe(true);
    expect(error.message).toMatch(/two copies of nodejs-polars/);
  });
});

describe("a platform without nodejs-polars", () => {
  test("no binary: names the platform and the way out", async () => {
    const cause = Object.assign(new Error("Cannot find module 'nodejs-polars-linux-arm-gnueabihf'\nRequire stack:"), {
      code: "MODULE_NOT_FOUND",
    });
    const error = (await loadPolars(() => Promise.reject(cause)).catch(
      (reason: unknown) => reason,
    )) as UnsupportedError;
    expect(isLazyNwbError(error, "UNSUPPORTED")).toBe(true);
    expect(error.feature).toBe("nodejs-polars");
    expect(error.cause).toBe(cause);
    expect(error.message).toContain(`no binary that runs on ${process.platform}-${process.arch}`);
    expect(error.message).toContain("lazynwb/web");
  });

  test("not installed at all", async () => {
    const cause = new Error("Cannot find package 'nodejs-polars' imported from /x/y.js");
    await expect(loadPolars(() => Promise.reject(cause))).rejects.toThrow(/not installed: npm install nodejs-polars/);
  });
});

test("a fault of a file's reader passes untouched", async () => {
  const fault = new Error("the disk is on fire");
  const broken = new CountingScan(table);
  // biome-ignore lint/correctness/useYield: it fails before the first batch
  broken.run = async function* () {
    throw fault;
  };
  await expect((await lazyFrame(broken)).select("id").collect()).rejects.toBe(fault);
});

test("a filter that only running can refuse is a QueryError", async () => {
  const all = await metadataFrame(table);
  const chain = frame.select(pl.col("location").cast(pl.Int32, true));
  expect(() => all.lazy().select(pl.col("location").cast(pl.Int32, true)).collectSync()).toThrow();
  const error = await chain.collect().catch((reason: unknown) => reason);
  expect(isLazyNwbError(error)).toBe(true);
});

test("what polars itself gives up on is an error, and the process lives on", async () => {
  const error = await frame
    .select("waveform_mean")
    .reverse()
    .collect()
    .catch((reason: unknown) => reason);
  expect(isLazyNwbError(error, "QUERY", "TYPE_MISMATCH")).toBe(true);
  expect((await frame.select("id").collect()).height).toBe(35);
});
