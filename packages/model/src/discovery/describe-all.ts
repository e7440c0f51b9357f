import { type CallOptions, type Hierarchy, isLazyNwbError, type Node } from "@lazynwb/core";

/** Codes of what is wrong with the way to the bytes, not with the bytes: trying again may help, leaving out does not. */
const STORAGE_CODES = [
  "STORAGE",
  "SOURCE_NOT_FOUND",
  "ACCESS_DENIED",
  "HTTP_STATUS",
  "RANGE_IGNORED",
  "SHORT_READ",
  "SOURCE_CHANGED",
  "NETWORK",
] as const;

/** Something of an object that could not be understood: the whole of it, or where there is a node, an attribute. */
export interface DescribeFailure {
  readonly path: string;
  readonly error: unknown;
  readonly node: Node | null;
}

/** What an error says, for a warning. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Describes together. What cannot be understood is null and told of; where the bytes could not be had at all, the call fails.
 */
export async function describeAll(
  hierarchy: Hierarchy,
  paths: readonly string[],
  options: CallOptions = {},
  onFailure: (failure: DescribeFailure) => void = () => {},
): Promise<readonly (Node | null)[]> {
  if (paths.length === 0) return [];
  const failures: { readonly path: string; readonly error: unknown }[] = [];
  let nodes: readonly (Node | null)[];
  try {
    nodes = await hierarchy.describe(paths, { ...options, onFailure: (path, error) => failures.push({ path, error }) });
  } catch (error) {
    options.signal?.throwIfAborted();
    // The only one asked for rejects the call; others are told by onFailure.
    if (paths.length > 1) throw error;
    failures.push({ path: paths[0]!, error });
    nodes = [null];
  }
  for (const { path, error } of failures) {
    if (isLazyNwbError(error, ...STORAGE_CODES)) throw error;
    onFailure({ path, error, node: nodes[paths.indexOf(path)] ?? null });
  }
  return nodes;
}
