import {
  AmbiguousNameError,
  baseName,
  type CallOptions,
  closeNames,
  type Hierarchy,
  NotFoundError,
  normalizePath,
  QueryError,
  SchemaError,
} from "@lazynwb/core";
import type { NwbFile } from "../nwb-file.ts";
import type { TableOptions, TableSelector } from "../nwb-table.ts";
import { typeNameOf } from "../types/type-name.ts";
import { WarningLog } from "../warning-log.ts";
import { describeAll } from "./describe-all.ts";
import { globScope, globToRegExp, isGlob } from "./glob.ts";
import { shortcutPath } from "./shortcuts.ts";
import { kindOf, learnTypes, type TableKind } from "./table-kind.ts";
import { type WalkedGroup, type WalkOptions, walkGroups } from "./walk.ts";

/** How a selector is printed in messages. */
function selectorName(selector: TableSelector): string {
  return typeof selector === "string" ? selector : `{ type: "${selector.type}" }`;
}

/** Callers without types pass what they have: an empty cell of a sheet is no name of a table. */
function checkSelector(selector: TableSelector): void {
  const name: unknown =
    typeof selector === "string" ? selector : (selector as { type?: unknown } | null | undefined)?.type;
  if (typeof name !== "string" || name.trim() === "")
    throw new QueryError("a table is named by its path, its name, a glob or { type }");
}

interface FoundGroup extends WalkedGroup {
  readonly kind: TableKind;
  readonly typed: boolean;
}

/** Groups with what they are; specifications of extensions are read only where structure leaves it open. */
async function classify(
  file: NwbFile,
  hierarchy: Hierarchy,
  groups: readonly WalkedGroup[],
  log: WarningLog,
  options: CallOptions,
): Promise<FoundGroup[]> {
  const types = groups.map(({ node }) => typeNameOf(node));
  const catalog = await learnTypes(file, hierarchy, types, log, options);
  return groups.map((group, at) => {
    const names = new Set(group.links.map(({ name }) => name));
    return { ...group, kind: kindOf(group.node, names, catalog).kind, typed: types[at] !== null };
  });
}

/** Tables and series; where there are none, other typed groups. Each object once, links only to what is not there itself. */
function tablePaths(groups: readonly FoundGroup[]): string[] {
  const tables = groups.filter(({ kind }) => kind !== "group");
  const meant = tables.length > 0 ? tables : groups.filter(({ typed }) => typed);
  const own = new Set(meant.filter(({ alias }) => !alias).map(({ node }) => node.objectId));
  const paths = meant.filter(({ alias, node }) => !alias || !own.has(node.objectId)).map(({ path }) => path);
  return paths.sort((left, right) => (left < right ? -1 : left > right ? 1 : 0));
}

/**
 * Paths of the tables that a selector means in one file: none where the file has none, several only for globs and types,
 * sorted by path.
 *
 * @throws AmbiguousNameError where a bare name is borne by several tables.
 * @throws SchemaError where a path leads to an array.
 * @throws QueryError where nothing is named.
 * @remarks I/O: paths and shortcuts one describe, beside it the listing that `openTable` needs; globs the levels that they can
 * match; names and types a walk over all groups.
 * @example await findTables(file, "trials") // ["/intervals/trials"]
 */
export async function findTables(
  file: NwbFile,
  selector: TableSelector,
  options: TableOptions = {},
): Promise<readonly string[]> {
  checkSelector(selector);
  const log = new WarningLog(file.id, options.onWarning);
  return file.use(async (hierarchy) => {
    const walk = async (scope: WalkOptions) =>
      classify(file, hierarchy, await walkGroups(hierarchy, { ...options, ...scope, log }), log, options);
    if (typeof selector !== "string") {
      const groups = await walkGroups(hierarchy, { ...options, log });
      const types = groups.map(({ node }) => typeNameOf(node));
      const catalog = await learnTypes(file, hierarchy, types, log, options);
      const found = groups.filter((_, at) => catalog.isA(types[at]!, selector.type)).map(({ path }) => path);
      return found.sort();
    }
    const shortcut = shortcutPath(selector.replace(/^\//, ""));
    const exact = await existingPath(file, hierarchy, selector, shortcut, options);
    if (exact !== null) return [exact];
    const pattern = shortcut ?? selector;
    if (isGlob(pattern)) {
      const whole = pattern.includes("/") ? normalizePath(pattern) : `/**/${pattern}`;
      const matches = globToRegExp(whole);
      const groups = await walk({ ...globScope(whole), aliases: true });
      return tablePaths(groups.filter(({ path }) => matches.test(path)));
    }
    if (shortcut !== null || selector.includes("/")) return [];
    const found = tablePaths((await walk({})).filter(({ path }) => baseName(path) === selector));
    if (found.length < 2) return found;
    const message = `'${selector}' is the name of ${found.length} tables of ${file.id}: ${found.join(", ")}; name one by its path`;
    throw new AmbiguousNameError(message, { source: file.id, candidates: found });
  }, options);
}

/** The first of the paths that a name without wildcards can stand for that leads to a group. */
async function existingPath(
  file: NwbFile,
  hierarchy: Hierarchy,
  selector: string,
  shortcut: string | null,
  options: CallOptions,
): Promise<string | null> {
  const bare = shortcut !== null && !selector.startsWith("/");
  const paths = [...(bare ? [] : [normalizePath(selector)]), ...(shortcut === null ? [] : [shortcut])];
  const exact = [...new Set(paths)].filter((path) => !isGlob(path));
  // The listing is what openTable asks for next: it takes no round of its own when it is under way already.
  const failures: unknown[] = [];
  const [nodes] = await Promise.all([
    describeAll(hierarchy, exact, options, ({ error, node }) => node ?? failures.push(error)),
    Promise.all(exact.map((path) => hierarchy.list(path, options).catch(() => null))),
  ]);
  if (failures.length > 0) throw failures[0];
  const at = nodes.findIndex((node) => node !== null);
  const found = nodes[at];
  if (found === undefined || found === null) return null;
  if (found.kind === "group") return exact[at]!;
  const parent = exact[at]!.slice(0, exact[at]!.lastIndexOf("/")) || "/";
  const message = `${exact[at]} is an array, not a table; open '${parent}' and take its column '${baseName(exact[at]!)}'`;
  throw new SchemaError(message, { source: file.id, path: exact[at]! });
}

/** Groups at most that are looked at for names to suggest. */
const MAX_SUGGESTION_GROUPS = 20_000;

/**
 * The error that says that a file has no such table, with the names that may have been meant, else those that there are.
 *
 * @remarks I/O: a walk over the groups of the file, bounded. Never throws for what it finds there.
 */
export async function missingTable(
  file: NwbFile,
  selector: TableSelector,
  options: CallOptions = {},
): Promise<NotFoundError> {
  const tables = await file
    .use(async (hierarchy) => {
      const groups = await walkGroups(hierarchy, { ...options, maxGroups: MAX_SUGGESTION_GROUPS });
      const found = await classify(file, hierarchy, groups, new WarningLog(file.id), options);
      return found.filter(({ kind }) => kind !== "group").map(({ path }) => path);
    }, options)
    .catch((): string[] => []);
  options.signal?.throwIfAborted();
  const name = selectorName(selector);
  const close = typeof selector === "string" ? closeNames(name, tables) : [];
  const path = typeof selector === "string" && selector.includes("/") ? normalizePath(selector) : undefined;
  const shown = close.length > 0 ? close : tables.slice(0, 20);
  const hint =
    close.length > 0
      ? `did you mean ${close.map((one) => `'${one}'`).join(" or ")}?`
      : tables.length > 0
        ? `it has ${shown.join(", ")}${tables.length > shown.length ? ", ..." : ""}`
        : "it has no tables";
  return new NotFoundError(`there is no table '${name}' in ${file.id}; ${hint}`, {
    source: file.id,
    path,
    candidates: shown,
  });
}
