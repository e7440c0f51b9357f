import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { sampleExpected, sampleSessions } from "@lazynwb/fixtures";
import { tableFromIPC } from "apache-arrow";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cli, spawned } from "../support/run-cli.ts";

const [aster, birch] = sampleSessions() as [string, string, string];
const all = sampleSessions();
const units = Object.values(sampleExpected())[0]!.tables["/units"]!;
const [unitIds, ratios] = ["unit_id", "presence_ratio"].map((name) => units.columns[name]!.values as number[]);

describe("on a terminal", () => {
  const tty = { tty: true, columns: 100 } as const;

  test.each([
    ["ls", ["ls", aster]],
    ["tables", ["tables", ...all]],
    ["schema", ["schema", "units", ...all]],
    ["read", ["read", "units", aster, "--limit", "4"]],
    [
      "read-columns",
      ["read", "units", ...all, "-c", "unit_id,amplitude_cutoff,spike_times,electrode_group,_nwb_path", "-n", "6"],
    ],
    ["read-nulls", ["read", "trials", ...all, "-c", "id,stimulus_name,response_time,opto_condition", "-w", "id < 2"]],
    ["read-series", ["read", "/processing/behavior/pupil_position", birch, "-n", "3"]],
    ["metadata-one", ["metadata", aster, "-c", "session_id,session_start_time,experimenter,age,notes,surgery"]],
    ["metadata-few", ["metadata", ...all, "-c", "session_id,subject_id,sex,keywords"]],
    ["metadata-many", ["metadata", ...all, ...all]],
    ["help", ["--help"]],
    ["help-read", ["read", "--help"]],
  ])("%s", async (name, argv) => {
    const { code, out } = await cli(argv, tty);
    expect(code).toBe(0);
    await expect(out).toMatchFileSnapshot(`expected/${name}.txt`);
  });

  test("a warning stands on stderr, not between the rows", async () => {
    const { out, err } = await cli(["schema", "units", ...all], tty);
    expect(out).not.toContain("warning");
    expect(err).toMatch(/^warning: column 'peak_channel' is of different types: .*\n$/);
  });

  test("--quiet leaves stderr empty", async () => {
    const { code, err } = await cli(["schema", "units", ...all, "--quiet"], tty);
    expect([code, err]).toEqual([0, ""]);
  });

  test("colour is used where it is wanted, and text says the same without", async () => {
    const plain = await cli(["ls", aster], tty);
    const coloured = await cli(["ls", aster], { ...tty, env: { NO_COLOR: "" } });
    const off = await cli(["ls", aster, "--no-color"], { ...tty, env: { NO_COLOR: "" } });
    expect(coloured.out).not.toBe(plain.out);
    expect(stripVTControlCharacters(coloured.out)).toBe(plain.out);
    expect(off.out).toBe(plain.out);
  });

  test("binary formats are not for a terminal", async () => {
    const { code, err } = await cli(["read", "units", aster, "-f", "arrow"], tty);
    expect(code).toBe(2);
    expect(err).toBe("lazynwb: arrow is not for a terminal; add -o FILE, or pipe it on; see lazynwb read --help\n");
  });
});

describe("in a pipe", () => {
  test("JSON has every row, column and digit, as pynwb reads them", async () => {
    const { code, out, err } = await spawned(["read", "units", aster]);
    expect([code, err]).toEqual([0, ""]);
    const rows = JSON.parse(out) as Record<string, unknown>[];
    expect(rows.map((row) => row.unit_id)).toEqual(unitIds);
    expect(rows.map((row) => row.presence_ratio)).toEqual(ratios);
    expect(Object.keys(rows[0]!)).toEqual([...Object.keys(units.columns), "_nwb_path", "_table_path", "_table_index"]);
    expect((rows[0]!.spike_times as number[]).length).toBe(units.columns.spike_times!.counts![0]);
  });

  test("ndjson is a row a line", async () => {
    const { out } = await cli(["read", "units", aster, "-f", "ndjson", "-c", "unit_id"]);
    expect(
      out
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line).unit_id),
    ).toEqual(unitIds);
  });

  test("CSV holds lists as JSON text", async () => {
    const { out } = await cli(["read", "units", aster, "-f", "csv", "-c", "unit_id,location,electrodes", "-n", "1"]);
    expect(out).toBe('unit_id,location,electrodes\n950011000,LP,"[52,53,54]"\n');
  });

  test.each(["arrow", "arrows"])("%s can be read by Arrow", async (format) => {
    const { bytes } = await cli(["read", "units", aster, "-f", format, "-c", "unit_id,presence_ratio"]);
    const table = tableFromIPC(bytes);
    expect(Array.from(table.getChild("unit_id")!, Number)).toEqual(unitIds);
    expect([...table.getChild("presence_ratio")!]).toEqual(ratios);
  });

  test("filters keep what they say, text and numbers together", async () => {
    const locations = units.columns.location!.values as string[];
    const wanted = unitIds!.filter((_, at) => ratios![at]! >= 0.95 && locations[at] === "VISp");
    const where = "presence_ratio >= 0.95 and location = 'VISp'";
    const both = await cli(["read", "units", aster, "-f", "ndjson", "-c", "unit_id", "-w", where]);
    const twice = await cli([
      "read",
      "units",
      aster,
      "-f",
      "ndjson",
      "-c",
      "unit_id",
      ...where.split(" and ").flatMap((each) => ["-w", each]),
    ]);
    expect(
      both.out
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line).unit_id),
    ).toEqual(wanted);
    expect(twice.out).toBe(both.out);
  });

  test("NaN is kept by a filter unless it is taken for null, and a warning tells", async () => {
    const cutoffs = units.columns.amplitude_cutoff!.values as (number | string)[];
    const argv = ["read", "units", aster, "-f", "ndjson", "-c", "amplitude_cutoff", "-w", "amplitude_cutoff > 0.1"];
    const kept = await cli(argv);
    const without = await cli([...argv, "--nan-as-null"]);
    const count = (text: string) => text.split("\n").length - 1;
    const above = cutoffs.filter((value) => typeof value === "number" && value > 0.1).length;
    const nans = cutoffs.filter((value) => value === "NaN").length;
    expect(nans).toBeGreaterThan(0);
    expect([count(kept.out), count(without.out)]).toEqual([above + nans, above]);
    expect(kept.err).toContain(`${nans} rows were kept because NaN in 'amplitude_cutoff' exceeds every number`);
    expect(without.err).toBe("");
  });

  test("sources can come from stdin, a line each", async () => {
    const listed = await cli(["tables", "-"], { stdin: `${all.join("\n")}\n\n` });
    const named = await cli(["tables", ...all]);
    expect(listed.out).toBe(named.out);
    expect((await cli(["tables", "-"])).code).toBe(2);
  });

  test("--stats tells the cost on stderr", async () => {
    const { err } = await cli(["ls", aster, "--stats"]);
    expect(err).toMatch(/^\d+ rounds?, \d+ requests?, [\d.]+ [KM]B, [\d.]+ s\n$/);
    const asJson = await cli(["ls", aster, "--stats", "--json"]);
    expect(JSON.parse(asJson.err).stats.requests).toBeGreaterThan(0);
  });

  test("--version", async () => {
    expect((await cli(["--version"])).out).toMatch(/^lazynwb \d+\.\d+\.\d+\n$/);
  });
});

describe("-o FILE", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "lazynwb-cli-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("writes the format of the ending and nothing to stdout", async () => {
    const file = join(folder, "units.arrow");
    const { code, out } = await cli(["read", "units", aster, "-c", "unit_id", "-o", file]);
    expect([code, out]).toEqual([0, ""]);
    expect(Array.from(tableFromIPC(await readFile(file)).getChild("unit_id")!, Number)).toEqual(unitIds);
  });

  test("leaves nothing behind where the command fails", async () => {
    const before = await readdir(folder);
    const { code } = await cli(["read", "units", aster, "-c", "nope", "-o", join(folder, "bad.csv")]);
    expect(code).toBe(3);
    expect(await readdir(folder)).toEqual(before);
  });

  test("a folder that does not exist is the caller's fault", async () => {
    const { code, err } = await cli(["read", "units", aster, "-o", join(folder, "no", "a.csv")]);
    expect(code).toBe(3);
    expect(err).toMatch(/^lazynwb: cannot write the output: ENOENT/);
  });
});
