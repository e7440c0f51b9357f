import { describe, expect, test } from "vitest";
import { type Measurement, medianRun, type Row, slopeOf } from "../../src/measurement.ts";
import { reportTable } from "../../src/report-table.ts";

const measurement = (changes: Partial<Measurement> = {}): Measurement => ({
  rows: 9,
  rounds: 4,
  requests: 10,
  megabytes: 2.5,
  seconds: 0.5,
  cpuSeconds: 0.25,
  peakMegabytes: 100,
  slope: 4.25,
  ...changes,
});
const row: Row = {
  question: "filter",
  title: "spike times of the good units",
  ours: { measurement: measurement() },
  reference: { measurement: measurement({ rounds: 8, seconds: 2, megabytes: 10, peakMegabytes: 50, slope: 8.5 }) },
};

describe("reportTable", () => {
  test("puts ours, the reference and their ratio below one another", () => {
    const [head, ours, theirs, ratio, ...rest] = reportTable([row], { color: false }).split("\n");
    expect(head?.trim().split(/\s{2,}/)).toEqual(["rounds", "requests", "MB", "seconds", "CPU s", "peak MB", "slope"]);
    expect(ours?.split(/\s{2,}/)).toEqual([
      "spike times of the good units",
      "lazynwb",
      ...["4", "10", "2.50", "0.50", "0.25", "100", "4.3"],
    ]);
    expect(theirs?.trim().split(/\s{2,}/)).toEqual(["Python", "8", "10", "10.00", "2.00", "0.25", "50", "8.5"]);
    const ratios = ["x 0.50", "x 1.00", "x 0.25", "x 0.25", "x 1.00", "x 2.00", "x 0.50"];
    expect(ratio?.trim().split(/\s{2,}/)).toEqual(["ratio", ...ratios]);
    expect(rest).toEqual([]);
    expect(new Set([head, ours, theirs, ratio].map((line) => line?.length)).size).toBe(1);
  });

  test("colours change nothing but colours", () => {
    const escapes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, "g");
    const colored = reportTable([row], { color: true });
    expect(colored.replace(escapes, "")).toBe(reportTable([row], { color: false }));
    expect(colored.match(escapes)?.length).toBeGreaterThan(4);
  });

  test("says where the two answers differ, and what failed", () => {
    const differing = { ...row, reference: { measurement: measurement({ rows: 8 }) } };
    expect(reportTable([differing], { color: false })).toContain("rows: 9 and 8");
    const failed = { ...row, reference: { failure: "ValueError: no" } };
    const text = reportTable([failed], { color: false });
    expect(text).toContain("Python       ValueError: no");
    expect(text).not.toContain("ratio");
  });
});

describe("measurements", () => {
  test("the median run is one that happened", () => {
    const runs = [3, 1, 2].map((seconds) => measurement({ seconds, rounds: seconds * 10 }));
    expect(medianRun(runs)).toBe(runs[2]);
    expect(medianRun(runs.slice(0, 2))).toBe(runs[1]);
    expect(() => medianRun([])).toThrow(RangeError);
  });

  test("the slope is in trips", () => {
    expect(slopeOf(0.5, 1.1, { near: 40, far: 140 })).toBeCloseTo(6, 10);
  });
});
