import { readFile } from "node:fs/promises";
import { type AnswerValue, sampleExpected, sampleSessions } from "@lazynwb/fixtures";
import { describe, expect, test, vi } from "vitest";
import * as query from "../../src/index.ts";
import { diskFiles } from "../support/real-files.ts";
import { ColumnMeans } from "./column-means.ts";
import { goodUnits } from "./good-units.ts";
import { trialsAsCsv } from "./trials-as-csv.ts";

const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
const files = () => diskFiles(sampleSessions());

function columnOf(table: string, column: string): AnswerValue[] {
  return Object.values(sampleExpected()).flatMap(({ tables }) => [...tables[table]!.columns[column]!.values!]);
}

describe("the README", () => {
  test.each(["good-units.ts", "trials-as-csv.ts", "column-means.ts"])("shows %s as it is", async (file) => {
    const text = await readFile(new URL(file, import.meta.url), "utf8");
    expect(readme).toContain(`\`\`\`ts\n${text}\`\`\``);
  });

  test("names everything that is exported, and the defaults with their values", () => {
    for (const name of Object.keys(query)) expect(readme, name).toMatch(new RegExp(`\\b${name}\\b`));
    for (const [name, value] of Object.entries(query))
      if (typeof value === "number")
        expect(readme.replace(/ +/g, " ")).toContain(`| \`${name}\` | ${value.toLocaleString("en-US")} |`);
  });

  test("finds good units", async () => {
    const printed = vi.spyOn(console, "log").mockImplementation(() => {});
    try {
      const found = await goodUnits(files());
      const [ratios, places] = ["presence_ratio", "location"].map((name) => columnOf("/units", name));
      const wanted = columnOf("/units", "unit_id").filter(
        (_, row) => Number(ratios![row]) >= 0.95 && ["VISp", "VISl"].includes(String(places![row])),
      );
      expect([...found.getChild("unit_id")!].map(Number)).toEqual(wanted);
      expect(printed.mock.calls[0]![0]).toContain("filter: presence_ratio >= 0.95  [pushed]");
      expect(printed.mock.calls[1]![0]).toMatchObject({ files: 3, rowsKept: wanted.length });
    } finally {
      printed.mockRestore();
    }
  });

  test("writes trials as CSV", async () => {
    const names = columnOf("/intervals/trials", "stimulus_name");
    const csv = await trialsAsCsv(files(), `stimulus_name = '${String(names[0])}'`);
    const lines = csv.trimEnd().split("\n");
    expect(lines[0]).toBe("start_time,stimulus_name");
    expect(lines).toHaveLength(1 + Math.min(100, names.filter((name) => name === names[0]).length));
    expect(lines[1]).toBe(`${columnOf("/intervals/trials", "start_time")[0]},${names[0]}`);
  });

  test("runs an adapter of one's own", async () => {
    const trials = await query.scanTables({ files: files(), table: "trials" });
    const starts = columnOf("/intervals/trials", "start_time").map(Number);
    const means = await trials.select("start_time", "id").write(new ColumnMeans());
    expect(Object.keys(means)).toEqual(["start_time"]);
    expect(means["start_time"]).toBeCloseTo(starts.reduce((sum, start) => sum + start, 0) / starts.length, 9);
  });
});
