import { describe, expect, expectTypeOf, test } from "vitest";
import { col, type Expr, lit, not, type RowOf, type SchemaShape, scanTables, type TableScan } from "../../src/index.ts";
import * as arrays from "../support/arrays.ts";
import { scanOf } from "../support/scan.ts";

/** Written as an interface, as users do. */
interface Trials {
  start_time: number;
  stop_time: number;
  block: bigint;
  stimulus: string;
  is_good: boolean;
  seen_at: Date;
  spike_times: readonly number[];
  _nwb_path: string;
}

declare const trials: TableScan<Trials>;
declare const any: TableScan;

/** Only the compiler looks at these. */
export function accepted(): void {
  trials.filter(
    col("start_time")
      .gt(5)
      .and(col("stimulus").isIn(["a"])),
  );
  trials.filter(
    col("block")
      .eq(3n)
      .or(col("block").isIn([1n, null])),
  );
  trials.filter(not(col("is_good").eq(true)).or(col("stimulus").str.contains("x")));
  trials.filter(col("is_good"));
  trials.filter(col("is_good").and(col("start_time").between(0, 5)));
  trials.filter(
    col("start_time")
      .lt(col("stop_time"))
      .and(col("stop_time").sub(col("start_time")).gt(2)),
  );
  trials.filter(col("seen_at").gt(new Date()).or(col("seen_at").le("2024-01-01")));
  trials.filter(col("stimulus").ge("2024"));
  trials.filter(col("spike_times").list.length().gt(3).and(col("spike_times").isNotNull()));
  trials.filter(lit(5).lt(col("start_time")).and(lit(true)));
  trials.filter(col("start_time").eq(null));
  trials.filter("start_time > 5");
  trials.select("start_time", "block").filter(col("block").eq(1n));
  any.filter(col("whatever").gt(5).and(col("else").eq("a"))).select("anything");
  rowsOf(trials);
  rowsOf(any);
  const made: Promise<TableScan<Trials>> = scanTables<Trials>({ files: [], table: "trials" });
  void made;
}

/** How a function takes any scan. */
function rowsOf<Schema extends SchemaShape>(scan: TableScan<Schema>): AsyncIterable<RowOf<Schema>> {
  return scan.rows();
}

export function refused(): void {
  // @ts-expect-error no such column
  trials.filter(col("strat_time").gt(5));
  // @ts-expect-error int64 wants 3n
  trials.filter(col("block").eq(3));
  // @ts-expect-error a text is no number
  trials.filter(col("stimulus").gt(5));
  // @ts-expect-error a number is no text
  trials.filter(col("start_time").contains("a"));
  const half = col("start_time")
    .gt(5)
    .and(col("stimulis").isIn(["a"]));
  // @ts-expect-error one of both names is wrong
  trials.filter(half);
  // @ts-expect-error the other side is wrong
  trials.filter(col("start_time").lt(col("end_time")));
  // @ts-expect-error the list holds numbers
  trials.filter(col("stimulus").isIn([1]));
  // @ts-expect-error a bound is a text
  trials.filter(col("start_time").between(0, "5"));
  // @ts-expect-error a sum is no condition
  trials.filter(col("start_time").add(1));
  // @ts-expect-error no such column
  trials.select("strat_time");
  // @ts-expect-error it was left out before
  trials.select("start_time").filter(col("stimulus").eq("a"));
  // @ts-expect-error not a condition
  trials.filter(5);
}

describe("types", () => {
  test("rows have the columns that were selected", () => {
    expectTypeOf<RowOf<Pick<Trials, "block" | "stimulus">>>().toEqualTypeOf<{
      block: number | bigint | null;
      stimulus: string | null;
    }>();
    type Selected = ReturnType<typeof trials.select<"start_time">>;
    expectTypeOf<Selected>().toEqualTypeOf<TableScan<Pick<Trials, "start_time">>>();
    expectTypeOf(col("x").gt(5)).toExtend<Expr<boolean, { readonly x: number | null }>>();
    expectTypeOf(lit(5)).toEqualTypeOf<Expr<5, unknown>>();
  });

  test("a scan without a schema takes any expression and gives rows of anything", async () => {
    const { scan } = await scanOf([{ columns: { x: arrays.int32([1, 2]) } }]);
    const rows: unknown[] = [];
    for await (const row of scan.filter(col("x").gt(1)).select("x").rows()) {
      expectTypeOf(row["x"]).toEqualTypeOf<unknown>();
      rows.push(row);
    }
    expect(rows).toEqual([{ x: 2 }]);
  });
});
