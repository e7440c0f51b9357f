import { basename } from "node:path";
import type { ProgressEvent, Warning } from "@lazynwb/core";
import { type AnswerValue, badFiles, sampleExpected, sampleSessions } from "@lazynwb/fixtures";
import { nwbFile } from "@lazynwb/model";
import pl from "nodejs-polars";
import { describe, expect, test } from "vitest";
import { col, metadataTable, rowsOf, scanTables } from "../../src/index.ts";
import { keptByPolars, toPolars } from "../support/polars.ts";
import { diskFiles } from "../support/real-files.ts";

const names = sampleSessions().map((path) => basename(path));
const expected = sampleExpected();
const files = () => diskFiles(sampleSessions());

/** Units of a session as h5py read them: what pynwb's script wrote and committed. */
function unitsOf(name: string): Record<string, AnswerValue>[] {
  const { rows, columns } = expected[name]!.tables["/units"]!;
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(Object.entries(columns).map(([column, answer]) => [column, answer.values?.[row] ?? null])),
  );
}

/** Five quality metrics and one text column. NaN in a metric keeps nothing, as nanAsNull asks. */
const good = (unit: Record<string, AnswerValue>) =>
  Number(unit["presence_ratio"]) >= 0.9 &&
  Number(unit["amplitude_cutoff"]) < 0.12 &&
  Number(unit["isi_violations_ratio"]) < 0.5 &&
  Number(unit["snr"]) > 1.5 &&
  Number(unit["d_prime"]) > 3 &&
  String(unit["location"]).startsWith("VIS");

const goodExpr = col("presence_ratio")
  .ge(0.9)
  .and(col("amplitude_cutoff").lt(0.12))
  .and(col("isi_violations_ratio").lt(0.5))
  .and(col("snr").gt(1.5))
  .and(col("d_prime").gt(3))
  .and(col("location").startsWith("VIS"));

describe("the sample sessions", () => {
  test("units filtered on five metrics and a text are those of the answers", async () => {
    const units = await scanTables({ files: files(), table: "units" }, { nanAsNull: true });
    const found = await units.filter(goodExpr).select("unit_id", "spike_times", "_nwb_path").collect();
    const rows = found.batches.flatMap((batch) => [...rowsOf(batch)]);
    const wanted = names.flatMap((name) =>
      unitsOf(name)
        .filter(good)
        .map((unit) => [unit["unit_id"], name]),
    );
    expect(wanted.length).toBeGreaterThan(5);
    expect(rows.map((row) => [row["unit_id"], row["_nwb_path"]])).toEqual(wanted);
    const counts = names.flatMap((name) => {
      const spikes = expected[name]!.tables["/units"]!.columns["spike_times"]!.counts!;
      return unitsOf(name).flatMap((unit, row) => (good(unit) ? [spikes[row]] : []));
    });
    expect(rows.map((row) => (row["spike_times"] as number[]).length)).toEqual(counts);
    await units.close();
  });

  test("a pushed filter costs two rounds and no more than explained", async () => {
    const read = files();
    const units = await scanTables({ files: read, table: "units" }, { nanAsNull: true });
    const asked = units.filter(goodExpr).select("unit_id", "spike_times");
    const explanation = await asked.explain();
    const kept = await asked.collect();
    const stats = units.stats()!;
    expect(stats).toMatchObject({ files: 3, filesRead: 3, rowsScanned: 211, rowsKept: kept.numRows, batches: 3 });
    expect(stats.rounds).toBeLessThanOrEqual(2);
    expect(stats.rounds).toBeLessThanOrEqual(explanation.rounds.max);
    expect(stats.requests).toBeLessThanOrEqual(explanation.requests.max);
    expect(stats.bytes).toBeLessThanOrEqual(explanation.bytes.max);
    expect(kept.numRows).toBeLessThanOrEqual(explanation.rows.max);
  });

  test("spikes of few units cost few bytes", async () => {
    const units = await scanTables({ files: diskFiles(sampleSessions(), 0), table: "units" });
    await units.select("spike_times", "waveform_mean").collect();
    const whole = units.stats()!;
    await units.filter("_table_index in (20, 21)").select("spike_times", "waveform_mean").collect();
    expect(units.stats()!.bytes).toBeLessThan(whole.bytes / 4);
  });

  test("any filter keeps the rows that polars keeps of all rows", async () => {
    const units = await scanTables({ files: files(), table: "units" });
    const all = await units.collect();
    for (const [text, theirs] of [
      ["peak_channel > 20 and snr > 2", pl.col("peak_channel").gt(20).and(pl.col("snr").gt(2))],
      [
        "not default_qc or location in ('LP', 'CA1')",
        pl
          .col("default_qc")
          .not()
          .or(pl.col("location").isIn(["LP", "CA1"])),
      ],
      ["d_prime is nan", pl.col("d_prime").isNan()],
      ["d_prime > 5", pl.col("d_prime").gt(5)],
      ["isolation_distance is null", pl.col("isolation_distance").isNull()],
      ["length(spike_times) > 400", pl.col("spike_times").lst.lengths().gt(400)],
      ["electrode_group ends with 'shank1'", pl.col("electrode_group").str.endsWith("shank1")],
      [
        "_table_index < 3 and _nwb_path contains 'Birch'",
        pl.col("_table_index").lt(3).and(pl.col("_nwb_path").str.contains("Birch")),
      ],
    ] as const) {
      const rows = await units.filter(text).collect();
      const wanted = new Set(keptByPolars(all, theirs));
      const frame = toPolars(all).filter(
        pl.Series([...Array(all.numRows).keys()].map((row) => wanted.has(row))) as never,
      );
      expect(toPolars(rows).toRecords(), text).toEqual(frame.toRecords());
    }
  });

  test("every table of every session comes with its rows and columns", async () => {
    for (const path of [
      "/units",
      "/intervals/trials",
      "/intervals/epochs",
      "/general/extracellular_ephys/electrodes",
    ]) {
      const scan = await scanTables({ files: files(), table: path });
      const tables = names.flatMap((name) => expected[name]!.tables[path] ?? []);
      expect(await scan.count()).toBe(tables.reduce((sum, { rows }) => sum + rows, 0));
      const rows = (await scan.collect()).batches.flatMap((batch) => [...rowsOf(batch)]);
      expect(rows.map((row) => row["id"])).toEqual(tables.flatMap(({ columns }) => columns["id"]!.values));
    }
  });

  test("metadata of all files is one table", async () => {
    const events: ProgressEvent[] = [];
    const table = await metadataTable(files(), { onProgress: (event) => events.push(event) });
    const rows = table.batches.flatMap((batch) => [...rowsOf(batch)]);
    expect(table.batches).toHaveLength(1);
    expect(rows.map((row) => row["_nwb_path"])).toEqual(names);
    for (const [at, name] of names.entries()) {
      const { session, subject } = expected[name]!;
      for (const field of ["identifier", "session_id", "session_description", "lab", "keywords", "experimenter"])
        expect(rows[at]![field] ?? null, field).toEqual(session![field] ?? null);
      for (const field of ["subject_id", "age", "sex", "species", "genotype"])
        expect(rows[at]![field] ?? null, field).toEqual(subject![field] ?? null);
      expect(rows[at]!["session_start_time"]).toEqual(new Date(String(session!["session_start_time"])));
    }
    expect(events.at(-1)).toMatchObject({ phase: "metadata", done: 3, total: 3 });
  });

  test("metadata leaves out what fails, where that is asked for", async () => {
    const bad = badFiles().filter((path) => !path.includes("folder"));
    const mixed = [...files().slice(0, 1), ...diskFiles(bad.slice(0, 1)), ...files().slice(1)];
    await expect(metadataTable(mixed)).rejects.toThrow();
    const warnings: Warning[] = [];
    const table = await metadataTable(mixed, { ignoreErrors: true, onWarning: (warning) => warnings.push(warning) });
    expect(table.numRows).toBe(3);
    expect(warnings).toMatchObject([{ code: "FILE_FAILED", source: basename(bad[0]!) }]);
    const gone = nwbFile({ id: "gone.nwb", open: () => Promise.reject(new Error("gone")) });
    await expect(metadataTable([gone, gone], { ignoreErrors: true })).rejects.toThrow("gone");
    await expect(metadataTable([])).rejects.toThrow(/at least one file/);
    const reason = new Error("enough");
    await expect(metadataTable(files(), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test("a table that no file has is told with what may have been meant", async () => {
    await expect(scanTables({ files: files(), table: "trails" })).rejects.toMatchObject({
      code: "NOT_FOUND",
      candidates: expect.arrayContaining(["/intervals/trials"]),
      message: expect.stringContaining("2 other files"),
    });
  });
});
