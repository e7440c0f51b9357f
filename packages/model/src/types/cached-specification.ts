import { type CallOptions, type Hierarchy, isLazyNwbError, joinPath, stringsOf } from "@lazynwb/core";
import type { WarningLog } from "../warning-log.ts";
import type { NamespaceSpecification, TypeCatalog } from "./type-catalog.ts";

/** Where writers of NWB 2.1 and later keep the specifications that a file was written by. */
const SPECIFICATIONS = "/specifications";

const MAX_NAMESPACES = 64;

/** Orders versions by their numbers: "0.10.0" comes after "0.9.1". */
export function compareVersions(left: string, right: string): number {
  const numbers = (version: string) => version.split(/[^0-9]+/).map(Number);
  const [a, b] = [numbers(left), numbers(right)];
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const difference = (a[at] ?? -1) - (b[at] ?? -1);
    if (difference !== 0) return difference;
  }
  return left < right ? 1 : left > right ? -1 : 0;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

function* objectsWithin(root: Json): Generator<{ readonly [name: string]: Json }> {
  const waiting: Json[] = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next !== "object" || next === null) continue;
    if (Array.isArray(next)) waiting.push(...next);
    else {
      yield next as { readonly [name: string]: Json };
      for (const value of Object.values(next)) if (typeof value === "object" && value !== null) waiting.push(value);
    }
  }
}

const text = (value: Json | undefined): string | null => (typeof value === "string" ? value : null);

/**
 * The types that the JSON texts of one namespace define, and the namespaces that it builds on.
 *
 * @param texts - name of the source -> its JSON; the one named `namespace` lists what is included.
 * @throws SyntaxError where a text is no JSON.
 */
export function parseSpecification(name: string, texts: ReadonlyMap<string, string>): NamespaceSpecification {
  const types = new Map<string, string | null>();
  const includes = new Set<string>();
  for (const [source, json] of texts) {
    for (const object of objectsWithin(JSON.parse(json) as Json)) {
      const included = source === "namespace" ? text(object["namespace"]) : null;
      if (included !== null && included !== name) includes.add(included);
      const defined = text(object["neurodata_type_def"]) ?? text(object["data_type_def"]);
      if (defined !== null)
        types.set(defined, text(object["neurodata_type_inc"]) ?? text(object["data_type_inc"]) ?? null);
    }
  }
  return { name, types, includes: [...includes] };
}

async function namesIn(hierarchy: Hierarchy, path: string, options: CallOptions): Promise<string[]> {
  try {
    return (await hierarchy.list(path, options)).map((link) => link.name);
  } catch (error) {
    if (isLazyNwbError(error, "NOT_FOUND")) return [];
    throw error;
  }
}

async function readNamespace(
  hierarchy: Hierarchy,
  namespace: string,
  options: CallOptions,
): Promise<NamespaceSpecification | null> {
  const folder = joinPath(SPECIFICATIONS, namespace);
  const newest = (await namesIn(hierarchy, folder, options)).sort(compareVersions).at(-1);
  if (newest === undefined) return null;
  const sources = await namesIn(hierarchy, joinPath(folder, newest), options);
  const requests = sources.map((source) => ({
    path: joinPath(joinPath(folder, newest), source),
    selection: { rows: "all" as const },
  }));
  const arrays = await Promise.all(hierarchy.read(requests, options));
  const texts = new Map(sources.map((source, at) => [source, stringsOf(arrays[at]!).join("")]));
  return parseSpecification(namespace, texts);
}

/**
 * Reads the cached specifications of namespaces, and of those that they build on, into the catalog. Only the newest version
 * of each is read; one that the file does not hold, or that cannot be understood, leaves its types unknown.
 *
 * @remarks I/O: three rounds of metadata a level of inclusion, all namespaces of a level together.
 */
export async function loadSpecifications(
  hierarchy: Hierarchy,
  namespaces: Iterable<string>,
  catalog: TypeCatalog,
  log: WarningLog,
  options: CallOptions = {},
): Promise<void> {
  const wanted = (names: Iterable<string>) =>
    [...new Set(names)].filter((name) => name !== "" && !name.includes("/") && !catalog.hasNamespace(name));
  let level = wanted(namespaces);
  for (let read = 0; level.length > 0 && read < MAX_NAMESPACES; ) {
    read += level.length;
    const found = await Promise.all(
      level.map(async (name) => {
        try {
          return await readNamespace(hierarchy, name, options);
        } catch (error) {
          options.signal?.throwIfAborted();
          const message = `the cached specification of ${name} cannot be read: ${String(error)}`;
          log.warn("SPECIFICATION_UNREADABLE", joinPath(SPECIFICATIONS, name), message, { namespace: name });
          return null;
        }
      }),
    );
    for (let at = 0; at < level.length; at++)
      catalog.add(found[at] ?? { name: level[at]!, types: new Map(), includes: [] });
    level = wanted(found.flatMap((specification) => specification?.includes ?? []));
  }
}
