import fc from "fast-check";
import type { DataFrame, Expr } from "nodejs-polars";
import { beforeAll, describe, expect, test } from "vitest";
import { isElementwise } from "../../src/elementwise.ts";
import { metadataFrame, type Polars, polarsModule } from "../../src/index.ts";
import { serializedExpr } from "../../src/serialized-expr.ts";
import { unitsTable } from "../units-table.ts";

const SEED = 20261123;
let pl: Polars;
let frame: DataFrame;
let types: ReadonlyMap<string, string>;

beforeAll(async () => {
  pl = await polarsModule();
  frame = await metadataFrame(unitsTable(77, 6, 8));
  types = new Map(frame.dtypes.map((type, at) => [frame.columns[at]!, String(type)]));
});

/** What a method might take: it is called with each of these, and left out where it refuses. */
const manyArguments = (): readonly (readonly unknown[])[] => [
  [],
  [1],
  [2, 1],
  ["a", "b"],
  [[1, 2]],
  [pl.col("snr")],
  [pl.Int32],
  [{ n: 1 }],
];
const fewArguments = (): readonly (readonly unknown[])[] => [[], [1], ["a"]];

/** Every method of an expression and of its namespaces, on columns of several types, with arguments that it takes. */
function allExpressions(): readonly { readonly name: string; readonly expr: Expr }[] {
  const [many, few] = [manyArguments(), fewArguments()];
  const owners: readonly (readonly [string, object, readonly (readonly unknown[])[]])[] = [
    ["presence_ratio", pl.col("presence_ratio"), many],
    ["location", pl.col("location"), few],
    ["is_good", pl.col("is_good"), few],
    ["location.str", pl.col("location").str, many],
    ["recorded.dt", pl.col("recorded").dt, few],
    ["spike_times.list", pl.col("spike_times").list, many],
    ["tags.list", pl.col("tags").list, few],
    ["trial.struct", pl.col("trial").struct, few],
  ];
  const found: { name: string; expr: Expr }[] = [];
  const seen = new Set<string>();
  for (const [owner, methods, lists] of owners)
    for (const method of Object.keys(methods).filter((name) => !SKIPPED.has(name)))
      for (const args of lists) {
        const made = attempt(() =>
          (methods as Record<string, (...args: readonly unknown[]) => unknown>)[method]!(...args),
        );
        if (!pl.Expr.isExpr(made) || seen.has(made.toString())) continue;
        seen.add(made.toString());
        found.push({ name: `${owner}.${method}(${args.map(String)})`, expr: made });
      }
  return found;
}

const SKIPPED = new Set(["_expr", "serialize", "toString", "toJSON", "inner", "str", "lst", "list", "dt", "struct"]);

function attempt<Value>(run: () => Value): Value | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}

const select = (part: DataFrame, expr: Expr) =>
  attempt(() => part.lazy().select(pl.col("id"), expr.alias("value")).collectSync());

describe("what counts as elementwise", () => {
  test("gives the same value for a row, whichever other rows are there: every method nodejs-polars has", () => {
    const catalogue = allExpressions();
    const held = catalogue.filter(({ expr }) => isElementwise(serializedExpr(expr), { types, selectors: false }));
    expect(catalogue.length).toBeGreaterThan(600);
    const faults: string[] = [];
    let compared = 0;
    for (const { name, expr } of held) {
      const whole = select(frame, expr);
      if (whole === undefined) continue; // refused for its types, before any row is read
      compared++;
      // Types are checked over no rows: what runs over some must run over none.
      if (select(frame.slice(0, 0), expr) === undefined) faults.push(`${name} over no rows`);
      const parts = [...cut(frame, [1, 4, 2, 9])].reverse().map((part) => select(part, expr));
      const joined = parts.every((part) => part?.height !== undefined)
        ? pl.concat(parts as DataFrame[], { how: "vertical" }).sort("id")
        : undefined;
      if (joined === undefined || !joined.frameEqual(whole, true)) faults.push(name);
    }
    expect(faults).toEqual([]);
    expect(compared).toBeGreaterThan(150);
  }, 300_000);

  test("leaves out whatever looks at other rows", () => {
    const x = pl.col("snr");
    const others: readonly Expr[] = [
      x.gt(x.mean()),
      x.sum().over("location"),
      x.shift(1),
      x.rank(),
      x.cumSum(),
      x.cumMax(),
      x.diff({ n: 1, nullBehavior: "ignore" }),
      x.isFirstDistinct(),
      x.isUnique(),
      x.isDuplicated(),
      x.sort(),
      x.reverse(),
      x.sample({ n: 1 } as never),
      x.head(1),
      x.tail(1),
      x.first(),
      x.last(),
      x.rollingMean(2),
      x.interpolate(),
      x.fillNull("forward"),
      x.fillNull("mean"),
      x.unique(),
      x.gather([0]),
      x.filter(x.gt(1)),
      x.ewmMean(),
      x.eq(pl.Series([1, 2]) as never),
      x.isIn(pl.col("presence_ratio")),
      x.count(),
      x.quantile(0.5),
      x.argSort(),
      x.shuffle(1),
      x.mode(),
      x.implode(),
      x.explode(),
      x.hash(),
      pl.len().gt(1),
      pl.intRange(0, pl.len()).lt(3),
      pl.col("location").str.toLowerCase(),
      pl.col("location").str.concat("-").isNull(),
      pl.col("spike_times").isIn([1, 2]),
      pl.col("quality").cast(pl.Int32),
      x.cast(pl.Int32, true),
      pl.col("tags").list.get(5, false),
      pl.col("spike_times").list.eval(pl.element().shuffle(1)).list.first(),
    ];
    const wrong = others.filter((expr) => isElementwise(serializedExpr(expr), { types, selectors: true }));
    expect(wrong.map(String)).toEqual([]);
  });

  test("random combinations decide the same rows in parts as in one", () => {
    const number = fc.constantFrom("presence_ratio", "snr", "rank").map((name) => pl.col(name));
    const threshold = fc.oneof(
      fc.integer({ min: 0, max: 5 }),
      fc.double({ min: 0, max: 5, noNaN: true }),
      fc.constant(Number.NaN),
    );
    const compare = fc
      .tuple(number, fc.constantFrom("gt", "gtEq", "lt", "ltEq", "eq", "neq"), threshold)
      .map(([left, op, right]) => left[op as "gt"](right));
    const text = fc
      .constantFrom("VISp", "CA", "", 'é\n"')
      .map((value) => pl.col("location").str.contains(pl.lit(value), true));
    const leaf = fc.oneof(
      compare,
      text,
      number.map((x) => x.isNull()),
      fc.subarray([0, 1, 2, 3]).map((values) => pl.col("rank").isIn(values)),
      fc.constant(pl.col("spike_times").list.lengths().gt(1)),
    );
    const { expr } = fc.letrec<{ expr: Expr }>((tie) => ({
      expr: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.tuple(tie("expr"), tie("expr")).map(([left, right]) => left.and(right)),
        fc.tuple(tie("expr"), tie("expr")).map(([left, right]) => left.or(right)),
        tie("expr").map((inner) => inner.not()),
      ),
    }));
    const property = fc.property(
      expr,
      fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1 }),
      (condition, sizes) => {
        expect(isElementwise(serializedExpr(condition), { types, selectors: false })).toBe(true);
        const parts = [...cut(frame, sizes)].map((part) => part.filter(condition));
        expect(pl.concat(parts, { how: "vertical" }).frameEqual(frame.filter(condition), true)).toBe(true);
      },
    );
    fc.assert(property, { seed: SEED, numRuns: 40 });
  });
});

function* cut(whole: DataFrame, sizes: readonly number[]): Generator<DataFrame> {
  for (let row = 0, at = 0; row < whole.height; at++) {
    const size = sizes[at % sizes.length]!;
    yield whole.slice(row, size);
    row += size;
  }
}
