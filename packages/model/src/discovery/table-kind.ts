import type { CallOptions, Hierarchy, Node } from "@lazynwb/core";
import { type Attributes, attributeOf } from "../attributes.ts";
import type { NwbFile } from "../nwb-file.ts";
import type { NwbTable } from "../nwb-table.ts";
import { loadSpecifications } from "../types/cached-specification.ts";
import { TypeCatalog } from "../types/type-catalog.ts";
import { type TypeName, typeNameOf } from "../types/type-name.ts";
import type { WarningLog } from "../warning-log.ts";

export type TableKind = NwbTable["kind"];

const catalogs = new WeakMap<NwbFile, TypeCatalog>();

/** The types known of a file; extensions join as their specifications are read. */
export function catalogOf(file: NwbFile): TypeCatalog {
  const known = catalogs.get(file) ?? new TypeCatalog();
  catalogs.set(file, known);
  return known;
}

/** What a group is by its type; null where the type is not known. */
function kindByType(type: TypeName | null, catalog: TypeCatalog): TableKind | null {
  if (catalog.isA(type, "DynamicTable")) return "dynamic-table";
  if (catalog.isA(type, "TimeSeries")) return "time-series";
  return type !== null && catalog.isKnown(type) ? "group" : null;
}

/** What a group is by what it holds; null where that does not tell. One without any type may also be told by `id` alone. */
export function kindByStructure(
  type: TypeName | null,
  attributes: Attributes,
  names: ReadonlySet<string>,
): TableKind | null {
  if (attributeOf(attributes, "colnames") !== undefined) return "dynamic-table";
  if (names.has("data") && (names.has("timestamps") || names.has("starting_time"))) return "time-series";
  if (type !== null) return null;
  return names.has("id") || (names.has("start_time") && names.has("stop_time")) ? "dynamic-table" : null;
}

/** What was found out of a group, and whether only its structure told. */
export interface KnownKind {
  readonly kind: TableKind;
  readonly inferred: boolean;
}

/** What a group is, as far as the catalog tells: by its type, else by its structure, else just a group. I/O: none. */
export function kindOf(node: Pick<Node, "attributes">, names: ReadonlySet<string>, catalog: TypeCatalog): KnownKind {
  const type = typeNameOf(node);
  const byType = kindByType(type, catalog);
  if (byType !== null) return { kind: byType, inferred: false };
  const byStructure = kindByStructure(type, node.attributes, names);
  return { kind: byStructure ?? "group", inferred: byStructure !== null };
}

/** Reads the specifications of the extensions that `types` are of, where they are not known yet. */
export async function learnTypes(
  file: NwbFile,
  hierarchy: Hierarchy,
  types: Iterable<TypeName | null>,
  log: WarningLog,
  options: CallOptions,
): Promise<TypeCatalog> {
  const catalog = catalogOf(file);
  const namespaces = new Set<string>();
  for (const type of types) if (type?.namespace && !catalog.isKnown(type)) namespaces.add(type.namespace);
  await loadSpecifications(hierarchy, namespaces, catalog, log, options);
  return catalog;
}
