import { type CallOptions, type Hierarchy, joinPath, type Reference } from "@lazynwb/core";
import { describeAll } from "./describe-all.ts";
import { walkGroups } from "./walk.ts";

/** Canonical paths of what references mean, for a hierarchy that does not resolve them itself: one walk over its groups. */
export async function resolveByWalk(
  hierarchy: Hierarchy,
  references: readonly Reference[],
  options: CallOptions = {},
): Promise<(string | null)[]> {
  const wanted = new Set(references.map(({ objectId }) => objectId));
  const paths = new Map<string, string>();
  const learn = (objectId: string, path: string) => {
    if (wanted.has(objectId) && !paths.has(objectId)) paths.set(objectId, path);
  };
  const groups = await walkGroups(hierarchy, { ...options, skip: [] });
  const unknown: string[] = [];
  for (const { path, node, links } of groups) {
    learn(node.objectId, path);
    for (const link of links) {
      if (link.type !== "hard" || link.kind === "group") continue;
      if (link.objectId === undefined) unknown.push(joinPath(path, link.name));
      else learn(link.objectId, joinPath(path, link.name));
    }
  }
  if (paths.size < wanted.size) {
    const nodes = await describeAll(hierarchy, unknown, options);
    for (const node of nodes) if (node !== null) learn(node.objectId, node.path);
  }
  return references.map(({ objectId }) => paths.get(objectId) ?? null);
}
