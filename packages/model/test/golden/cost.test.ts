import { type ByteCounters, rowRanges } from "@lazynwb/core";
import { sampleSessions } from "@lazynwb/fixtures";
import { openHdf5 } from "@lazynwb/hdf5";
import { listContents, type NwbFile, nwbFile, openTable, openTables, readMetadata } from "@lazynwb/model";
import { countingSource, mergedSource } from "@lazynwb/storage";
import { fileSource } from "@lazynwb/storage/node";
import { describe, expect, test } from "vitest";

const [path] = sampleSessions();

/** What some work on the first sample session costs, its file being far larger than what is read at its head and tail. */
async function costOf(work: (file: NwbFile) => Promise<unknown>): Promise<ByteCounters> {
  const counted = countingSource(fileSource(path!));
  const file = nwbFile({
    id: path!,
    open: (options) => openHdf5(mergedSource(counted), { ...options, headBytes: 16 * 1024, tailBytes: 64 * 1024 }),
    counters: () => counted.counters(),
  });
  await work(file);
  const spent = file.counters();
  await file.close();
  return spent;
}

function expectAtMost(
  spent: ByteCounters,
  most: { readonly rounds: number; readonly requests: number; readonly bytes: number },
): void {
  expect(spent.rounds).toBeLessThanOrEqual(most.rounds);
  expect(spent.requests).toBeLessThanOrEqual(most.requests);
  expect(spent.bytes).toBeLessThanOrEqual(most.bytes);
}

describe("what reading costs, from opening on", () => {
  test("the schema of a table, the tables of its regions resolved", async () => {
    const spent = await costOf(async (file) => {
      const [units] = await openTables(file, "/units");
      const regions = units!.columns.flatMap(({ metadata }) => metadata["lazynwb.table"] ?? []);
      expect(regions).toContain("/general/extracellular_ephys/electrodes");
    });
    expectAtMost(spent, { rounds: 6, requests: 14, bytes: 300_000 });
  });

  test("three plain columns cost at most two rounds more than the schema", async () => {
    const spent = await costOf(async (file) => {
      const [units] = await openTables(file, "units");
      await units!.read(
        units!.columns
          .filter(({ type }) => type.kind === "float")
          .map(({ name }) => name)
          .slice(0, 3),
        "all",
      );
    });
    expectAtMost(spent, { rounds: 7, requests: 14, bytes: 300_000 });
  });

  test("ten ragged rows cost their ends and their spans, not the column", async () => {
    const schema = await costOf((file) => openTables(file, "units"));
    const some = await costOf(async (file) =>
      (await openTable(file, "/units")).read(["spike_times"], rowRanges([2, 12])),
    );
    const all = await costOf(async (file) => (await openTable(file, "/units")).read(["spike_times"], "all"));
    expect(some.rounds - schema.rounds).toBeLessThanOrEqual(2);
    expect(some.requests - schema.requests).toBeLessThanOrEqual(3);
    expect(some.bytes).toBeLessThan(all.bytes);
  });

  test("prepared beside the predicate's columns, ragged rows cost one round more", async () => {
    const predicate = await costOf(async (file) => (await openTable(file, "/units")).read(["snr"], "all"));
    const filtered = await costOf(async (file) => {
      const units = await openTable(file, "/units");
      await Promise.all([units.read(["snr"], "all"), units.prepare(["spike_times"], "all")]);
      await units.read(["spike_times"], rowRanges([2, 4]));
    });
    expect(filtered.rounds - predicate.rounds).toBeLessThanOrEqual(1);
  });

  test("metadata of a file is a few rounds and a fraction of it", async () => {
    expectAtMost(await costOf((file) => readMetadata(file)), { rounds: 6, requests: 12, bytes: 200_000 });
  });

  test("a listing of the whole file is a few rounds", async () => {
    expectAtMost(await costOf((file) => listContents(file)), { rounds: 9, requests: 14, bytes: 480_000 });
  });
});
