import { basename, dirname } from "node:path";
import { sampleSessions } from "@lazynwb/fixtures";
import { type RangeServer, startRangeServer } from "@lazynwb/fixtures/range-server";
import pl from "nodejs-polars";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createLazyNwb, type LazyNwb } from "../../src/index.ts";
import { col, createLazyNwb as createForWeb } from "../../src/web.ts";
import { cli } from "../support/run-cli.ts";

const all = sampleSessions();
let server: RangeServer;
let far: string[] = [];
beforeAll(async () => {
  server = await startRangeServer(dirname(all[0]!));
  far = all.map((path) => `${server.url}/${basename(path)}`);
});
beforeEach(() => server.reset());
afterAll(() => server.close());

/** Runs over a cold reader, and holds what the server saw against what may be spent and against our own counters. */
async function costs(
  most: { readonly rounds: number; readonly requests: number; readonly bytes: number },
  work: (nwb: LazyNwb) => Promise<unknown>,
): Promise<void> {
  const nwb = createLazyNwb();
  await work(nwb);
  const { rounds, requests, bytes, heads } = server.stats();
  const ours = nwb.counters();
  await nwb.close();
  expect({ heads, requests: ours.requests, bytes: ours.bytes }).toEqual({ heads: 0, requests, bytes });
  expect(ours.rounds).toBeGreaterThanOrEqual(rounds);
  expect(rounds).toBeLessThanOrEqual(most.rounds);
  expect(requests).toBeLessThanOrEqual(most.requests);
  expect(bytes).toBeLessThanOrEqual(most.bytes);
}

const filter = pl
  .col("presence_ratio")
  .gtEq(0.98)
  .and(pl.col("location").eq(pl.lit("VISp")));

// The sample sessions are small: head and tail are most of them. No question costs more than its files have.
describe("what is asked of a distant server", () => {
  test("paths of a file", () =>
    costs({ rounds: 6, requests: 10, bytes: 750_000 }, (nwb) => nwb.getInternalPaths(far[0]!)));

  test("the schema of a table", () =>
    costs({ rounds: 4, requests: 7, bytes: 720_000 }, (nwb) => nwb.getTableSchema(far[0]!, "units")));

  test("three plain columns", () =>
    costs({ rounds: 5, requests: 8, bytes: 720_000 }, async (nwb) =>
      (await nwb.scanNwb(far[0]!, "units")).select("presence_ratio", "snr", "location").collect(),
    ));

  test("a filter and the spike times of what it keeps", () =>
    costs({ rounds: 6, requests: 9, bytes: 740_000 }, async (nwb) =>
      (await nwb.scanNwb(far[0]!, "units")).filter(filter).select("unit_id", "location", "spike_times").collect(),
    ));

  test("three files take no more rounds than one", () =>
    costs({ rounds: 6, requests: 24, bytes: 2_250_000 }, async (nwb) =>
      (await nwb.scanNwb(far, "units")).filter(filter).select("unit_id", "spike_times").collect(),
    ));

  test("metadata of three files", () =>
    costs({ rounds: 5, requests: 20, bytes: 2_150_000 }, (nwb) => nwb.getMetadataDf(far)));

  test("a second question over the same reader is answered from its cache", async () => {
    const nwb = createLazyNwb();
    const frame = await nwb.scanNwb(far, "units");
    await frame.filter(filter).select("unit_id", "spike_times").collect();
    server.reset();
    await frame.filter(filter).select("unit_id", "spike_times").collect();
    expect(server.stats().requests).toBe(0);
    await nwb.close();
  });

  test("files that a filter on _nwb_path leaves out are not read", async () => {
    const nwb = createLazyNwb();
    const frame = await nwb.scanNwb(far, "units");
    server.reset();
    const kept = await frame
      .filter(pl.col("_nwb_path").eq(pl.lit(far[1]!)))
      .select("unit_id", "waveform_mean")
      .collect();
    expect(kept.height).toBe(58);
    expect(Object.keys(server.stats().depth).every((path) => path === `/${basename(far[1]!)}`)).toBe(true);
    await nwb.close();
  });

  test("many files are asked for less of each", async () => {
    const nwb = createLazyNwb();
    // Nine sources of three objects: a query tells them apart.
    const many = Array.from({ length: 9 }, (_, at) => `${far[at % 3]}?copy=${at}`);
    const frame = await nwb.getMetadataDf(many);
    expect(frame.height).toBe(9);
    const first = server.stats().log.filter(([, offset]) => offset === 0);
    expect(first.length).toBe(9);
    for (const [, , length] of first) expect(length).toBeLessThanOrEqual(16 * 1024);
    await nwb.close();
  });
});

describe("the web's own functions and the command", () => {
  test("ask for the same as Node's", async () => {
    const nwb = createForWeb();
    const scan = await nwb.scanNwb(far, "units");
    const table = await scan
      .filter(col("presence_ratio").ge(0.98).and(col("location").eq("VISp")))
      .select("unit_id", "spike_times")
      .collect();
    const { requests, bytes, rounds } = server.stats();
    await nwb.close();
    server.reset();
    const node = createLazyNwb();
    const frame = await (await node.scanNwb(far, "units")).filter(filter).select("unit_id", "spike_times").collect();
    expect(frame.height).toBe(table.numRows);
    expect(server.stats().rounds).toBe(rounds);
    expect(Math.abs(server.stats().requests - requests)).toBeLessThanOrEqual(3);
    expect(Math.abs(server.stats().bytes - bytes)).toBeLessThanOrEqual(bytes * 0.05);
    await node.close();
  });

  test("--stats says what the server saw", async () => {
    const { err, code } = await cli(["read", "units", far[0]!, "-c", "unit_id", "--json", "--stats"]);
    const { requests, bytes } = server.stats();
    expect(code).toBe(0);
    expect(JSON.parse(err).stats).toMatchObject({ requests, bytes, rounds: server.stats().rounds });
  });

  test("a bar on stderr's terminal tells of files and bytes, and leaves no trace", async () => {
    server.set({ latency: 150 });
    const { out, err } = await cli(["tables", ...far, "-f", "csv"], { bar: true });
    server.set({ latency: 0 });
    expect(out.startsWith("path,neurodata_type,kind,files,rows\n")).toBe(true);
    expect(err).toMatch(/contents [█░]+ \d\/3 files · [\d.]+ [KM]B/);
    expect(err.endsWith("\r\u001b[K")).toBe(true);
  });
});
