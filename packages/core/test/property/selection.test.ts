import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  checkSelection,
  countRows,
  headOfRanges,
  intersectRanges,
  isLazyNwbError,
  type RowRanges,
  rangesFromMask,
  rangesOf,
  rangesWithin,
  type Selection,
  selectArray,
  selectedShape,
} from "../../src/index.ts";
import { ndArrayOf } from "../../src/testing/index.ts";

/** Row numbers, one by one: what ranges stand for. */
function rowsOf(ranges: RowRanges): number[] {
  const rows: number[] = [];
  for (let at = 0; at < ranges.length; at += 2)
    for (let row = ranges[at]!; row < ranges[at + 1]!; row++) rows.push(row);
  return rows;
}

/** Sorted, disjoint ranges, of which some touch and some are empty. */
const ranges = (most = 60) =>
  fc
    .array(fc.integer({ min: 0, max: most }), { maxLength: 16 })
    .map((edges) => Float64Array.from(edges.sort((left, right) => left - right).slice(0, edges.length & ~1)));

const mask = fc.array(fc.boolean(), { maxLength: 80 }).map((bits) => Uint8Array.from(bits, Number));

describe("row ranges mean their rows", () => {
  test("countRows", () => {
    fc.assert(
      fc.property(ranges(), (given) => {
        expect(countRows(given)).toBe(rowsOf(given).length);
      }),
    );
  });

  test("rangesFromMask", () => {
    fc.assert(
      fc.property(mask, fc.nat(1000), (bits, offset) => {
        const found = rangesFromMask(bits, offset);
        expect(rowsOf(found)).toEqual([...bits].flatMap((bit, at) => (bit ? [offset + at] : [])));
        for (let at = 2; at < found.length; at += 2) expect(found[at]).toBeGreaterThan(found[at - 1]!);
      }),
    );
  });

  test("rangesWithin", () => {
    fc.assert(
      fc.property(ranges(), ranges(), (given, kept) => {
        const rows = rowsOf(given);
        expect(rowsOf(rangesWithin(given, kept))).toEqual(
          rowsOf(kept).flatMap((position) => (position < rows.length ? [rows[position]!] : [])),
        );
      }),
    );
  });

  test("headOfRanges", () => {
    fc.assert(
      fc.property(ranges(), fc.nat(70), (given, count) => {
        expect(rowsOf(headOfRanges(given, count))).toEqual(rowsOf(given).slice(0, count));
      }),
    );
  });

  test("headOfRanges leaves its argument as it was", () => {
    const given = Float64Array.of(0, 10, 20, 30);
    headOfRanges(given, 12);
    expect([...given]).toEqual([0, 10, 20, 30]);
  });

  test("intersectRanges", () => {
    fc.assert(
      fc.property(ranges(), ranges(), (left, right) => {
        const both = new Set(rowsOf(right));
        expect(rowsOf(intersectRanges(left, right))).toEqual(rowsOf(left).filter((row) => both.has(row)));
      }),
    );
  });

  test("rangesOf", () => {
    expect([...rangesOf("all", 5)]).toEqual([0, 5]);
    expect([...rangesOf("all", 0)]).toEqual([]);
  });
});

const shapes = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 3 });

const cut = (size: number) =>
  fc
    .record({
      start: fc.integer({ min: 0, max: size }),
      length: fc.integer({ min: 0, max: size }),
      step: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    })
    .map(({ start, length, step }) => ({ start, stop: Math.min(size, start + length), step }));

const selected = shapes.chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    rows: fc.oneof(fc.constant("all" as const), ranges(shape[0])),
    step: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
    trailing: fc.option(
      fc.nat(shape.length - 1).chain((count) => fc.tuple(...shape.slice(1, 1 + count).map(cut))),
      { nil: undefined },
    ),
  }),
);

/** Elements chosen by asking of each whether it is wanted. */
function chosen(selection: Selection, shape: readonly number[]): number[] {
  const { rows, step = 1, trailing = [] } = selection;
  const within = (position: number, start: number, stop: number, by = 1) =>
    position >= start && position < stop && (position - start) % by === 0;
  const wantsRow = (row: number) => {
    if (rows === "all") return within(row, 0, shape[0]!, step);
    for (let at = 0; at < rows.length; at += 2) if (within(row, rows[at]!, rows[at + 1]!, step)) return true;
    return false;
  };
  const size = shape.reduce((product, length) => product * length, 1);
  return Array.from({ length: size }, (_, at) => at).filter((at) => {
    let rest = at;
    const position = shape.map(() => 0);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      position[axis] = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    return (
      wantsRow(position[0]!) &&
      position.slice(1).every((where, axis) => {
        const part = trailing[axis];
        return part === undefined || within(where, part.start, part.stop, part.step);
      })
    );
  });
}

describe("selections mean their elements", () => {
  test("selectedShape and selectArray agree with asking each element", () => {
    fc.assert(
      fc.property(selected, ({ shape, ...selection }) => {
        const size = shape.reduce((product, length) => product * length, 1);
        checkSelection(selection, shape);
        const read = selectArray(
          ndArrayOf(
            Float64Array.from({ length: size }, (_, at) => at),
            { shape },
          ),
          selection,
        );
        const expected = chosen(selection, shape);
        expect(read.shape).toEqual(selectedShape(selection, shape));
        expect(read.shape.reduce((product, length) => product * length, 1)).toBe(expected.length);
        expect(read.data.kind === "fixed" && Array.from(read.data.values, Number)).toEqual(expected);
      }),
    );
  });
});

describe("checkSelection refuses", () => {
  const refused = (selection: Selection, shape: readonly number[]) => {
    try {
      checkSelection(selection, shape);
      return false;
    } catch (error) {
      return isLazyNwbError(error, "QUERY");
    }
  };

  test.each<[string, Selection, readonly number[]]>([
    ["rows behind the end", { rows: Float64Array.of(0, 6) }, [5]],
    ["rows that overlap", { rows: Float64Array.of(0, 3, 2, 4) }, [5]],
    ["rows out of order", { rows: Float64Array.of(3, 4, 0, 1) }, [5]],
    ["a stop before its start", { rows: Float64Array.of(3, 2) }, [5]],
    ["half a pair", { rows: Float64Array.of(3) }, [5]],
    ["fractions", { rows: Float64Array.of(0.5, 2) }, [5]],
    ["NaN", { rows: Float64Array.of(Number.NaN, 2) }, [5]],
    ["negative rows", { rows: Float64Array.of(-1, 2) }, [5]],
    ["a step of 0", { rows: "all", step: 0 }, [5]],
    ["a step of NaN", { rows: "all", step: Number.NaN }, [5]],
    ["rows of a scalar", { rows: Float64Array.of(0, 1) }, []],
    ["more axes than there are", { rows: "all", trailing: [{ start: 0, stop: 1 }] }, [5]],
    ["elements behind the end of an axis", { rows: "all", trailing: [{ start: 0, stop: 3 }] }, [5, 2]],
    ["a trailing step of 0", { rows: "all", trailing: [{ start: 0, stop: 1, step: 0 }] }, [5, 2]],
  ])("%s", (_, selection, shape) => {
    expect(refused(selection, shape)).toBe(true);
  });

  test("a result that no array holds", () => {
    expect(() => selectedShape({ rows: "all" }, [2 ** 20, 2 ** 20])).toThrow(
      expect.objectContaining({ code: "LIMIT", wanted: 2 ** 40 }),
    );
  });
});
