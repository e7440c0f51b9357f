import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cellOf, numberText } from "../../src/cli/cell-text.ts";
import { PLAIN } from "../../src/cli/style.ts";
import { fitWidths, terminalTable } from "../../src/cli/terminal-table.ts";
import { cut, pad, printable, widthOf, wrapped } from "../../src/cli/text-width.ts";

describe("text on a terminal", () => {
  test("bytes of a file cannot drive the terminal", () => {
    expect(printable("a\x1b[31mred\u0007\n\u202e")).toBe("a\\u001b[31mred\\u0007\\n\\u202e");
  });

  test("wide, combining and plain characters have their widths", () => {
    expect(["µV", "神経", "e\u0301", "🧠", "abc"].map(widthOf)).toEqual([2, 4, 1, 2, 3]);
  });

  test("notes are broken between words", () => {
    expect(wrapped("40 of 211 rows; --limit N shows more", 16)).toEqual(["40 of 211 rows;", "--limit N shows", "more"]);
    expect(wrapped("", 16)).toEqual([]);
    expect(wrapped("a_word_that_is_longer_than_the_line x", 10)).toEqual(["a_word_that_is_longer_than_the_line", "x"]);
  });

  test("a cut never exceeds the width and keeps the wanted end", () => {
    expect(cut("presence_ratio", 8)).toBe("presenc…");
    expect(cut("/data/sub-1/session.nwb", 12, "head")).toBe("…session.nwb");
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 30 }), (text, width) => {
        const safe = printable(text);
        expect(widthOf(cut(safe, width))).toBeLessThanOrEqual(width);
        expect(widthOf(pad(cut(safe, width), width))).toBe(width);
      }),
      { seed: 20261123, verbose: true },
    );
  });
});

describe("cells", () => {
  test.each([
    [0.123456, "0.1235"],
    [1234.56789, "1234.5679"],
    [0.95, "0.95"],
    [1e-7, "1e-7"],
    [123456789012.5, "1.2346e11"],
    [30000, "30000"],
    [-0.00012345, "-0.0001234"],
    [Number.NaN, "NaN"],
    [Number.NEGATIVE_INFINITY, "-inf"],
  ])("%d is written %s", (value, text) => {
    expect(numberText(value)).toBe(text);
  });

  test("NaN stands with the numbers, null is marked, and they differ", () => {
    expect(cellOf(Number.NaN)).toEqual({ text: "NaN", align: "right", faint: false });
    expect(cellOf(null)).toEqual({ text: "null", align: "left", faint: true });
  });

  test("lists are summarised, nested ones too", () => {
    expect(cellOf([0.1, 0.2, 0.3, 0.4]).text).toBe("[4: 0.1, 0.2, 0.3, …]");
    expect(cellOf([]).text).toBe("[0]");
    expect(cellOf([[1, 2], ["a"]]).text).toBe('[2: [2: 1, 2], [1: "a"]]');
    expect(cellOf({ idx_start: 0, timeseries: "/acquisition/x" }).text).toBe(
      '{idx_start: 0, timeseries: "/acquisition/x"}',
    );
    expect(cellOf(new Uint8Array([1, 255])).text).toBe("0x01ff");
    expect(cellOf(9007199254740993n).text).toBe("9007199254740993");
  });
});

describe("tables", () => {
  const table = {
    columns: [
      { name: "unit_id", type: "int64" },
      { name: "location", type: "text" },
      { name: "snr", type: "float64" },
    ],
    rows: [
      [cellOf(3n), cellOf("VISp"), cellOf(0.5)],
      [cellOf(12n), cellOf(null), cellOf(Number.NaN)],
      [cellOf(7n), cellOf("CA1"), cellOf(null)],
    ],
  };

  test("numbers on the right, texts on the left, types under the names", () => {
    expect(terminalTable(table, 80, PLAIN)).toEqual([
      "unit_id  location      snr",
      "  int64  text      float64",
      "───────  ────────  ───────",
      "      3  VISp          0.5",
      "     12  null          NaN",
      "      7  CA1          null",
    ]);
  });

  test("columns that do not fit are named in the last line", () => {
    expect(terminalTable(table, 18, PLAIN)).toEqual([
      "unit_id  location",
      "  int64  text",
      "───────  ────────",
      "      3  VISp",
      "     12  null",
      "      7  CA1",
      "… 1 more: snr",
    ]);
  });

  test("no line exceeds the width, whatever is in it", () => {
    const cell = fc
      .oneof(fc.string({ unit: "grapheme" }), fc.double(), fc.constant(null), fc.array(fc.integer()))
      .map(cellOf);
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 120 }),
        fc.integer({ min: 1, max: 8 }),
        fc.array(fc.array(cell, { minLength: 8, maxLength: 8 }), { maxLength: 4 }),
        (width, count, rows) => {
          const columns = Array.from({ length: count }, (_, at) => ({ name: `column_${at}`, type: "text" }));
          for (const line of terminalTable({ columns, rows }, width, PLAIN))
            expect(widthOf(line)).toBeLessThanOrEqual(width);
        },
      ),
      { seed: 20261123, verbose: true },
    );
  });

  test("the widest columns give way first", () => {
    expect(fitWidths([40, 8, 30], [false, false, false], 60)).toEqual([24, 8, 24]);
    expect(fitWidths([10, 10], [false, false], 80)).toEqual([10, 10]);
    expect(fitWidths([100], [true], 30)).toEqual([30]);
  });

  test("numbers are never cut; columns that do not fit beside them are left out", () => {
    expect(fitWidths([20, 20, 40], [true, false, false], 60)).toEqual([20, 18, 18]);
    expect(fitWidths([20, 20, 40], [true, true, false], 60)).toEqual([20, 20, 16]);
    expect(fitWidths([30, 40], [true, true], 60)).toEqual([30]);
  });
});
