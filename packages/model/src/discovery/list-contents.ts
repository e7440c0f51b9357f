import { type CallOptions, joinPath, type Node, type ReportOptions } from "@lazynwb/core";
import { textAttribute } from "../attributes.ts";
import type { NwbFile } from "../nwb-file.ts";
import { storedArray } from "../stored-array.ts";
import { typeNameOf } from "../types/type-name.ts";
import { WarningLog } from "../warning-log.ts";
import { describeAll } from "./describe-all.ts";
import { kindOf, learnTypes, type TableKind } from "./table-kind.ts";
import { type WalkedGroup, walkGroups } from "./walk.ts";

/** A thing of a file that can be read as a table. */
export interface FileContent {
  readonly path: string;
  readonly kind: TableKind;
  readonly neurodataType: string | null;
  /** True where no specification says what it is, and its structure does. */
  readonly inferred: boolean;
  /** Rows of a table or series, where headers tell. */
  readonly rows: number | null;
  /** Shape of a series' data. */
  readonly shape: readonly number[] | null;
  /** Unit of a series' data. */
  readonly unit: string | null;
  readonly description: string | null;
}

/** Arrays whose headers tell the rows of a group of this kind, likeliest first. */
const TELLING: Readonly<Record<TableKind, readonly string[]>> = {
  "dynamic-table": ["id"],
  "time-series": ["data", "timestamps"],
  group: [],
};

/** Types that hold others and have no values of their own. */
const CONTAINERS: ReadonlySet<string> = new Set(["NWBFile", "ProcessingModule"]);

function rowsOf(kind: TableKind, telling: readonly (Node | null | undefined)[]): number | null {
  if (kind === "group") return 1;
  for (const node of telling)
    if (
      node?.kind === "array" &&
      node.shape !== null &&
      node.shape.length > 0 &&
      (node.shape[0]! > 0 || kind === "dynamic-table")
    )
      return node.shape[0]!;
  return telling.some((node) => node?.kind === "array") ? 0 : null;
}

/**
 * The tables, series and other typed groups of a file, in the order of the file, each object once under its canonical path: what `lazynwb ls` shows.
 *
 * @remarks I/O: a walk, one round of the hierarchy a level, then the headers of all series' data and tables' ids together.
 * @example (await listContents(file)).map(({ path, rows }) => `${path} ${rows}`)
 */
export async function listContents(
  file: NwbFile,
  options: CallOptions & ReportOptions = {},
): Promise<readonly FileContent[]> {
  const log = new WarningLog(file.id, options.onWarning);
  return file.use(async (hierarchy) => {
    const groups = await walkGroups(hierarchy, { ...options, log });
    const types = groups.map(({ node }) => typeNameOf(node));
    const catalog = await learnTypes(file, hierarchy, types, log, options);
    const listed = groups.flatMap((group, at) => {
      const known = kindOf(group.node, new Set(group.links.map(({ name }) => name)), catalog);
      const type = types[at]!;
      const isContent = known.kind !== "group" || (type !== null && !CONTAINERS.has(type.name));
      return isContent ? [{ group, type, known }] : [];
    });
    const paths = listed.flatMap(({ group, known }) => tellingPaths(group, known.kind));
    const nodes = await describeAll(hierarchy, paths, options);
    const nodeOf = new Map(paths.map((path, at) => [path, nodes[at]]));
    return listed.map(({ group, type, known }): FileContent => {
      const telling = tellingPaths(group, known.kind).map((path) => nodeOf.get(path));
      const data = known.kind === "time-series" ? nodeOf.get(joinPath(group.path, "data")) : undefined;
      return {
        path: group.path,
        kind: known.kind,
        neurodataType: type?.name ?? null,
        inferred: known.inferred,
        rows: rowsOf(known.kind, telling),
        shape: data?.kind === "array" ? storedArray(data).shape : null,
        unit: data ? textAttribute(data.attributes, "unit") : null,
        description: textAttribute(group.node.attributes, "description"),
      };
    });
  }, options);
}

function tellingPaths({ path, links }: WalkedGroup, kind: TableKind): string[] {
  const names = new Set(links.map(({ name }) => name));
  return TELLING[kind].filter((name) => names.has(name)).map((name) => joinPath(path, name));
}
