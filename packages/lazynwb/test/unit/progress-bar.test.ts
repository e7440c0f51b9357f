import { describe, expect, test } from "vitest";
import { bytesText, clockText, countText, plural } from "../../src/cli/human-units.ts";
import { ProgressBar, progressLine } from "../../src/cli/progress-bar.ts";

function terminal(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, columns: 100, written, write: (text: string) => written.push(text) };
}

describe("units for people", () => {
  test("bytes, counts, clocks", () => {
    expect([0, 999, 1000, 3_140_000, 99_600_000, 1.5e9].map(bytesText)).toEqual([
      "0 B",
      "999 B",
      "1.0 KB",
      "3.1 MB",
      "100 MB",
      "1.5 GB",
    ]);
    expect(countText(1234567)).toBe("1,234,567");
    expect([plural(1, "file"), plural(60, "file")]).toEqual(["1 file", "60 files"]);
    expect([0, 75, 3671].map(clockText)).toEqual(["0:00", "1:15", "1:01:11"]);
  });
});

describe("the progress bar", () => {
  test("tells files, bytes, rate and time left", () => {
    expect(progressLine({ phase: "metadata", done: 45, total: 60, bytes: 15e6 }, 2)).toBe(
      "metadata ███████████████░░░░░ 45/60 files · 15.0 MB · 7.5 MB/s · 0:01 left",
    );
    expect(progressLine({ phase: "read", done: 1200, bytes: 5000 }, 1)).toBe("read 1,200 rows · 5.0 KB · 5.0 KB/s");
  });

  test("is not drawn where stderr is no terminal", () => {
    const stream = terminal(false);
    let now = 0;
    const bar = new ProgressBar(stream, () => now);
    now = 5000;
    bar.update({ phase: "open", done: 1, total: 60, bytes: 0 });
    bar.clear();
    expect(stream.written).toEqual([]);
  });

  test("is drawn at most ten times a second, and cleared", () => {
    const stream = terminal(true);
    let now = 0;
    const bar = new ProgressBar(stream, () => now);
    for (now = 0; now < 2000; now += 10) bar.update({ phase: "open", done: 1, total: 60, bytes: 0 });
    expect(stream.written.length).toBeGreaterThan(10);
    expect(stream.written.length).toBeLessThanOrEqual(20);
    expect(stream.written.every((text) => text.startsWith("\r") && text.endsWith("\x1b[K"))).toBe(true);
    bar.clear();
    expect(stream.written.at(-1)).toBe("\r\x1b[K");
    const before = stream.written.length;
    bar.clear();
    expect(stream.written.length).toBe(before);
  });

  test("work that is done at once shows none", () => {
    const stream = terminal(true);
    let now = 0;
    const bar = new ProgressBar(stream, () => now);
    for (now = 0; now < 200; now += 10) bar.update({ phase: "open", done: 60, total: 60, bytes: 0 });
    bar.clear();
    expect(stream.written).toEqual([]);
  });
});
