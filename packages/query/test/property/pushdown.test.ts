import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type PlainRow, rowsOf } from "../../src/arrow/plain-values.ts";
import { col } from "../../src/expr/column-expr.ts";
import type { Expr } from "../../src/expr/expr.ts";
import { predicateOf } from "../../src/expr/predicate.ts";
import { columnsOf } from "../../src/expr/walk.ts";
import * as arrays from "../support/arrays.ts";
import { gather, scanOf, type TestFile } from "../support/scan.ts";
import { runs, seed } from "../support/seed.ts";

const orNull = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { freq: 6, nil: null });

/** Rows of every column a file may have; some files lack some, or hold another type. */
const file: fc.Arbitrary<TestFile> = fc
  .record({
    rows: fc.integer({ min: 0, max: 40 }),
    salt: fc.integer({ min: 0, max: 1000 }),
    lacks: fc.subarray(["f", "s", "l", "p", "b"]),
    wide: fc.boolean(),
    valid: fc.array(orNull(fc.integer({ min: -4, max: 4 })), { minLength: 40, maxLength: 40 }),
    words: fc.array(orNull(fc.constantFrom("VISp", "VISl", "", "é")), { minLength: 40, maxLength: 40 }),
    lists: fc.array(orNull(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 5 })), {
      minLength: 40,
      maxLength: 40,
    }),
  })
  .map(({ rows, salt, lacks, wide, valid, words, lists }) => {
    const numbers = Array.from({ length: rows }, (_, row) => row + salt);
    const columns = {
      id: arrays.int64(numbers.map(BigInt)),
      f: arrays.float64(valid.slice(0, rows).map((value) => (value === 4 ? Number.NaN : value))),
      n: wide ? arrays.float64(numbers.map((value) => value / 2)) : arrays.int32(numbers),
      s: arrays.text(words.slice(0, rows)),
      b: arrays.bool(valid.slice(0, rows).map((value) => (value === null ? null : value > 0))),
      l: arrays.list(lists.slice(0, rows), arrays.float64),
      p: arrays.fixedList(
        numbers.map((value) => [value, -value]),
        2,
        arrays.float32,
      ),
    };
    return { columns: Object.fromEntries(Object.entries(columns).filter(([name]) => !lacks.includes(name))) };
  });

const condition: fc.Arbitrary<Expr<boolean>> = fc.oneof(
  fc.integer({ min: -3, max: 3 }).map((value): Expr<boolean> => col("f").gt(value)),
  fc.integer({ min: 0, max: 1000 }).map((value): Expr<boolean> => col("n").lt(value)),
  fc.constantFrom("VISp", "").map((value): Expr<boolean> => col("s").eq(value)),
  fc.constant(col("s").isNull() as Expr<boolean>),
  fc.constant(col("b").not() as Expr<boolean>),
  fc.integer({ min: 0, max: 3 }).map((value): Expr<boolean> => col("l").length().ge(value)),
  fc.integer({ min: 0, max: 40 }).map((value): Expr<boolean> => col("_table_index").lt(value)),
  fc.constantFrom("f0.nwb", "f1.nwb").map((value): Expr<boolean> => col("_nwb_path").ne(value)),
  fc.constant(col("_table_path").startsWith("/un") as Expr<boolean>),
);

const filter = fc.oneof(
  condition,
  fc.tuple(condition, condition).map(([left, right]): Expr<boolean> => left.and(right)),
  fc.tuple(condition, condition).map(([left, right]): Expr<boolean> => left.or(right)),
  fc.tuple(condition, condition, condition).map(([a, b, c]): Expr<boolean> => a.and(b.or(c.not()))),
);

const COLUMNS = ["id", "f", "n", "s", "b", "l", "p", "_nwb_path", "_table_path", "_table_index"];

const query = fc.record({
  filters: fc.array(filter, { maxLength: 2 }),
  columns: fc.shuffledSubarray(COLUMNS, { minLength: 1 }),
  offset: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
  limit: fc.option(fc.integer({ min: 0, max: 60 }), { nil: undefined }),
  nanAsNull: fc.boolean(),
  maxBytes: fc.constantFrom(1, 64, 500, 4000, 2 ** 27),
  concurrency: fc.constantFrom(1, 2, 16),
});

const SCHEMA = {
  id: { kind: "int", bits: 64, signed: true },
  f: { kind: "float", bits: 64 },
  n: { kind: "float", bits: 64 },
  s: { kind: "text" },
  b: { kind: "bool" },
  l: { kind: "list", item: { kind: "float", bits: 64 } },
  p: { kind: "fixed-list", size: 2, item: { kind: "float", bits: 32 } },
  _nwb_path: { kind: "text" },
  _table_path: { kind: "text" },
  _table_index: { kind: "int", bits: 32, signed: false },
} as const;

describe(`pushdown (seed ${seed})`, () => {
  test("gives the rows that reading all and filtering gives, in the same order, for any budget", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(file, { minLength: 1, maxLength: 5 }), query, async (files, asked) => {
        const { columns, offset = 0, limit, nanAsNull, maxBytes, concurrency } = asked;
        const { scan } = await scanOf(files, { schema: SCHEMA, nanAsNull });
        let filtered = asked.filters.reduce((rows, expr) => rows.filter(expr), scan);
        const expected = await naiveRows(scan, asked.filters);
        if (asked.offset !== undefined || limit !== undefined) filtered = filtered.slice(offset, limit);
        const wanted = expected.slice(offset, limit === undefined ? undefined : offset + limit);
        const batches = await gather(filtered.select(...columns).batches({ maxBytes, concurrency }));
        expect(batches.every(({ numRows }) => numRows > 0)).toBe(true);
        expect(batches.flatMap((batch) => [...rowsOf(batch)])).toEqual(
          wanted.map((row) => Object.fromEntries(columns.map((name) => [name, row[name]]))),
        );
        expect(await filtered.count()).toBe(wanted.length);
      }),
      { seed, numRuns: runs(120) },
    );
  }, 120_000);

  test("leaves out files that fail, and fills the limit from the others", async () => {
    const broken = fc.tuple(file, fc.boolean()).map(([given, fails]) => (fails ? { ...given, failing: ["n"] } : given));
    await fc.assert(
      fc.asyncProperty(fc.array(broken, { minLength: 1, maxLength: 5 }), query, async (files, asked) => {
        const { columns, offset = 0, limit, nanAsNull, maxBytes, concurrency } = asked;
        const { scan } = await scanOf(files, { schema: SCHEMA, nanAsNull, ignoreErrors: true });
        const asks = columns.includes("n") || asked.filters.some((expr) => columnsOf(expr.node).includes("n"));
        const healthy = asks ? files.map((given) => ("failing" in given ? { tables: [] } : given)) : files;
        const whole = healthy.map((given) => ("failing" in given ? { ...given, failing: [] } : given));
        const expected = await naiveRows((await scanOf(whole, { schema: SCHEMA, nanAsNull })).scan, asked.filters);
        // Whether the rows before an offset can be read is never asked, so a file that fails counts for it.
        if (asks && offset > 0) return;
        const filtered = asked.filters.reduce((rows, expr) => rows.filter(expr), scan).slice(offset, limit);
        const batches = await gather(filtered.select(...columns).batches({ maxBytes, concurrency }));
        expect(batches.flatMap((batch) => [...rowsOf(batch)])).toEqual(
          expected
            .slice(offset, limit === undefined ? undefined : offset + limit)
            .map((row) => Object.fromEntries(columns.map((name) => [name, row[name]]))),
        );
      }),
      { seed, numRuns: runs(80) },
    );
  }, 120_000);
});

type Scan = Awaited<ReturnType<typeof scanOf>>["scan"];

/** All rows, then the filters: nothing is pushed anywhere. */
async function naiveRows(scan: Scan, filters: readonly Expr<boolean>[]): Promise<PlainRow[]> {
  const types = new Map(scan.schema.columns.map(({ name, type }) => [name, type]));
  const rows: PlainRow[] = [];
  for await (const batch of scan.batches()) {
    const masks = filters.map((expr) =>
      predicateOf(expr, types).keep(selected(batch, predicateOf(expr, types).columns)),
    );
    [...rowsOf(batch)].forEach((row, at) => {
      if (masks.every((mask) => (mask as Uint8Array)[at] === 1)) rows.push(row);
    });
  }
  return rows;
}

function selected(batch: Parameters<typeof rowsOf>[0], columns: readonly string[]): Parameters<typeof rowsOf>[0] {
  return batch.selectAt(columns.map((name) => batch.schema.fields.findIndex((field) => field.name === name)));
}
