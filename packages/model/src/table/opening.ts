import { type Hierarchy, joinPath, type Link, type Node } from "@lazynwb/core";
import { describeAll, errorText } from "../discovery/describe-all.ts";
import type { NwbFile } from "../nwb-file.ts";
import type { TableOptions } from "../nwb-table.ts";
import type { WarningLog } from "../warning-log.ts";

/** What opening a table needs to know, wherever it is in the work. */
export interface Opening {
  readonly file: NwbFile;
  readonly hierarchy: Hierarchy;
  readonly path: string;
  readonly options: TableOptions;
  readonly log: WarningLog;
}

/** A group's children as nodes; those that cannot be understood are warned of and left out. */
export async function describeChildren(
  { hierarchy, options, log }: Opening,
  path: string,
  names: readonly string[],
): Promise<{ children: Map<string, Node>; unreadable: Set<string> }> {
  const children = new Map<string, Node>();
  const unreadable = new Set<string>();
  const nodes = await describeAll(
    hierarchy,
    names.map((name) => joinPath(path, name)),
    options,
    ({ path: failed, error, node }) => {
      if (node !== null) {
        log.warn("ATTRIBUTE_UNREADABLE", failed, `an attribute of ${failed} cannot be read: ${errorText(error)}`);
        return;
      }
      unreadable.add(failed.slice(failed.lastIndexOf("/") + 1));
      log.warn("COLUMN_UNREADABLE", failed, `${failed} cannot be read and is left out: ${errorText(error)}`);
    },
  );
  names.forEach((name, at) => {
    const node = nodes[at];
    if (node) children.set(name, node);
  });
  return { children, unreadable };
}

/** Names of links that may lead to arrays. */
export function arrayNames(links: readonly Link[]): string[] {
  return links.filter((link) => link.type !== "hard" || link.kind !== "group").map(({ name }) => name);
}

/** Names of links that lead to groups for sure. */
export function groupNames(links: readonly Link[]): ReadonlySet<string> {
  return new Set(links.filter((link) => link.type === "hard" && link.kind === "group").map(({ name }) => name));
}
