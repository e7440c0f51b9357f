import { isLazyNwbError, joinPath } from "@lazynwb/core";
import { attributeOf } from "../attributes.ts";
import { describeAll } from "../discovery/describe-all.ts";
import { ROOT_FIELDS } from "../metadata/declared-fields.ts";
import type { NwbTable } from "../nwb-table.ts";
import { attributeColumns, datasetColumns, planGroupTable } from "./group-table.ts";
import { describeChildren, type Opening } from "./opening.ts";
import { StoredTable } from "./stored-table.ts";

/**
 * The table of one row that describes the session: what stands in /general itself, then the fields of the root and
 * `nwb_version`. null where the file has neither.
 *
 * @remarks I/O: headers, in two rounds of the hierarchy.
 */
export async function openSession(opening: Opening): Promise<NwbTable | null> {
  const { file, hierarchy, path, options, log } = opening;
  const [links, nodes] = await Promise.all([
    hierarchy.list(path, options).catch((error: unknown) => {
      if (isLazyNwbError(error, "NOT_FOUND")) return [];
      throw error;
    }),
    describeAll(hierarchy, ["/", path, ...ROOT_FIELDS.map((name) => joinPath("/", name))], options),
  ]);
  const [root, general, ...fields] = nodes;
  const named = links.filter((link) => link.type === "hard" && link.kind !== "group").map(({ name }) => name);
  const { children } = await describeChildren(opening, path, named);
  const declared = { declared: true };
  const version = root && attributeOf(root.attributes, "nwb_version");
  const columns = [
    ...planGroupTable({ path, attributes: general?.attributes ?? {}, links, children }, declared, log),
    ...ROOT_FIELDS.flatMap((name, at) => {
      const node = fields[at];
      return node ? datasetColumns(name, node, declared, log) : [];
    }),
    ...(version ? attributeColumns({ nwb_version: version }, "") : []),
  ];
  if (columns.length === 0) return null;
  return new StoredTable({ file, path, kind: "group", neurodataType: null, rowCount: 1, columns, log });
}
