import { type ElementwiseContext, hasSelector, isElementwise } from "./elementwise.ts";
import type { FrameCall, MethodCall } from "./frame-call.ts";
import type { Expr, Polars } from "./polars-module.ts";
import { namedColumns, type SerializedExpr, serializedExpr } from "./serialized-expr.ts";

/** What a call does to the rows of the frame it is called on. */
export type RowEffect =
  /** Each row stays, in its place; new values depend on that row alone. */
  | { readonly kind: "row-wise" }
  /** Rows are kept for which an elementwise expression is true. */
  | {
      readonly kind: "filter";
      readonly expr: Expr;
      readonly serialized: SerializedExpr;
      /** polars types of the columns that it may look at. */
      readonly types: ReadonlyMap<string, string>;
    }
  /** So many rows are taken from one position on, counted from the start. */
  | { readonly kind: "slice"; readonly offset: number; readonly length: number }
  /** Anything else: no row below it may be left out. */
  | { readonly kind: "other" };

const OTHER: RowEffect = { kind: "other" };
const ROW_WISE: RowEffect = { kind: "row-wise" };

/** @param types - polars types of the frame it is called on; undefined where they are not known. */
export function rowEffect(polars: Polars, call: FrameCall, types: ReadonlyMap<string, string> | undefined): RowEffect {
  const [only] = call;
  if (call.length !== 1 || only === undefined || types === undefined) return OTHER;
  switch (only.method) {
    case "filter":
      return filterEffect(polars, only.args[0], types);
    case "dropNulls":
      return dropNullsEffect(polars, only.args.flat(2), types);
    case "select":
      return selectEffect(polars, only, types);
    case "withColumns":
    case "withColumn":
    case "fillNan":
    case "fillNull":
      return allElementwise(only, { types, selectors: true }, polars) ? ROW_WISE : OTHER;
    case "drop":
    case "rename":
    case "withColumnRenamed":
    case "unnest":
    case "clone":
    case "cache":
      return ROW_WISE;
    case "head":
    case "limit":
      return sliceEffect(0, only.args.length === 0 || only.args[0] === undefined ? 5 : only.args[0]);
    case "slice": {
      const options = only.args[0] as { offset?: unknown; length?: unknown } | number | undefined;
      return typeof options === "object"
        ? sliceEffect(options.offset, options.length)
        : sliceEffect(options, only.args[1]);
    }
    default:
      return OTHER;
  }
}

function filterEffect(polars: Polars, predicate: unknown, types: ReadonlyMap<string, string>): RowEffect {
  const expr = typeof predicate === "string" ? polars.col(predicate) : predicate;
  if (!polars.Expr.isExpr(expr)) return OTHER;
  const serialized = serializedExpr(expr);
  // A predicate without a column keeps all rows or none: nothing is gained by asking it early.
  const reads = namedColumns(serialized).size > 0 || hasSelector(serialized);
  const isPushable = reads && isElementwise(serialized, { types, selectors: true });
  return isPushable ? { kind: "filter", expr, serialized, types } : OTHER;
}

function dropNullsEffect(polars: Polars, subset: readonly unknown[], types: ReadonlyMap<string, string>): RowEffect {
  const columns = subset.length === 0 ? [...types.keys()] : subset;
  if (columns.length === 0 || !columns.every((column) => typeof column === "string")) return OTHER;
  const expr = polars.allHorizontal(columns.map((column) => polars.col([column]).isNotNull()));
  return { kind: "filter", expr, serialized: serializedExpr(expr), types };
}

/** A select of values alone gives one row, whatever the frame has. */
function selectEffect(polars: Polars, call: MethodCall, types: ReadonlyMap<string, string>): RowEffect {
  const exprs = expressionsOf(polars, call.args);
  if (exprs === undefined || !allElementwise(call, { types, selectors: true }, polars)) return OTHER;
  const reads = exprs.some((expr) => {
    const serialized = serializedExpr(expr);
    return namedColumns(serialized).size > 0 || hasSelector(serialized);
  });
  return reads ? ROW_WISE : OTHER;
}

function allElementwise(call: MethodCall, context: ElementwiseContext, polars: Polars): boolean {
  const isFill = call.method === "fillNan" || call.method === "fillNull";
  const args = isFill ? call.args.slice(0, 1).map((arg) => (typeof arg === "object" ? arg : polars.lit(0))) : call.args;
  const exprs = expressionsOf(polars, args);
  return exprs?.every((expr) => isElementwise(serializedExpr(expr), context)) ?? false;
}

/** Arguments that name columns, as expressions; undefined where one is neither a name nor an expression. */
function expressionsOf(polars: Polars, args: readonly unknown[]): readonly Expr[] | undefined {
  const exprs: Expr[] = [];
  for (const arg of args.flat(3)) {
    const expr = typeof arg === "string" ? polars.col(arg) : arg;
    if (!polars.Expr.isExpr(expr)) return undefined;
    exprs.push(expr);
  }
  return exprs;
}

function sliceEffect(offset: unknown, length: unknown): RowEffect {
  const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
  return isCount(offset) && isCount(length) ? { kind: "slice", offset, length } : OTHER;
}
