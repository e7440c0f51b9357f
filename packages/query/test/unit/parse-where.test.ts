import { ExpressionSyntaxError } from "@lazynwb/core";
import { describe, expect, test } from "vitest";
import { col } from "../../src/expr/column-expr.ts";
import { lit, not } from "../../src/expr/expr.ts";
import type { Expression } from "../../src/expr/expr-types.ts";
import { caretLine } from "../../src/where/caret-line.ts";
import { parseWhere } from "../../src/where/parse-where.ts";

describe("parseWhere", () => {
  test.each<[string, Expression]>([
    ["presence_ratio >= 0.95", col("presence_ratio").ge(0.95)],
    ["location = 'VISp'", col("location").eq("VISp")],
    ["location == 'it''s'", col("location").eq("it's")],
    ['"my ""odd"" column" <> 1', col('my "odd" column').ne(1)],
    ["`a``b` != -1.5e3", col("a`b").ne(-1500)],
    ["electrodes.x < .5", col("electrodes.x").lt(0.5)],
    ["id = 9007199254740993", col("id").eq(9007199254740993n)],
    ["id = 3n", col("id").eq(3n)],
    ["id = -9223372036854775808", col("id").eq(-(2n ** 63n))],
    ["a = 1 and b = 2 or c = 3", col("a").eq(1).and(col("b").eq(2)).or(col("c").eq(3))],
    [
      "a = 1 and (b = 2 or c = 3)",
      col("a")
        .eq(1)
        .and(col("b").eq(2).or(col("c").eq(3))),
    ],
    ["NOT a = 1 AND b", not(col("a").eq(1)).and(col("b").eq(true).or(lit(false)))],
    ["x in ('a', 'b', null, -1, true)", col("x").isIn(["a", "b", null, -1, true])],
    ["x not in (1)", col("x").isIn([1]).not()],
    ["x is null", col("x").isNull()],
    ["x IS NOT NULL", col("x").isNotNull()],
    ["x is not nan", col("x").isNan().not()],
    [
      "x between 1 and 2 and y",
      col("x")
        .between(1, 2)
        .and(col("y").eq(true).or(lit(false))),
    ],
    ["x not between 1 and 2", col("x").between(1, 2).not()],
    ["x contains 'a'", col("x").contains("a")],
    ["x not contains 'a'", col("x").contains("a").not()],
    ["starts_with(x, 'a')", col("x").startsWith("a")],
    ["x ends with 'a'", col("x").endsWith("a")],
    ["x like '%a%'", col("x").contains("a")],
    ["x like 'a%'", col("x").startsWith("a")],
    ["x like '%a'", col("x").endsWith("a")],
    ["x like 'a'", col("x").eq("a")],
    ["length(spike_times) > 100", col("spike_times").length().gt(100)],
    [
      "a + 2 * b - -c / 4 > d % 3",
      col("a")
        .add(col("b").mul(2))
        .sub(lit(0).sub(col("c")).div(4))
        .gt(col("d").mod(3)),
    ],
    ["(a + b) * 2 = 4", col("a").add(col("b")).mul(2).eq(4)],
    ["at >= '2024-01-01'", col("at").ge("2024-01-01")],
    ["at >= timestamp '2024-01-01T00:00:00Z'", col("at").ge(new Date("2024-01-01"))],
    ["timestamp > 1 and length < 2", col("timestamp").gt(1).and(col("length").lt(2))],
    ["x = -infinity or x = nan", col("x").eq(Number.NEGATIVE_INFINITY).or(col("x").eq(Number.NaN))],
    ["größe > 1", col("größe").gt(1)],
  ])("%s", (text, expected) => {
    // b alone stands for a boolean column: written out so that both sides are expressions of one kind.
    const normal = (node: unknown) =>
      JSON.stringify(node).replaceAll(
        /\{"kind":"logical","op":"or","operands":\[\{"kind":"compare","op":"eq","left":(\{[^{}]*\}),"right":\{[^{}]*"value":true\}\},\{[^{}]*"value":false\}\]\}/g,
        "$1",
      );
    const swapped = (json: string) =>
      json.replace(
        /"left":(\{"kind":"literal"[^{}]*\}),"right":(\{"kind":"column","name":"b"\})/,
        '"left":$2,"right":$1',
      );
    expect(swapped(normal(parseWhere(text)))).toBe(normal(expected));
  });

  test.each([
    ["", 0, "expected a column or a value, not the end"],
    ["a >", 3, "not the end"],
    ["a > > 1", 4, "not '>'"],
    ["a = 'x", 4, "the ' opened here is never closed"],
    ["a ~ 1", 2, "'~' means nothing here"],
    ["(a = 1", 6, "expected ')', not the end"],
    ["a = 1)", 5, "expected 'and', 'or' or the end, not ')'"],
    ["1 < a < 3", 6, "comparisons cannot be chained"],
    ["a in 1", 5, "expected '(', not '1'"],
    ["a in (b)", 6, "holds plain values only"],
    ["a is 5", 5, "expected 'null' or 'nan' after 'is'"],
    ["a not 5", 6, "expected 'in', 'between'"],
    ["a between 1 or 2", 12, "expected 'and', not the word 'or'"],
    ["in = 1", 0, "the word 'in' (a column of that name is written \"in\")"],
    ["f(a) = 1", 0, "there is no function 'f' (functions: length, contains, starts_with, ends_with)"],
    ["a contains b", 11, "expected a text in single quotes, not 'b'"],
    ["a like 'x%y'", 7, "like knows % at the beginning and the end only"],
    ["a = 1.5n", 4, "no whole number"],
    ["a = -'x'", 5, "only a number can have a minus"],
    ["a = timestamp 'soon'", 14, "no date or time"],
    ["\u{1f600} = 1", 0, "'\u{1f600}' means nothing here"],
    ["(".repeat(300), 201, "levels of parentheses"],
    [`${"not ".repeat(300)}a`, 804, "levels of parentheses"],
    [`a = ${"-".repeat(300)}1`, 206, "signs in a row"],
  ])("%s is no expression", (text, position, message) => {
    let error: unknown;
    try {
      parseWhere(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ExpressionSyntaxError);
    expect(error).toMatchObject({ position, message: expect.stringContaining(message) });
  });

  test("a thousand parts are no deep tree", () => {
    const text = Array.from({ length: 1000 }, (_, at) => `a != ${at}`).join(" and ");
    expect(parseWhere(text).node).toMatchObject({ kind: "logical", operands: { length: 1000 } });
  });
});

describe("caretLine", () => {
  test("points at the character", () => {
    expect(caretLine("x >> 5", 3)).toBe("x >> 5\n   ^");
    expect(caretLine("a = 1 and\nb ~ 2\nor c", 12)).toBe("b ~ 2\n  ^");
    expect(caretLine("a", 99)).toBe("a\n ^");
    expect(caretLine("", 0)).toBe("\n^");
    expect(caretLine("'\u{1f600}' ~", 5)).toBe("'\u{1f600}' ~\n    ^");
  });
});
