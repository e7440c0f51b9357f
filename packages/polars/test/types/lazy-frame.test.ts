import type { DataFrame, Expr, LazyDataFrame, Series } from "nodejs-polars";
import { describe, expectTypeOf, test } from "vitest";
import type { NwbLazyFrame, NwbLazyGroupBy } from "../../src/index.ts";

/** Members of nodejs-polars' lazy frame that ours does not offer: they throw, so that nobody should find them. */
type Refused = "_ldf" | "inner" | "serialize" | "toJSON";

type Takes<Name extends keyof NwbLazyFrame, Given> = NwbLazyFrame[Name] extends (...args: infer Wanted) => unknown
  ? Given extends Wanted
    ? true
    : false
  : never;

describe("a lazy frame of NWB tables", () => {
  test("has all the members of polars' own", () => {
    expectTypeOf<Exclude<Extract<keyof LazyDataFrame, string>, keyof NwbLazyFrame>>().toEqualTypeOf<Refused>();
  });

  test("takes what polars' own takes", () => {
    type Single =
      | "cache"
      | "clone"
      | "filter"
      | "head"
      | "limit"
      | "tail"
      | "quantile"
      | "withColumn"
      | "withRowIndex"
      | "std";
    type Wider = {
      [Name in Single]: Parameters<LazyDataFrame[Name]> extends Parameters<NwbLazyFrame[Name]> ? true : Name;
    };
    expectTypeOf<Wider[Single]>().toEqualTypeOf<true>();
    type Other =
      | "unpivot"
      | "fillNan"
      | "fillNull"
      | "unnest"
      | "joinAsof"
      | "groupByDynamic"
      | "groupByRolling"
      | "sinkCSV";
    type OtherWider = {
      [Name in Other]: Parameters<LazyDataFrame[Name]> extends Parameters<NwbLazyFrame[Name]> ? true : Name;
    };
    expectTypeOf<OtherWider[Other]>().toEqualTypeOf<true>();
    expectTypeOf<Takes<"select", (string | Expr | Series)[]>>().toEqualTypeOf<true>();
    expectTypeOf<Takes<"drop", [string, string[], string[][]]>>().toEqualTypeOf<true>();
    expectTypeOf<Takes<"withColumns", Expr[]>>().toEqualTypeOf<true>();
    expectTypeOf<Takes<"groupBy", [Expr[], boolean]>>().toEqualTypeOf<true>();
    expectTypeOf<Takes<"join", [NwbLazyFrame | LazyDataFrame | DataFrame, { on: string }]>>().toEqualTypeOf<true>();
  });

  test("gives itself after each step, and a DataFrame at the end", () => {
    expectTypeOf<ReturnType<NwbLazyFrame["filter"]>>().toEqualTypeOf<NwbLazyFrame>();
    expectTypeOf<ReturnType<NwbLazyFrame["groupBy"]>>().toEqualTypeOf<NwbLazyGroupBy>();
    expectTypeOf<ReturnType<NwbLazyGroupBy["agg"]>>().toEqualTypeOf<NwbLazyFrame>();
    expectTypeOf<Awaited<ReturnType<NwbLazyFrame["collect"]>>>().toEqualTypeOf<DataFrame>();
    expectTypeOf<ReturnType<NwbLazyFrame["collectSync"]>>().toBeNever();
  });

  test("refuses what no frame takes", () => {
    expectTypeOf<Takes<"filter", [number]>>().toEqualTypeOf<false>();
    expectTypeOf<Takes<"sort", [{ asc: boolean }]>>().toEqualTypeOf<false>();
    expectTypeOf<Takes<"select", [number]>>().toEqualTypeOf<false>();
    expectTypeOf<Takes<"join", [string, { on: string }]>>().toEqualTypeOf<false>();
  });
});
