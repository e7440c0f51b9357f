import { type Hierarchy, isLazyNwbError, joinPath, type Link, type Node } from "@lazynwb/core";
import type { ManifestFile } from "./manifest.ts";
import type { FileReport } from "./report.ts";

/** What a walk in the order of the manifest finds. */
export interface Walked {
  readonly links: ReadonlyMap<string, Link>;
  readonly nodes: ReadonlyMap<string, Node>;
  /** The first path of each object. */
  readonly pathOfId: ReadonlyMap<string, string>;
  /** Names of the links of each group. */
  readonly names: ReadonlyMap<string, readonly string[]>;
}

/** Walks along hard links into the objects that the manifest tells of; what fails on the way goes to the report. */
export async function walk(hierarchy: Hierarchy, expected: ManifestFile, report: FileReport): Promise<Walked> {
  const links = new Map<string, Link>();
  const nodes = new Map<string, Node>();
  const pathOfId = new Map<string, string>();
  const names = new Map<string, readonly string[]>();
  const visit = async (path: string): Promise<void> => {
    const children = await hierarchy.list(path);
    names.set(
      path,
      children.map(({ name }) => name),
    );
    const told = children.filter(({ name }) => joinPath(path, name) in expected.objects);
    const paths = told.map(({ name }) => joinPath(path, name));
    const found = await hierarchy.describe(paths, {
      onFailure: (at, error) => {
        const { kind, resolves } = expected.objects[at]!;
        const mayFail = (kind === "external" || kind === "soft") && resolves === null;
        if (!mayFail || isLazyNwbError(error, "UNSUPPORTED")) report.refused(at, "describe", error, 0);
      },
    });
    for (const [at, link] of told.entries()) {
      const child = paths[at]!;
      links.set(child, link);
      const node = found[at];
      if (!node) continue;
      if (link.type !== "hard") {
        nodes.set(child, node);
        continue;
      }
      if (pathOfId.has(node.objectId)) continue;
      pathOfId.set(node.objectId, child);
      nodes.set(child, node);
      if (node.kind === "group") await visit(child);
    }
  };
  const [root] = await hierarchy.describe(["/"]);
  nodes.set("/", root!);
  pathOfId.set(root!.objectId, "/");
  await visit("/");
  return { links, nodes, pathOfId, names };
}
