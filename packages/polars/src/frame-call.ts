import { QueryError } from "@lazynwb/core";
import type { LazyDataFrame, Polars } from "./polars-module.ts";

/** One method call with its arguments. */
export interface MethodCall {
  readonly method: string;
  readonly args: readonly unknown[];
}

/** One call of a chain, or two where the first gives no frame: `groupBy(...)` and `agg(...)`. */
export type FrameCall = readonly MethodCall[];

/** Does a call again. `resolve` gives the arguments to use, such as the other frame of a join. */
export function applyCall(frame: LazyDataFrame, call: FrameCall, resolve: (arg: unknown) => unknown): LazyDataFrame {
  let target: unknown = frame;
  for (const { method, args } of call) {
    const methods = target as Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;
    target = methods[method]!(...args.map(resolve));
  }
  return target as LazyDataFrame;
}

/** The native objects behind what nodejs-polars hands out. */
const NATIVE = ["_expr", "_ldf", "_df", "_s"] as const;

/** A copy of an argument that later changes by the caller do not reach. Objects of nodejs-polars are kept, they never change. */
export function keepArgument(polars: Polars, arg: unknown): unknown {
  if (typeof arg !== "object" || arg === null) return arg;
  if (Array.isArray(arg)) return arg.map((item) => keepArgument(polars, item));
  if (isOfPolars(polars, arg)) return arg;
  if (Object.getPrototypeOf(arg) !== Object.prototype) return arg;
  return Object.fromEntries(Object.entries(arg).map(([key, value]) => [key, keepArgument(polars, value)]));
}

/**
 * Whether something is an object of nodejs-polars.
 *
 * @throws QueryError where it is one of another copy of the package: its native half would not be understood.
 */
function isOfPolars(polars: Polars, value: object): boolean {
  for (const key of NATIVE) {
    const native = (value as Readonly<Record<string, unknown>>)[key];
    if (typeof native !== "object" || native === null) continue;
    const ours = nativeOf(polars, key);
    if (native instanceof ours) return true;
    throw new QueryError(
      `This object comes from another copy of nodejs-polars than the one lazynwb uses (two copies of nodejs-polars): install one version for both, for example with "npm ls nodejs-polars" and "npm dedupe".`,
    );
  }
  return false;
}

type NativeClass = abstract new (...args: readonly never[]) => object;
const nativeClasses = new WeakMap<Polars, Readonly<Record<string, NativeClass>>>();

function nativeOf(polars: Polars, key: (typeof NATIVE)[number]): NativeClass {
  let classes = nativeClasses.get(polars);
  if (classes === undefined) {
    const frame = polars.DataFrame({ column: [0] });
    const natives = {
      _expr: polars.lit(0).inner(),
      _ldf: frame.lazy()._ldf,
      _df: (frame as unknown as { readonly _df: object })._df,
      _s: frame.getColumn("column").inner(),
    };
    classes = Object.fromEntries(Object.entries(natives).map(([name, native]) => [name, native.constructor]));
    nativeClasses.set(polars, classes!);
  }
  return classes![key]!;
}
