import type { Hierarchy, Node } from "../hierarchy.ts";
import type { NdArray } from "../nd-array.ts";
import { ALL, type Selection } from "../selection.ts";
import { check, value } from "./assert.ts";
import type { ExpectedNode, HierarchyContract } from "./hierarchy-contract.ts";
import { difference, plainOf } from "./plain-values.ts";

export type Expected = HierarchyContract["expected"];
export type HierarchyCase = (hierarchy: Hierarchy, expected: Expected) => Promise<void>;

export const NOWHERE = "/there/is/no such thing";

export function pathsOf(expected: Expected, holds: (node: ExpectedNode) => boolean): string[] {
  return Object.entries(expected).flatMap(([path, node]) => (node !== null && holds(node) ? [path] : []));
}

/** Arrays whose values are known, and which have rows to choose from. */
export function rowArrays(
  expected: Expected,
): { path: string; values: ArrayLike<unknown>; shape: readonly number[] }[] {
  return pathsOf(expected, ({ values, shape }) => values !== undefined && (shape?.length ?? 0) > 0).map((path) => {
    const { values, shape } = expected[path]!;
    return { path, values: values as ArrayLike<unknown>, shape: shape! };
  });
}

export async function describeOne(hierarchy: Hierarchy, path: string): Promise<Node | null> {
  const [node] = await value(hierarchy.describe([path]), `describing ${path}`);
  check(node !== undefined, "describe gives one answer a path");
  return node;
}

export async function readOne(hierarchy: Hierarchy, path: string, selection: Selection = ALL): Promise<NdArray> {
  const [read] = hierarchy.read([{ path, selection }]);
  check(read !== undefined, "read gives one promise a request");
  return value(read, `reading ${path}`);
}

/** The identities of all paths that expected values refer to. */
export async function identities(
  hierarchy: Hierarchy,
  expected: Expected,
): Promise<(path: string) => string | undefined> {
  const paths = Object.keys(expected);
  const nodes = await value(hierarchy.describe(paths), "describing everything");
  const ids = new Map(paths.map((path, at) => [path, nodes[at]?.objectId]));
  return (path) => ids.get(path);
}

export async function checkValues(
  hierarchy: Hierarchy,
  read: NdArray,
  expected: unknown,
  all: Expected,
  what: string,
): Promise<void> {
  const found = difference(plainOf(read), expected, await identities(hierarchy, all));
  check(found === undefined, `${what}: ${found}`);
}
