import {
  type GroupNode,
  isLazyNwbError,
  joinPath,
  type Link,
  type Node,
  NotFoundError,
  normalizePath,
  parentPath,
  type Reference,
  SchemaError,
} from "@lazynwb/core";
import { numberOf, referenceAttribute } from "../attributes.ts";
import { errorText } from "../discovery/describe-all.ts";
import { findTables, missingTable } from "../discovery/find-tables.ts";
import { catalogOf, kindOf, learnTypes, type TableKind } from "../discovery/table-kind.ts";
import type { NwbFile } from "../nwb-file.ts";
import type { NwbTable, TableOptions, TableSelector } from "../nwb-table.ts";
import { lacksData, planTimeSeries } from "../time-series/plan-time-series.ts";
import { typeNameOf } from "../types/type-name.ts";
import { resolverOf } from "../values/references.ts";
import { WarningLog } from "../warning-log.ts";
import { categoriesOf, planAlignedTable } from "./aligned-table.ts";
import { type DynamicTableParts, planDynamicTable } from "./dynamic-table.ts";
import { planGroupTable } from "./group-table.ts";
import { arrayNames, describeChildren, groupNames, type Opening } from "./opening.ts";
import type { PlannedColumn } from "./read-columns.ts";
import { openSession } from "./session-table.ts";
import { StoredTable } from "./stored-table.ts";

/**
 * Opens a table of a file: a DynamicTable, a TimeSeries, or any other group as a table of one row.
 *
 * @throws NotFoundError where there is no such group, or it holds nothing; it names what may have been meant.
 * @throws SchemaError where the path leads to an array.
 * @remarks I/O: headers only, in two rounds of the hierarchy: the group with its links, then all of its children together.
 * Region targets that lie elsewhere and types that only the file's specifications know take one more.
 * @example const units = await openTable(file, "/units")
 */
export async function openTable(file: NwbFile, path: string, options: TableOptions = {}): Promise<NwbTable> {
  const log = new WarningLog(file.id, options.onWarning);
  const at = normalizePath(path);
  const opened = await file.use(async (hierarchy) => {
    const opening: Opening = { file, hierarchy, path: at, options, log };
    if (at === "/general") return openSession(opening);
    const [links, [node]] = await Promise.all([
      hierarchy.list(at, options).catch((error: unknown) => {
        if (isLazyNwbError(error, "NOT_FOUND")) return null;
        throw error;
      }),
      hierarchy.describe([at], options),
    ]);
    if (!node) return null;
    if (node.kind !== "group" || links === null)
      throw new SchemaError(`${at} is no group, and so no table; open '${parentPath(at)}'`, {
        source: file.id,
        path: at,
      });
    return openGroup(opening, node, links);
  }, options);
  if (opened === null) throw await missingTable(file, at, options);
  return opened;
}

/**
 * Opens every table that a selector means, as `findTables` finds them; [] where the file has none.
 *
 * @example for (const table of await openTables(file, "/intervals/*")) console.log(table.path, table.rowCount)
 */
export async function openTables(
  file: NwbFile,
  selector: TableSelector,
  options: TableOptions = {},
): Promise<readonly NwbTable[]> {
  const paths = await findTables(file, selector, options);
  return Promise.all(paths.map((path) => openTable(file, path, options)));
}

async function kindOfGroup(
  { file, hierarchy, log, options }: Opening,
  node: Node,
  links: readonly Link[],
): Promise<TableKind> {
  const names = new Set(links.map(({ name }) => name));
  const known = kindOf(node, names, catalogOf(file));
  const type = typeNameOf(node);
  // What bears colnames is a table whatever its type is called; only where structure is silent the specification is read.
  if (known.kind !== "group" || type === null) return known.kind;
  return kindOf(node, names, await learnTypes(file, hierarchy, [type], log, options)).kind;
}

async function openGroup(opening: Opening, node: GroupNode, links: readonly Link[]): Promise<NwbTable> {
  const kind = await kindOfGroup(opening, node, links);
  const planned =
    kind === "dynamic-table"
      ? await openDynamicTable(opening, node, links)
      : kind === "time-series"
        ? await openTimeSeries(opening, links)
        : await openOneRow(opening, node, links);
  const { file, path, log } = opening;
  return new StoredTable({ file, path, kind, neurodataType: typeNameOf(node)?.name ?? null, log, ...planned });
}

interface Planned {
  readonly columns: readonly PlannedColumn[];
  readonly rowCount: number;
}

async function openDynamicTable(opening: Opening, node: GroupNode, links: readonly Link[]): Promise<Planned> {
  const { hierarchy, path, options, log } = opening;
  const categories = categoriesOf(node, links, path, log);
  const [own, lists] = await Promise.all([
    describeChildren(opening, path, arrayNames(links)),
    Promise.all(categories.map((name) => hierarchy.list(joinPath(path, name), options))),
    learnElectrodes(opening, links),
  ]);
  const main: DynamicTableParts = { path, attributes: node.attributes, groups: groupNames(links), ...own };
  const within = lists.flatMap((list, at) => arrayNames(list).map((name) => `${categories[at]}/${name}`));
  const below = await describeChildren(opening, path, [...categories, ...within]);
  const parts = categories.map((category, at): readonly [string, DynamicTableParts] => {
    const mine = [...below.children].filter(([name]) => name.startsWith(`${category}/`));
    const children = new Map(mine.map(([name, child]) => [name.slice(category.length + 1), child]));
    const attributes = below.children.get(category)?.attributes ?? {};
    const groups = groupNames(lists[at]!);
    const { unreadable } = below;
    return [category, { path: joinPath(path, category), attributes, children, groups, unreadable }];
  });
  const regionPath = await resolveRegions(opening, node, [...own.children.values(), ...below.children.values()]);
  const plan = { allDatasets: options.allDatasets, regionPath };
  return parts.length === 0 ? planDynamicTable(main, plan, log) : planAlignedTable(main, new Map(parts), plan, log);
}

/** Where NWB keeps the table that a column `electrodes` points into. */
const ELECTRODES = "/general/extracellular_ephys/electrodes";

/**
 * Learns the identity of the electrodes table beside the table's own headers, where a column of that name is there: else it
 * would be searched for after them, at a round a level. What goes wrong here goes wrong again in that search, and is told then.
 */
async function learnElectrodes({ hierarchy, path, options }: Opening, links: readonly Link[]): Promise<void> {
  if (path === ELECTRODES || !links.some(({ name }) => name === "electrodes")) return;
  const siblings = await hierarchy.list(parentPath(ELECTRODES), options).catch(() => []);
  for (const link of siblings)
    if (link.type === "hard" && link.name === "electrodes" && link.objectId !== undefined)
      resolverOf(hierarchy).learn(link.objectId, ELECTRODES);
}

/** The paths of the tables that regions point into: known where it is the table itself, else resolved together. */
async function resolveRegions(
  { hierarchy, path, options, log }: Opening,
  table: Node,
  nodes: readonly Node[],
): Promise<(target: Reference) => string | null> {
  const targets = nodes.flatMap((node) => referenceAttribute(node.attributes, "table") ?? []);
  if (targets.length === 0) return () => null;
  const resolver = resolverOf(hierarchy);
  resolver.learn(table.objectId, path);
  try {
    const paths = await resolver.resolve(hierarchy, targets, options);
    return ({ objectId }) => paths.get(objectId) ?? null;
  } catch (error) {
    // Some other part of the file may be damaged; the table can be read without knowing where its regions point.
    if (!isLazyNwbError(error, "FORMAT", "UNSUPPORTED", "LIMIT", "TRUNCATED_FILE")) throw error;
    log.warn(
      "REGION_UNRESOLVED",
      path,
      `the tables that regions of ${path} point into cannot be found: ${errorText(error)}`,
    );
    return () => null;
  }
}

async function openTimeSeries(opening: Opening, links: readonly Link[]): Promise<Planned> {
  const { hierarchy, path, options, log, file } = opening;
  const { children } = await describeChildren(opening, path, arrayNames(links));
  const counted = lacksData(children) && children.get("num_samples")?.kind === "array";
  const request = { path: joinPath(path, "num_samples"), selection: { rows: "all" as const } };
  const sampleCount = counted ? numberOf(await hierarchy.read([request], options)[0]) : null;
  return planTimeSeries({ path, children, sampleCount, source: file.id }, options, log);
}

async function openOneRow(opening: Opening, node: GroupNode, links: readonly Link[]): Promise<Planned> {
  const { path, log, file } = opening;
  const hard = links.filter((link) => link.type === "hard");
  const { children } = await describeChildren(opening, path, arrayNames(hard));
  const declared = typeNameOf(node)?.name === "Subject" || path === "/general/subject";
  const columns = planGroupTable({ path, attributes: node.attributes, links, children }, { declared }, log);
  // A device may bear nothing but its type: it is a row still, told by its path. What only holds others is none.
  const holdsOthers = hard.some(({ name, kind }) => kind !== "array" && children.get(name)?.kind !== "array");
  if (columns.length > 0 || (typeNameOf(node) !== null && !holdsOthers)) return { columns, rowCount: 1 };
  const candidates = hard.map(({ name }) => joinPath(path, name));
  const hint = candidates.length > 0 ? `; it holds ${candidates.slice(0, 10).join(", ")}` : "";
  throw new NotFoundError(`${path} is a group without values of its own, and so no table${hint}`, {
    source: file.id,
    path,
    candidates,
  });
}
