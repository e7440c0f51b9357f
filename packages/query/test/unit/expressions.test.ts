import { TypeMismatchError, UnknownColumnError } from "@lazynwb/core";
import { describe, expect, test } from "vitest";
import { col } from "../../src/expr/column-expr.ts";
import { type Expr, lit, not } from "../../src/expr/expr.ts";
import type { Expression } from "../../src/expr/expr-types.ts";
import { predicateOf, predicatesOf } from "../../src/expr/predicate.ts";
import { formatTimestamp, parseTimestamp } from "../../src/expr/timestamp.ts";
import { columnsOf, splitConjuncts, walk } from "../../src/expr/walk.ts";
import { parseWhere } from "../../src/where/parse-where.ts";
import * as arrays from "../support/arrays.ts";
import { batchOfColumns, columnTypes } from "../support/batch.ts";

const big = 2n ** 53n;
const columns = {
  i: arrays.int64([big, big + 1n, big + 2n, null]),
  u: arrays.uint64([0n, 2n ** 63n, 2n ** 64n - 1n, null]),
  f: arrays.float64([2 ** 53, Number.NaN, 2 ** 53 + 2, null]),
  k: arrays.int8([1, -7, 0, null]),
  half: arrays.float16([0x3800, 0x7e00, 0xc000, null]),
  s: arrays.text(["b", "\u{ffff}", "\u{10000}", null]),
  area: arrays.dictionary([0, 1, 1, null], ["VISp", "VISl"]),
  region: arrays.dictionary([1, 0, 1, null], ["VISl", "VISp"]),
  at: arrays.timestamp([0n, 1_704_161_045_250_001n, -1n, null]),
  flag: arrays.bool([true, false, true, null]),
  l: arrays.list([[1], [], [2, 3], null], arrays.float64),
  p: arrays.fixedList(
    [
      [1, 2],
      [3, 4],
      [5, 6],
      [7, 8],
    ],
    2,
    arrays.float64,
  ),
  pair: arrays.struct({ x: arrays.int32([1, 2, 3, 4]) }, 4),
  none: { type: { kind: "null" }, array: arrays.bool([null, null, null, null]).array } as const,
};
const types = columnTypes(columns);
const batch = batchOfColumns(columns);

function kept(expr: Expression): number[] {
  const mask = predicateOf(expr, types).keep(batch) as Uint8Array;
  return [...mask.keys()].filter((row) => mask[row] === 1);
}

describe("expressions", () => {
  test("64-bit integers are compared exactly, with numbers and floats too", () => {
    expect(kept(col("i").eq(big + 1n))).toEqual([1]);
    expect(kept(col("i").eq(2 ** 53))).toEqual([0]);
    expect(kept(col("i").gt(2 ** 53 + 0.5))).toEqual([1, 2]);
    expect(kept(col("i").eq(col("f")))).toEqual([0, 2]);
    expect(kept(col("i").lt(col("f")))).toEqual([1]);
    expect(kept(col("u").gt(col("i")))).toEqual([1, 2]);
    expect(kept(col("u").isIn([2n ** 64n - 1n, 0, 1.5]))).toEqual([0, 2]);
    expect(kept(col("i").isIn([2 ** 53, big + 2n, null]))).toEqual([0, 2]);
    expect(kept(col("f").isIn([big, big + 1n, Number.NaN]))).toEqual([0, 1]);
    expect(kept(col("k").gt(-(2n ** 70n)))).toEqual([0, 1, 2]);
    expect(kept(col("i").lt(Number.NaN))).toEqual([0, 1, 2]);
    expect(kept(col("k").ge(Number.NaN))).toEqual([]);
  });

  test("integers among themselves are calculated as int64", () => {
    expect(
      kept(
        col("i")
          .add(1n)
          .eq(big + 2n),
      ),
    ).toEqual([1]);
    expect(kept(col("i").mul(2n).sub(col("i")).eq(col("i")))).toEqual([0, 1, 2]);
    expect(kept(col("k").mod(3).eq(2))).toEqual([1]);
    expect(kept(col("k").mod(col("k")).isNull())).toEqual([2, 3]);
    expect(kept(col("k").div(2).eq(0.5))).toEqual([0]);
    expect(kept(col("k").div(0).gt(1e300))).toEqual([0, 2]);
    expect(kept(lit(2).mul(3).eq(6))).toEqual([0, 1, 2, 3]);
    expect(kept(lit(7n).mod(0n).isNull())).toEqual([0, 1, 2, 3]);
    // Beyond 64 bits they wrap, as in polars.
    expect(
      kept(
        col("i")
          .mul(2n ** 62n)
          .lt(0),
      ),
    ).toEqual([2]);
    expect(
      kept(
        col("i")
          .mul(2n ** 62n)
          .eq(2n ** 62n),
      ),
    ).toEqual([1]);
  });

  test("float16 is compared by its values", () => {
    expect(kept(col("half").eq(0.5))).toEqual([0]);
    expect(kept(col("half").lt(-1))).toEqual([2]);
    expect(kept(col("half").isNan())).toEqual([1]);
  });

  test("texts go by code points, in dictionaries by what they mean", () => {
    expect(kept(col("s").lt("\u{10000}"))).toEqual([0, 1]);
    expect(kept(col("area").eq("VISp"))).toEqual([0]);
    expect(kept(col("area").lt("VISm"))).toEqual([1, 2]);
    expect(kept(col("area").isIn(["VISl", "other"]))).toEqual([1, 2]);
    expect(kept(col("area").str.endsWith("p"))).toEqual([0]);
    expect(kept(col("area").eq(col("region")))).toEqual([0, 1]);
    expect(kept(col("area").ne(col("s")))).toEqual([0, 1, 2]);
    expect(kept(lit("VISp").startsWith("V"))).toEqual([0, 1, 2, 3]);
    expect(
      kept(
        lit("a")
          .lt("b")
          .and(lit("x").isIn(["x"])),
      ),
    ).toEqual([0, 1, 2, 3]);
  });

  test("timestamps are compared with dates, ISO text and each other", () => {
    expect(kept(col("at").gt(new Date("2024-01-02T02:04:05.250Z")))).toEqual([1]);
    expect(kept(col("at").eq("2024-01-02T03:04:05.250001+01:00"))).toEqual([1]);
    expect(kept(col("at").lt("1970-01-01"))).toEqual([2]);
    expect(kept(col("at").isIn(["1970-01-01", new Date(-1)]))).toEqual([0]);
    expect(kept(lit("1970-01-01").le(col("at")))).toEqual([0, 1]);
    expect(kept(col("at").eq(col("at")))).toEqual([0, 1, 2]);
    expect(() => kept(col("at").gt("yesterday"))).toThrow(/'yesterday', which is no date/);
    expect(() => kept(col("at").gt(5))).toThrow(/at is a timestamp and cannot be compared with 5/);
  });

  test("lists and structs can be asked for length and null", () => {
    expect(kept(col("l").length().ge(1))).toEqual([0, 2]);
    expect(kept(col("l").list.length().eq(0))).toEqual([1]);
    expect(kept(col("p").length().eq(2))).toEqual([0, 1, 2, 3]);
    expect(kept(col("l").isNull())).toEqual([3]);
    expect(kept(col("pair").isNotNull())).toEqual([0, 1, 2, 3]);
    expect(() => kept(col("s").length().gt(1))).toThrow(/length\(s\) wants a list, but s is text/);
    expect(() => kept(col("l").gt(1))).toThrow(TypeMismatchError);
  });

  test("a column without any value is null whatever is asked of it", () => {
    for (const expr of [
      col("none").gt(1),
      col("none").eq("a"),
      col("none").contains("a"),
      col("none").isIn([1]),
      col("none").isNan(),
      col("none").add(1).gt(0),
      col("none").length().gt(0),
      not(col("none")),
      col("none").and(col("flag")),
    ])
      expect(kept(expr), String(expr)).toEqual([]);
    expect(kept(col("none").isNull())).toEqual([0, 1, 2, 3]);
    expect(kept(col("none").or(col("flag")))).toEqual([0, 2]);
  });

  test("null literals give null, and constants hold for every row", () => {
    expect(kept(col("k").eq(null))).toEqual([]);
    expect(kept(col("k").eq(null).isNull())).toEqual([0, 1, 2, 3]);
    expect(kept(lit(null).isNull())).toEqual([0, 1, 2, 3]);
    expect(kept(lit(true))).toEqual([0, 1, 2, 3]);
    expect(kept(lit(false).or(col("flag")))).toEqual([0, 2]);
    expect(kept(lit(null).isNull())).toEqual([0, 1, 2, 3]);
    expect(kept(lit(true).eq(true))).toEqual([0, 1, 2, 3]);
    expect(kept(lit(Number.NaN).gt(1e300).and(lit(Number.NaN).isNan()))).toEqual([0, 1, 2, 3]);
    expect(kept(col("flag").isIn([true]))).toEqual([0, 2]);
  });

  test("names and types are checked first", () => {
    const failure = (expr: Expression) => {
      try {
        predicateOf(expr, types);
      } catch (error) {
        return error;
      }
      return undefined;
    };
    expect(failure(col("ara").eq("VISp"))).toMatchObject({
      code: "UNKNOWN_COLUMN",
      column: "ara",
      available: [...types.keys()],
      message: expect.stringContaining("did you mean 'area'?"),
    });
    expect(failure(col("zzzzzzzz").eq(1))).toBeInstanceOf(UnknownColumnError);
    for (const [expr, message] of [
      [col("s").gt(5), "s > 5: s is text and cannot be compared with 5, which is a number; write a text in quotes"],
      [
        col("k").eq("5"),
        "k = '5': k is a number and cannot be compared with '5', which is text; write a number without quotes",
      ],
      [col("flag").eq(1), "flag = 1: flag is a boolean and cannot be compared with 1, which is a number"],
      [
        col("s").isIn(["a", 1]),
        "s in ('a', 1): s is text and cannot be compared with 1, which is a number; write a text in quotes",
      ],
      [col("k"), "a filter wants a yes or no for each row, but k gives a number"],
      [col("s").and(col("flag")), "s and flag wants a boolean, but s is text"],
      [col("k").contains("a"), "k contains 'a' wants text, but k is a number"],
      [col("s").add(1).gt(2), "s + 1 wants a number, but s is text"],
      [col("s").isNan(), "s is nan wants a number, but s is text"],
    ] as const)
      expect(failure(expr)).toMatchObject({ code: "TYPE_MISMATCH", message });
  });

  test("nodes are frozen, walked in order, and split where all parts must hold", () => {
    const expr = col("k")
      .gt(1)
      .and(col("s").eq("a").or(col("flag")))
      .and(col("i").lt(5n));
    expect(Object.isFrozen(expr.node)).toBe(true);
    expect(columnsOf(expr.node)).toEqual(["k", "s", "flag", "i"]);
    expect(splitConjuncts(expr.node)).toHaveLength(3);
    expect(predicatesOf(expr, types).map(String)).toEqual(["k > 1", "s = 'a' or flag", "i < 5n"]);
    const seen: string[] = [];
    const whole = walk(expr.node, (node) => {
      seen.push(node.kind);
      return node.kind === "logical" && node.op === "or" ? "stop" : "continue";
    });
    expect(whole).toBe(false);
    expect(seen).toEqual(["logical", "compare", "column", "literal", "logical"]);
  });

  test("comparisons tell which columns may keep NaN unasked", () => {
    const nanColumns = (expr: Expr<boolean>) => predicateOf(expr, types).nanColumns ?? [];
    expect(nanColumns(col("f").gt(1))).toEqual(["f"]);
    expect(nanColumns(col("f").ne(1))).toEqual(["f"]);
    expect(nanColumns(lit(1).lt(col("f")))).toEqual(["f"]);
    expect(nanColumns(not(col("f").le(1)))).toEqual(["f"]);
    expect(nanColumns(col("f").add(1).ge(col("half")))).toEqual(["f"]);
    expect(nanColumns(col("f").isIn([1]).not())).toEqual(["f"]);
    for (const expr of [
      col("f").lt(1),
      col("f").eq(1),
      col("f").between(0, 1).not().not(),
      col("f").gt(1).and(col("f").isNan().not()),
      col("k").gt(1),
      col("f").isIn([1]),
    ])
      expect(nanColumns(expr), String(expr)).toEqual(expr.toString().startsWith("not not") ? ["f"] : []);
  });

  test("predicates look at slices of batches as such", () => {
    const expr = parseWhere("flag or s = 'b' or l is null or area = 'VISl'");
    for (const [start, stop] of [
      [1, 4],
      [2, 3],
      [3, 4],
    ] as const) {
      const whole = predicateOf(expr, types).keep(batch) as Uint8Array;
      const part = predicateOf(expr, types).keep(batch.slice(start, stop)) as Uint8Array;
      expect([...part]).toEqual([...whole.slice(start, stop)]);
    }
  });
});

describe("timestamps", () => {
  test.each([
    ["2024-01-02", 1_704_153_600_000_000n],
    ["2024-01-02 03:04", 1_704_164_640_000_000n],
    ["2024-01-02T03:04:05Z", 1_704_164_645_000_000n],
    ["2024-01-02T03:04:05.1234567-0130", 1_704_170_045_123_456n],
    ["1969-12-31T23:59:59.999999Z", -1n],
    ["0001-01-01", -62_135_596_800_000_000n],
  ])("%s is read to the microsecond", (text, micros) => {
    expect(parseTimestamp(text)).toBe(micros);
    expect(parseTimestamp(formatTimestamp(micros))).toBe(micros);
  });

  test.each(["", "2024", "2024-13-01", "2024-02-30", "2024-01-01T25:00", "2024-01-01T00:00+99:00", "20210101", "x"])(
    "%s is none",
    (text) => {
      expect(parseTimestamp(text)).toBeNull();
    },
  );

  test("are written with the digits they need", () => {
    expect(formatTimestamp(0n)).toBe("1970-01-01T00:00:00Z");
    expect(formatTimestamp(1_500_000n)).toBe("1970-01-01T00:00:01.500Z");
    expect(formatTimestamp(-1n)).toBe("1969-12-31T23:59:59.999999Z");
    expect(formatTimestamp(2n ** 63n - 1n)).toBe(`${2n ** 63n - 1n}us`);
  });
});
