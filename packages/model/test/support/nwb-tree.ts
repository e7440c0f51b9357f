import type { TypedArray } from "@lazynwb/core";
import { array, group, type PlainValues, reference, type Tree } from "@lazynwb/core/testing";

type ArrayOptions = NonNullable<Parameters<typeof array>[1]>;
type Attributes = NonNullable<ArrayOptions["attributes"]>;

/** Attributes that say what an object is. */
export function typed(name: string, more: Attributes = {}, namespace = "hdmf-common"): Attributes {
  return { neurodata_type: name, namespace, ...more };
}

/** A VectorData column. */
export function column(values: PlainValues, options: ArrayOptions = {}): Tree {
  return array(values, { ...options, attributes: typed("VectorData", { description: "", ...options.attributes }) });
}

/** A VectorIndex over the array at `target`, ends of 8 bits unless they are a typed array. */
export function index(ends: readonly number[] | TypedArray, target: string): Tree {
  const values = ArrayBuffer.isView(ends) ? ends : Uint8Array.from(ends);
  return array(values, { attributes: typed("VectorIndex", { target: reference(target) }) });
}

/** An id column 0, 1, 2 ... */
export function ids(rows: number): Tree {
  return array(
    BigInt64Array.from({ length: rows }, (_, row) => BigInt(row)),
    { attributes: typed("ElementIdentifiers") },
  );
}

/** A DynamicTable; `colnames: null` leaves the attribute out. */
export function table(
  children: Readonly<Record<string, Tree>>,
  options: {
    readonly colnames?: readonly string[] | null;
    readonly type?: string;
    readonly attributes?: Attributes;
  } = {},
): Tree {
  const { colnames = Object.keys(children).filter((name) => name !== "id" && !name.endsWith("_index")) } = options;
  const named = colnames === null ? {} : { colnames: colnames.length > 0 ? [...colnames] : new Float64Array(0) };
  return group({
    attributes: typed(options.type ?? "DynamicTable", { ...named, ...options.attributes }),
    children,
  });
}

/** A file with one object at a path. */
export function at(path: string, tree: Tree): Tree {
  return path
    .split("/")
    .filter((name) => name !== "")
    .reduceRight<Tree>((inner, name) => group({ children: { [name]: inner } }), tree);
}

/** A TimeSeries with `data` and other children. */
export function series(children: Readonly<Record<string, Tree>>, type = "TimeSeries"): Tree {
  return group({ attributes: typed(type, {}, "core"), children });
}

/** A starting_time with its rate. */
export function start(time: number, rate: PlainValues): Tree {
  return array(time, { attributes: { rate, unit: "seconds" } });
}
