import { type CallOptions, UnsupportedError } from "@lazynwb/core";
import type { GroupPlace, Hdf5File } from "./hdf5-file.ts";
import type { LinkedFiles } from "./linked-files.ts";

/** Soft and external links that one path may lead through; more are a cycle. */
const MAX_LINK_HOPS = 16;

/** An object of the file that was opened, or of one that links lead to. */
export interface LocatedObject extends GroupPlace {
  readonly file: Hdf5File;
}

/**
 * Where the object at a path lies, links followed. A soft link's target counts from the group that holds the link; `.` means
 * that group, `..` is a name like any other.
 *
 * @returns null where a name or a linked file does not exist, a group on the way is none, or links lead in a circle.
 * @throws UnsupportedError where the path leads through an external link to a place that may not be opened, or through a
 * user-defined link.
 * @param start - The file that the path counts from.
 * @param next - What will be wanted of the object; read ahead where the way to it is noted in its parents.
 * @remarks I/O: the links of every group on the way that is not known yet, one group after another; what opening costs of each
 * file on the way that is not open yet.
 */
export async function locateObject(
  files: LinkedFiles,
  path: string,
  next: "header" | "links",
  options?: CallOptions,
  start: Hdf5File = files.root,
): Promise<LocatedObject | null> {
  let file = start;
  let at: GroupPlace = file.superblock.root;
  const parts = partsOf(path);
  /** Names that are still to be followed, the next one last. */
  const names = parts.toReversed();
  /** How many of them are still those that were asked for, and no targets of links. */
  let left = names.length;
  let entering = false;
  let hops = 0;
  let ahead = false;
  for (let name = names.pop(); name !== undefined; name = names.pop()) {
    left = Math.min(left, names.length);
    let links = file.knownLinks(at.address);
    if (links === null) {
      if (!ahead) readAhead(file, at, [name, ...names.toReversed()], next, options).catch(() => undefined);
      ahead = true;
      links = await file.links(at, options);
    }
    const link = links?.stored.get(name);
    if (link === undefined) return null;
    switch (link.type) {
      case "hard":
        at = link;
        break;
      case "soft":
        if (++hops > MAX_LINK_HOPS) return null;
        if (link.target.startsWith("/")) at = file.superblock.root;
        for (const part of partsOf(link.target).reverse()) names.push(part);
        break;
      case "external": {
        if (++hops > MAX_LINK_HOPS) return null;
        const next = await files.file(file, link.file, path, options);
        if (next === null) return null;
        file = next;
        entering = start === files.root && file !== start;
        at = file.superblock.root;
        ahead = false;
        for (const part of partsOf(link.target).reverse()) names.push(part);
        break;
      }
      case "user-defined":
        throw new UnsupportedError(
          `${path} leads through ${JSON.stringify(name)}, a link of the user-defined type ${link.kind}`,
          { source: file.bytes.id, path, feature: `user-defined link ${link.kind}` },
        );
      default:
        return link satisfies never;
    }
    if (entering && names.length === left) {
      files.enter(`/${parts.slice(0, parts.length - left).join("/")}`, file, at.address);
      entering = false;
    }
  }
  return { ...at, file };
}

/**
 * Follows what parents note of their children without waiting for the children's headers to confirm it, so that these are
 * read in the same rounds as what lies below. Its results are not used, but what it read is there when the walk proper
 * comes to need it.
 */
async function readAhead(
  file: Hdf5File,
  from: GroupPlace,
  names: readonly string[],
  next: "header" | "links",
  options: CallOptions | undefined,
): Promise<void> {
  let at = from;
  for (const name of names) {
    const link = (await file.notedLinks(at, options))?.stored.get(name);
    if (link?.type !== "hard") return;
    at = link;
  }
  await Promise.all([file.header(at.address, options), next === "links" && file.notedLinks(at, options)]);
}

function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}
