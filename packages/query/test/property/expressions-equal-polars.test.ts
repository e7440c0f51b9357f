import fc from "fast-check";
import pl from "nodejs-polars";
import { describe, expect, test } from "vitest";
import { col } from "../../src/expr/column-expr.ts";
import { Expr } from "../../src/expr/expr.ts";
import type { ExprNode } from "../../src/expr/node.ts";
import { predicateOf } from "../../src/expr/predicate.ts";
import { parseWhere } from "../../src/where/parse-where.ts";
import * as arrays from "../support/arrays.ts";
import { batchOfColumns, columnTypes, tableOf } from "../support/batch.ts";
import { keptByPolars } from "../support/polars.ts";
import { runs, seed } from "../support/seed.ts";

const numRuns = runs(200);
const ROWS = 24;

const orNull = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { freq: 5, nil: null });
const rowsOf = <Value>(values: fc.Arbitrary<Value>) => fc.array(orNull(values), { minLength: ROWS, maxLength: ROWS });

const floats = fc.oneof(
  fc.constantFrom(0, -0, 1, -1, 2, 0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300, 5e-324),
  fc.integer({ min: -9, max: 9 }),
);
const singles = fc.oneof(fc.constantFrom(0, 1, -1, Math.fround(0.1), Number.NaN, Number.POSITIVE_INFINITY), fc.float());
const longs = fc.oneof(
  fc.constantFrom(0n, 1n, -1n, 2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n)),
  fc.bigInt({ min: -9n, max: 9n }),
);
const ulongs = fc.constantFrom(0n, 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n);
const smalls = fc.integer({ min: -9, max: 9 });
const words = fc.oneof(
  fc.constantFrom("", "a", "ab", "b", "é", "\u{e000}", "\u{1f600}", "VISp", "VIS", "\u0000", "'", '"'),
  fc.string({ unit: "grapheme", maxLength: 4 }),
);

const data = fc.record({
  f: rowsOf(floats).map(arrays.float64),
  g: rowsOf(floats).map(arrays.float64),
  h: rowsOf(singles).map(arrays.float32),
  i: rowsOf(longs).map(arrays.int64),
  j: rowsOf(fc.bigInt({ min: -9n, max: 9n })).map(arrays.int64),
  k: rowsOf(smalls).map(arrays.int8),
  u: rowsOf(ulongs).map(arrays.uint64),
  s: rowsOf(words).map(arrays.text),
  t: rowsOf(words).map(arrays.text),
  b: rowsOf(fc.boolean()).map(arrays.bool),
  c: rowsOf(fc.boolean()).map(arrays.bool),
  l: rowsOf(fc.array(smalls, { maxLength: 3 })).map((rows) => arrays.list(rows, arrays.float64)),
});

/** The same question twice: to us, and to polars. */
interface Pair {
  readonly ours: Expr<boolean>;
  readonly theirs: pl.Expr;
}

const OPS = [
  ["eq", "eq"],
  ["ne", "neq"],
  ["lt", "lt"],
  ["le", "ltEq"],
  ["gt", "gt"],
  ["ge", "gtEq"],
] as const;
type Method = (typeof OPS)[number];

interface Side {
  readonly ours: ExprNode;
  readonly theirs: pl.Expr;
}

const column = (name: string): Side => ({ ours: col(name).node, theirs: pl.col(name) });
const number = (value: number): Side => ({ ours: literal(value), theirs: pl.lit(value) });
const long = (value: bigint, type: pl.DataType): Side => ({
  ours: literal(value),
  theirs: pl.lit(String(value)).cast(type),
});
const textSide = (value: string): Side => ({ ours: literal(value), theirs: pl.lit(value) });

function literal(value: number | bigint | string): ExprNode {
  const [operand] = [col("x").eq(value).node].map((node) => (node.kind === "compare" ? node.right : node));
  return operand!;
}

const arithmetic = (
  ops: readonly ["add" | "sub" | "mul" | "div" | "mod", "add" | "sub" | "multiplyBy" | "div" | "modulo"][],
) => fc.constantFrom(...ops);
const combine = (
  sides: fc.Arbitrary<Side>,
  ops: readonly ["add" | "sub" | "mul" | "div" | "mod", "add" | "sub" | "multiplyBy" | "div" | "modulo"][],
) =>
  fc.tuple(sides, arithmetic(ops), sides).map(
    ([left, [ours, theirs], right]): Side => ({
      ours: { kind: "arithmetic", op: ours, left: left.ours, right: right.ours },
      theirs: left.theirs[theirs === "sub" ? "minus" : (theirs as "add")](right.theirs),
    }),
  );

const SUMS = [
  ["add", "add"],
  ["sub", "sub"],
  ["mul", "multiplyBy"],
] as const;

const longColumns = fc.constantFrom("i", "j").map(column);
const floatColumns = fc.constantFrom("f", "g").map(column);
/** Pairs of operands that polars compares as exactly as we do. */
const sides: readonly fc.Arbitrary<readonly [Side, Side]>[] = [
  fc.tuple(
    fc.oneof(
      floatColumns,
      combine(fc.oneof(floatColumns, floats.map(number)), [...SUMS, ["div", "div"], ["mod", "modulo"]] as never),
    ),
    fc.oneof(floatColumns, floats.map(number), fc.constantFrom("h", "j", "k").map(column)),
  ),
  fc.tuple(
    fc.oneof(longColumns, combine(longColumns, [...SUMS, ["mod", "modulo"]] as never)),
    fc.oneof(
      longColumns,
      longs.map((value) => long(value, pl.Int64)),
    ),
  ),
  fc.tuple(
    fc.constant(column("u")),
    fc.oneof(
      fc.constant(column("u")),
      ulongs.map((value) => long(value, pl.UInt64)),
    ),
  ),
  fc.tuple(
    fc.oneof(
      fc.constantFrom("h").map(column),
      combine(fc.constantFrom("h", "k").map(column), [
        ["add", "add"],
        ["sub", "sub"],
      ] as never),
    ),
    fc.oneof(fc.constant(column("h")), floats.map(number)),
  ),
  fc.tuple(fc.constantFrom("s", "t").map(column), fc.oneof(fc.constantFrom("s", "t").map(column), words.map(textSide))),
  fc.tuple(fc.constantFrom("b", "c").map(column), fc.constantFrom("b", "c").map(column)),
];

function compared([ours, theirs]: Method, [left, right]: readonly [Side, Side], flip: boolean): Pair {
  const [a, b] = flip ? [right, left] : [left, right];
  return {
    ours: new Expr({ kind: "compare", op: ours, left: a.ours, right: b.ours }),
    theirs: a.theirs[theirs](b.theirs),
  };
}

const comparison = fc
  .tuple(fc.constantFrom(...OPS), fc.oneof(...sides), fc.boolean())
  .map(([op, pair, flip]) => compared(op, pair, flip));

const leaf: fc.Arbitrary<Pair> = fc.oneof(
  { weight: 6, arbitrary: comparison },
  fc.constantFrom("b", "c").map((name) => ({ ours: new Expr<boolean>(col(name).node), theirs: pl.col(name) })),
  fc.constantFrom("f", "i", "s", "b", "l").map((name) => ({ ours: col(name).isNull(), theirs: pl.col(name).isNull() })),
  fc
    .constantFrom("f", "i", "s", "b", "l")
    .map((name) => ({ ours: col(name).isNotNull(), theirs: pl.col(name).isNotNull() })),
  fc.constantFrom("f", "h", "k").map((name) => ({ ours: col(name).isNan(), theirs: pl.col(name).isNan() })),
  fc.array(floats, { minLength: 1, maxLength: 4 }).map((values) => ({
    ours: col("f").isIn(values),
    theirs: pl.col("f").isIn(values),
  })),
  fc
    .tuple(words, fc.array(orNull(words), { maxLength: 3 }))
    .map(([value, more]) => [value, ...more])
    .map((values) => ({
      ours: col("s").isIn(values),
      theirs: pl.col("s").isIn(values),
    })),
  fc.tuple(fc.constantFrom("s", "t"), words).map(([name, part]) => ({
    ours: col(name).str.contains(part),
    theirs: (pl.col(name).str.contains as (part: string, literal: boolean, strict: boolean) => pl.Expr)(
      part,
      true,
      true,
    ),
  })),
  fc.tuple(fc.constantFrom("s", "t"), words).map(([name, part]) => ({
    ours: col(name).startsWith(part),
    theirs: pl.col(name).str.startsWith(part),
  })),
  fc.tuple(fc.constantFrom("s", "t"), words).map(([name, part]) => ({
    ours: col(name).endsWith(part),
    theirs: pl.col(name).str.endsWith(part),
  })),
  smalls.map((value) => ({
    ours: col("l").list.length().gt(value),
    theirs: pl.col("l").lst.lengths().cast(pl.Int64).gt(value),
  })),
);

const { tree } = fc.letrec<{ tree: Pair }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.tuple(tie("tree"), tie("tree")).map(([a, b]) => ({ ours: a.ours.and(b.ours), theirs: a.theirs.and(b.theirs) })),
    fc.tuple(tie("tree"), tie("tree")).map(([a, b]) => ({ ours: a.ours.or(b.ours), theirs: a.theirs.or(b.theirs) })),
    tie("tree").map((a) => ({ ours: a.ours.not(), theirs: a.theirs.not() })),
  ),
}));

function keptByUs(expr: Expr<boolean>, columns: Parameters<typeof batchOfColumns>[0]): number[] {
  const kept = predicateOf(expr, columnTypes(columns)).keep(batchOfColumns(columns)) as Uint8Array;
  return [...kept.keys()].filter((row) => kept[row] === 1);
}

describe(`expressions (seed ${seed})`, () => {
  test("keep the rows that polars keeps", () => {
    fc.assert(
      fc.property(data, tree, (columns, pair) => {
        const theirs = keptByPolars(tableOf(batchOfColumns(columns)), pair.theirs);
        expect(keptByUs(pair.ours, columns), pair.ours.toString()).toEqual(theirs);
      }),
      { seed, numRuns },
    );
  }, 120_000);

  test("are read back from their own text", () => {
    fc.assert(
      fc.property(data, tree, (columns, pair) => {
        const text = pair.ours.toString();
        expect(keptByUs(parseWhere(text), columns), text).toEqual(keptByUs(pair.ours, columns));
        expect(parseWhere(text).toString()).toBe(text);
      }),
      { seed, numRuns },
    );
  }, 120_000);

  test("survive JSON", () => {
    fc.assert(
      fc.property(tree, (pair) => {
        const node = JSON.parse(JSON.stringify(pair.ours)) as ExprNode;
        expect(new Expr(node).toString()).toBe(pair.ours.toString());
      }),
      { seed, numRuns },
    );
  }, 120_000);
});
