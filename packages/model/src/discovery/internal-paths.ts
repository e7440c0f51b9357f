import { baseName, type CallOptions, joinPath, type Node, parentPath, type ReportOptions } from "@lazynwb/core";
import { textsAttribute } from "../attributes.ts";
import type { NwbFile } from "../nwb-file.ts";
import { storedArray } from "../stored-array.ts";
import { typeNameOf } from "../types/type-name.ts";
import { WarningLog } from "../warning-log.ts";
import { describeAll } from "./describe-all.ts";
import { kindOf, learnTypes, type TableKind } from "./table-kind.ts";
import { type WalkedGroup, walkGroups } from "./walk.ts";

/** What `listInternalPaths` lists beside tables, series and other typed objects. */
export interface InternalPathOptions extends CallOptions, ReportOptions {
  /** Arrays that bear no type, such as the data of a series, and its starting_time. Default false. */
  readonly includeChildDatasets?: boolean | undefined;
  /** The columns of tables. Default false. */
  readonly includeTableColumns?: boolean | undefined;
  /** What lies in `/general`, its lists among it; the electrodes are listed without it. Default false. */
  readonly includeMetadata?: boolean | undefined;
  /** The cached specifications. Default false. */
  readonly includeSpecifications?: boolean | undefined;
  /** Typed groups that hold others that are listed, too. Default false. */
  readonly parents?: boolean | undefined;
}

/** An object of a file, under its canonical path. */
export interface InternalPath {
  readonly path: string;
  readonly kind: "group" | "array";
  /** Null of a group. */
  readonly shape: readonly number[] | null;
  readonly neurodataType: string | null;
  readonly isTable: boolean;
  readonly isTimeSeries: boolean;
  /** As stored, of a group or an array. */
  readonly attributes: Node["attributes"];
}

const ELECTRODES = "/general/extracellular_ephys/electrodes";

/** Types of groups that only hold others. */
const CONTAINERS: ReadonlySet<string> = new Set(["NWBFile", "ProcessingModule"]);

interface Walked {
  readonly group: WalkedGroup;
  readonly kind: TableKind;
}

function isUnder(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

/** Whether what lies at a path is asked for, wherever it is and whatever it is. */
function isInScope(path: string, options: InternalPathOptions): boolean {
  if (isUnder(path, "/specifications")) return options.includeSpecifications === true;
  if (!isUnder(path, "/general")) return true;
  return options.includeMetadata === true || isUnder(path, ELECTRODES);
}

/** Arrays of a group that may be listed: those of tables only where columns are, others by what describing them tells. */
function arrayPaths({ group, kind }: Walked, options: InternalPathOptions): string[] {
  if (kind === "dynamic-table" && !options.includeTableColumns) return [];
  const named = new Set(textsAttribute(group.node.attributes, "colnames") ?? []);
  return group.links
    .filter((link) => (link.type === "hard" ? link.kind !== "group" : named.has(link.name)))
    .map(({ name }) => joinPath(group.path, name))
    .filter((path) => isInScope(path, options));
}

function isListedArray(node: Node | null | undefined, { kind }: Walked, options: InternalPathOptions): boolean {
  if (node?.kind !== "array") return false;
  if (isUnder(node.path, "/specifications")) return true;
  const { includeChildDatasets = false, includeMetadata = false } = options;
  const isScalar = storedArray(node).shape.length === 0;
  if (isScalar) return includeChildDatasets && kind === "time-series" && baseName(node.path) === "starting_time";
  if (kind === "dynamic-table" || typeNameOf(node) !== null) return true;
  // Fields of the root are metadata, as what stands in /general is.
  if (parentPath(node.path) === "/") return includeChildDatasets && includeMetadata;
  return includeChildDatasets || (includeMetadata && isUnder(node.path, "/general"));
}

/** Leaves out groups that are neither table nor series and hold something that is listed. */
function withoutParents(paths: readonly InternalPath[]): InternalPath[] {
  const holding = new Set<string>();
  for (const { path } of paths)
    for (let at = parentPath(path); at !== "/" && !holding.has(at); at = parentPath(at)) holding.add(at);
  return paths.filter(({ path, isTable, isTimeSeries }) => isTable || isTimeSeries || !holding.has(path));
}

/**
 * What can be read of a file, under absolute paths, sorted: tables, time series and other typed objects, the electrodes
 * among them; more by the options. Each object once, under its canonical path.
 *
 * @remarks I/O: a walk, one round of the hierarchy a level, then the headers of the arrays that may be listed together.
 * @example (await listInternalPaths(file)).map(({ path }) => path) // ["/acquisition/lfp", ..., "/units"]
 */
export async function listInternalPaths(
  file: NwbFile,
  options: InternalPathOptions = {},
): Promise<readonly InternalPath[]> {
  const log = new WarningLog(file.id, options.onWarning);
  return file.use(async (hierarchy) => {
    const skip = options.includeSpecifications ? [] : ["/specifications"];
    const groups = await walkGroups(hierarchy, { ...options, skip, log });
    const types = groups.map(({ node }) => typeNameOf(node));
    const catalog = await learnTypes(file, hierarchy, types, log, options);
    const walked = groups.map((group): Walked => {
      const names = new Set(group.links.map(({ name }) => name));
      return { group, kind: kindOf(group.node, names, catalog).kind };
    });
    const wanted = walked.map((each) => arrayPaths(each, options));
    const nodes = await describeAll(hierarchy, wanted.flat(), options);
    const nodeOf = new Map(wanted.flat().map((path, at) => [path, nodes[at]]));
    const found = walked.flatMap((each, at): InternalPath[] => {
      const arrays = wanted[at]!.flatMap((path) => {
        const node = nodeOf.get(path);
        return node && isListedArray(node, each, options) ? [arrayEntry(node)] : [];
      });
      const { node, path } = each.group;
      const isTyped = types[at] !== null && (options.parents === true || !CONTAINERS.has(types[at]!.name));
      const isListed = path !== "/" && isInScope(path, options) && (isTyped || each.kind !== "group");
      return isListed ? [groupEntry(path, node, each.kind), ...arrays] : arrays;
    });
    const listed = options.parents ? found : withoutParents(found);
    return listed.sort((left, right) => (left.path < right.path ? -1 : left.path > right.path ? 1 : 0));
  }, options);
}

function groupEntry(path: string, node: Node, kind: TableKind): InternalPath {
  return {
    path,
    kind: "group",
    shape: null,
    neurodataType: typeNameOf(node)?.name ?? null,
    isTable: kind === "dynamic-table",
    isTimeSeries: kind === "time-series",
    attributes: node.attributes,
  };
}

function arrayEntry(node: Node): InternalPath {
  const entry = groupEntry(node.path, node, "group");
  return { ...entry, kind: "array", shape: node.kind === "array" ? storedArray(node).shape : null };
}
