import { referenceAttribute, textAttribute } from "../attributes.ts";
import type { StoredArray } from "../stored-array.ts";
import type { WarningLog } from "../warning-log.ts";

/** Which arrays of a table are indexes of which. */
export interface IndexPairs {
  /** Name of a column -> names of its indexes, outermost first. */
  readonly indexesOf: ReadonlyMap<string, readonly string[]>;
  /** Names that are no columns. */
  readonly indexNames: ReadonlySet<string>;
}

const SUFFIX = "_index";

function typeOf(array: StoredArray): string | null {
  return textAttribute(array.attributes, "neurodata_type") ?? textAttribute(array.attributes, "data_type");
}

/**
 * Whether an array holds the ends of another's rows. One that bears no type is taken for it only by the exact name of a
 * sibling, and where colnames lists it too, only where its length differs from that sibling's.
 */
function isIndex(name: string, arrays: ReadonlyMap<string, StoredArray>, listed: ReadonlySet<string>): boolean {
  const array = arrays.get(name)!;
  const type = typeOf(array);
  if (type === "VectorIndex") return true;
  if (array.shape.length !== 1 || (array.dtype.kind !== "int" && array.dtype.kind !== "float")) return false;
  if (referenceAttribute(array.attributes, "target") !== null) return true;
  const base = name.endsWith(SUFFIX) ? arrays.get(name.slice(0, -SUFFIX.length)) : undefined;
  if (type !== null || base === undefined || array.dtype.kind !== "int") return false;
  return !listed.has(name) || array.shape[0] !== base.shape[0];
}

/** The array that an index is of: by its `target`, else by the exact name. */
function targetOf(
  name: string,
  arrays: ReadonlyMap<string, StoredArray>,
  byObjectId: ReadonlyMap<string, string>,
  log: WarningLog,
): string | null {
  const { attributes, path } = arrays.get(name)!;
  const target = referenceAttribute(attributes, "target");
  const found = target === null ? undefined : byObjectId.get(target.objectId);
  if (found !== undefined && found !== name) return found;
  const base = name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : "";
  const byName = arrays.has(base) ? base : null;
  if (target !== null) {
    const instead = byName === null ? "it is left out" : `by its name it is taken to be of '${byName}'`;
    log.warn("INDEX_TARGET_LOST", path, `the target of ${path} is no column of its table; ${instead}`);
  }
  return byName;
}

/**
 * Pairs VectorIndex arrays with the arrays whose rows they end: by the `target` attribute, by the exact name
 * `<column>_index` where that is missing, never by prefix. An index may itself have an index, to any depth. I/O: none.
 *
 * @param arrays - the table's arrays by name, in link order.
 * @param listed - the names in colnames.
 */
export function pairIndexes(
  arrays: ReadonlyMap<string, StoredArray>,
  listed: ReadonlySet<string>,
  log: WarningLog,
): IndexPairs {
  const byObjectId = new Map([...arrays].map(([name, { objectId }]) => [objectId, name]));
  const indexNames = new Set([...arrays.keys()].filter((name) => isIndex(name, arrays, listed)));
  const indexOf = new Map<string, string>();
  for (const name of indexNames) {
    const array = arrays.get(name)!;
    if (array.shape.length !== 1 || (array.dtype.kind !== "int" && array.dtype.kind !== "float")) {
      log.warn("INDEX_UNUSABLE", array.path, `${array.path} is no one-dimensional array of whole numbers`);
      continue;
    }
    const target = targetOf(name, arrays, byObjectId, log);
    if (target === null) continue;
    const other = indexOf.get(target);
    if (other !== undefined) {
      const message = `${array.path} and ${arrays.get(other)!.path} both index '${target}'`;
      log.warn("INDEX_REPEATED", array.path, message);
    }
    if (other === undefined || name === target + SUFFIX) indexOf.set(target, name);
  }
  const indexesOf = new Map<string, readonly string[]>();
  for (const name of arrays.keys()) {
    if (indexNames.has(name)) continue;
    const chain: string[] = [];
    for (let at = indexOf.get(name); at !== undefined && !chain.includes(at); at = indexOf.get(at)) chain.unshift(at);
    if (chain.length > 0) indexesOf.set(name, chain);
  }
  return { indexesOf, indexNames };
}
