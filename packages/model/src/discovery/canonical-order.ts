import { joinPath } from "@lazynwb/core";
import type { WalkedGroup } from "./walk.ts";

interface Visit {
  readonly group: WalkedGroup;
  /** The canonical path, which may be another than the one that the walk came by. */
  readonly path: string;
  next: number;
}

/**
 * Walked groups in the order and under the paths that a walk has that goes down into each member before the next one, as
 * libhdf5 names objects: of several hard links to a group, the one that such a walk meets first counts.
 */
export function inCanonicalOrder(groups: readonly WalkedGroup[]): WalkedGroup[] {
  const byId = new Map(groups.filter(({ alias }) => !alias).map((group) => [group.node.objectId, group]));
  const byPath = new Map(groups.map((group) => [group.path, group]));
  const ordered: WalkedGroup[] = [];
  const seen = new Set<WalkedGroup>();
  const stack: Visit[] = [];
  const enter = (group: WalkedGroup | undefined, path: string) => {
    if (group === undefined || seen.has(group)) return;
    seen.add(group);
    ordered.push(path === group.path ? group : { ...group, path });
    if (!group.alias) stack.push({ group, path, next: 0 });
  };
  enter(groups[0], groups[0]?.path ?? "/");
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const link = top.group.links[top.next++];
    if (link === undefined) {
      stack.pop();
      continue;
    }
    const walked = joinPath(top.group.path, link.name);
    const child = link.type === "hard" && link.objectId !== undefined ? byId.get(link.objectId) : byPath.get(walked);
    enter(child, joinPath(top.path, link.name));
  }
  return ordered;
}
