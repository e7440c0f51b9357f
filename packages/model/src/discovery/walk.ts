import {
  type CallOptions,
  type GroupNode,
  type Hierarchy,
  isLazyNwbError,
  joinPath,
  LimitError,
  type Link,
  type Node,
} from "@lazynwb/core";
import { textsAttribute } from "../attributes.ts";
import { typeNameOf } from "../types/type-name.ts";
import type { WarningLog } from "../warning-log.ts";
import { inCanonicalOrder } from "./canonical-order.ts";
import { describeAll, errorText } from "./describe-all.ts";
import { kindByStructure } from "./table-kind.ts";

/** A group that a walk came by, once, under its canonical path. */
export interface WalkedGroup {
  readonly path: string;
  readonly node: GroupNode;
  readonly links: readonly Link[];
  /** True where a soft or external link leads to it: the same object may also stand under its canonical path. */
  readonly alias: boolean;
}

export interface WalkOptions extends CallOptions {
  /** Where to begin. Default the root. */
  readonly from?: string | undefined;
  /** Levels below `from`. Default all. */
  readonly depth?: number | undefined;
  /** Groups that are not entered. Default the cached specifications. */
  readonly skip?: readonly string[] | undefined;
  /** Groups at most. Default 100,000. */
  readonly maxGroups?: number | undefined;
  /** Whether soft and external links that lead to groups count, under their own path, nothing below. Default false. */
  readonly aliases?: boolean | undefined;
  /** Told of groups that are damaged and left out. */
  readonly log?: WarningLog | undefined;
}

const MAX_GROUPS = 100_000;

/** What is reached by very many levels is a loop in all likelihood: NWB files have about six. */
const MAX_DEPTH = 64;

interface Candidate {
  readonly path: string;
  readonly alias: boolean;
  readonly objectId: string | undefined;
}

/**
 * Links and node of each; null of what is damaged or is no group, which is told where a hard link leads to it.
 *
 * @throws TruncatedFileError: what is left of such a file by chance is not what it holds.
 */
async function lookAt(
  hierarchy: Hierarchy,
  level: readonly Candidate[],
  options: WalkOptions,
): Promise<{ nodes: readonly (Node | null)[]; lists: readonly (readonly Link[] | null)[] }> {
  const failures = new Map<string, unknown>();
  const fail = (path: string, error: unknown) => {
    if (isLazyNwbError(error, "TRUNCATED_FILE")) throw error;
    if (!failures.has(path)) failures.set(path, error);
  };
  const listOf = async (path: string): Promise<readonly Link[] | null> => {
    try {
      return await hierarchy.list(path, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      if (!isLazyNwbError(error, "NOT_FOUND", "FORMAT", "UNSUPPORTED", "TRUNCATED_FILE")) throw error;
      if (!isLazyNwbError(error, "NOT_FOUND")) fail(path, error);
      return null;
    }
  };
  const paths = level.map(({ path }) => path);
  const [nodes, lists] = await Promise.all([
    describeAll(hierarchy, paths, options, ({ path, error, node }) => {
      if (node === null || isLazyNwbError(error, "TRUNCATED_FILE")) fail(path, error);
    }),
    Promise.all(paths.map(listOf)),
  ]);
  level.forEach(({ path, alias }, at) => {
    if (alias || !failures.has(path) || nodes[at]?.kind === "array") return;
    const message = `${path} cannot be read and is left out: ${errorText(failures.get(path))}`;
    options.log?.warn("GROUP_UNREADABLE", path, message);
  });
  return { nodes, lists };
}

/** Names of a table's or series' children that are arrays for sure, though their links do not say so. */
function knownArrays(node: Node, names: ReadonlySet<string>): ReadonlySet<string> {
  const kind = kindByStructure(typeNameOf(node), node.attributes, names);
  if (kind === "time-series") return new Set(["data", "timestamps", "starting_time"]);
  const columns = textsAttribute(node.attributes, "colnames") ?? [];
  return new Set(kind === null ? [] : ["id", ...columns, ...columns.map((name) => `${name}_index`)]);
}

/**
 * The groups of a file, each followed by those below it, in link order. An object with several hard links counts once, under
 * the first of its paths in this order; loops end there. Soft and external links are left out, unless asked for.
 *
 * @throws LimitError where there are more than `maxGroups`; TruncatedFileError.
 * @remarks I/O: one round of listing and describing a level, all of its groups together.
 */
export async function walkGroups(hierarchy: Hierarchy, options: WalkOptions = {}): Promise<WalkedGroup[]> {
  const {
    from = "/",
    depth = MAX_DEPTH,
    skip = ["/specifications"],
    maxGroups = MAX_GROUPS,
    aliases = false,
  } = options;
  const found: WalkedGroup[] = [];
  const seen = new Set<string>();
  let level: Candidate[] = [{ path: from, objectId: undefined, alias: false }];
  for (let below = 0; level.length > 0 && below <= Math.min(depth, MAX_DEPTH); below++) {
    const { nodes, lists } = await lookAt(hierarchy, level, options);
    const next: Candidate[] = [];
    for (let at = 0; at < level.length; at++) {
      const [node, links, { path, alias }] = [nodes[at], lists[at], level[at]!];
      if (node?.kind !== "group" || !links || seen.has(node.objectId)) continue;
      found.push({ path, node, links, alias });
      if (alias) continue;
      seen.add(node.objectId);
      if (found.length > maxGroups)
        throw new LimitError(`the file has more than ${maxGroups} groups; name a table by its path`, {
          limit: "groups",
          allowed: maxGroups,
        });
      next.push(
        ...candidatesBelow(path, node, links, seen).filter(
          (one) => !skip.includes(one.path) && (aliases || !one.alias),
        ),
      );
    }
    // An object that two links of one level lead to is asked for once.
    level = [...new Map(next.map((one) => [one.objectId ?? one.path, one])).values()];
  }
  return inCanonicalOrder(found);
}

/** The children of a group that are, or may be, groups that were not met yet. */
function candidatesBelow(path: string, node: Node, links: readonly Link[], seen: ReadonlySet<string>): Candidate[] {
  const arrays = knownArrays(node, new Set(links.map(({ name }) => name)));
  return links.flatMap((link): Candidate[] => {
    const child = joinPath(path, link.name);
    if (link.type !== "hard") return arrays.has(link.name) ? [] : [{ path: child, objectId: undefined, alias: true }];
    const { kind, objectId } = link;
    if (kind === undefined ? arrays.has(link.name) : kind !== "group") return [];
    return objectId !== undefined && seen.has(objectId) ? [] : [{ path: child, objectId, alias: false }];
  });
}
