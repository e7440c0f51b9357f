import type { DType } from "../dtype.ts";
import type { ArrayNode } from "../hierarchy.ts";
import type { NdArray } from "../nd-array.ts";
import { ndArrayOf, type PlainValues, type ValueOptions } from "./values.ts";

type Attributes = Readonly<Record<string, NdArray>>;

/** A tree of groups, arrays and links, from which `memoryHierarchy` makes a hierarchy. */
export type Tree =
  | { readonly is: "group"; readonly attributes: Attributes; readonly children: Readonly<Record<string, Tree>> }
  | {
      readonly is: "array";
      readonly attributes: Attributes;
      /** null: an array without any value. */
      readonly values: NdArray | null;
      readonly dtype: DType;
      readonly storage: Pick<ArrayNode, "chunks" | "filters">;
      readonly readError: unknown;
    }
  | { readonly is: "soft"; readonly target: string }
  | { readonly is: "hard"; readonly target: string }
  | { readonly is: "external"; readonly file: string; readonly target: string }
  | { readonly is: "damaged"; readonly error: unknown };

interface AttributeOptions {
  readonly attributes?: Readonly<Record<string, PlainValues>> | undefined;
}

function attributesOf(options: AttributeOptions): Attributes {
  return Object.fromEntries(Object.entries(options.attributes ?? {}).map(([name, value]) => [name, ndArrayOf(value)]));
}

/** A group; its children are listed in the order given. */
export function group(
  options: AttributeOptions & { readonly children?: Readonly<Record<string, Tree>> | undefined } = {},
): Tree {
  return { is: "group", attributes: attributesOf(options), children: options.children ?? {} };
}

/** An array of plain values, of a typed array or of an NdArray. `readError` is what reading it fails with. */
export function array(
  values: PlainValues,
  options: AttributeOptions &
    ValueOptions &
    Pick<ArrayNode, "chunks" | "filters"> & { readonly readError?: unknown } = {},
): Tree {
  const { chunks, filters, readError } = options;
  const read = ndArrayOf(values, options);
  return {
    is: "array",
    attributes: attributesOf(options),
    values: read,
    dtype: read.dtype,
    storage: { chunks, filters },
    readError,
  };
}

/** An array that has a type and no value at all (an HDF5 null dataspace). Reading it gives shape [0]. */
export function nullArray(dtype: DType, options: AttributeOptions = {}): Tree {
  return { is: "array", attributes: attributesOf(options), values: null, dtype, storage: {}, readError: undefined };
}

/** A link by path, relative to its group or absolute. It may lead nowhere. */
export function softLink(target: string): Tree {
  return { is: "soft", target };
}

/** One more name of the object at an absolute path. */
export function hardLink(target: string): Tree {
  return { is: "hard", target };
}

/** A link into another file. A memory hierarchy lists it and does not follow it. */
export function externalLink(file: string, target: string): Tree {
  return { is: "external", file, target };
}

/** An object that cannot be understood: describing it fails with `error`. */
export function damaged(error: unknown): Tree {
  return { is: "damaged", error };
}
