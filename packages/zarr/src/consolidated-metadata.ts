import { FormatError, normalizePath } from "@lazynwb/core";

/** `.zarray` of Zarr v2, as far as it is needed. */
export interface ZarrArrayMetadata {
  readonly shape: readonly number[];
  readonly chunks: readonly number[];
  readonly dtype: string;
  readonly compressor: { readonly id: string } | null;
  readonly filters: readonly { readonly id: string }[];
}

export interface ZarrNode {
  readonly path: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** null: a group. */
  readonly array: ZarrArrayMetadata | null;
  /** Names of the children, sorted. */
  readonly children: readonly string[];
}

/** All that `.zmetadata` says: nodes by absolute path, and the documents as zarrita asks for them (`/units/id/.zarray`). */
export interface ConsolidatedMetadata {
  readonly nodes: ReadonlyMap<string, ZarrNode>;
  readonly documents: ReadonlyMap<string, unknown>;
}

interface Draft {
  attributes: Record<string, unknown>;
  array: ZarrArrayMetadata | null;
  children: Set<string>;
}

/**
 * Reads the text of a `.zmetadata` object.
 *
 * @throws FormatError where it is no JSON, or not of the outline that Zarr v2 gives it.
 * @remarks I/O: none. Source: zarr-python 2, consolidated metadata format 1. NaN and Infinity, which Python writes into JSON,
 * are read as null.
 */
export function parseConsolidatedMetadata(text: string, source: string): ConsolidatedMetadata {
  const root = parseJson(text, source);
  const metadata = isRecord(root) ? root["metadata"] : undefined;
  if (!isRecord(root) || root["zarr_consolidated_format"] !== 1 || !isRecord(metadata)) {
    throw new FormatError(`.zmetadata is no consolidated metadata of Zarr v2`, {
      source,
      path: "/.zmetadata",
      expected: "zarr_consolidated_format 1",
    });
  }
  const drafts = new Map<string, Draft>();
  const documents = new Map<string, unknown>();
  const draft = (path: string): Draft => {
    let found = drafts.get(path);
    if (found === undefined) {
      found = { attributes: {}, array: null, children: new Set() };
      drafts.set(path, found);
      if (path !== "/")
        draft(path.slice(0, Math.max(1, path.lastIndexOf("/")))).children.add(path.slice(path.lastIndexOf("/") + 1));
    }
    return found;
  };
  for (const [key, value] of Object.entries(metadata)) {
    const full = normalizePath(key);
    const slash = full.lastIndexOf("/");
    const path = full.slice(0, slash) || "/";
    const document = full.slice(slash + 1);
    if (!isRecord(value)) throw new FormatError(`${key} in .zmetadata is no object`, { source, path });
    documents.set(full, value);
    if (document === ".zattrs") draft(path).attributes = value;
    else if (document === ".zarray") draft(path).array = parseArray(value, source, path);
    else if (document === ".zgroup") draft(path);
  }
  if (!drafts.has("/")) throw new FormatError(".zmetadata names no group", { source, path: "/.zmetadata" });
  const nodes = new Map<string, ZarrNode>();
  for (const [path, found] of drafts)
    nodes.set(path, { path, attributes: found.attributes, array: found.array, children: [...found.children].sort() });
  return { nodes, documents };
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    try {
      return JSON.parse(text.replace(/(?<=[[:,]\s*)(?:NaN|-?Infinity)(?=\s*[,\]}])/g, "null"));
    } catch (cause) {
      throw new FormatError(".zmetadata is no JSON", { source, path: "/.zmetadata", cause });
    }
  }
}

function parseArray(value: Record<string, unknown>, source: string, path: string): ZarrArrayMetadata {
  const { shape, chunks, dtype, compressor, filters } = value;
  const isSize = (size: unknown) => Number.isSafeInteger(size) && (size as number) >= 0;
  if (!Array.isArray(shape) || !shape.every(isSize))
    throw new FormatError(`the shape of ${path} is no list of sizes`, { source, path });
  if (!Array.isArray(chunks) || chunks.length !== shape.length || !chunks.every((size) => isSize(size) && size > 0)) {
    throw new FormatError(`the chunks of ${path} do not fit its ${shape.length} axes`, { source, path });
  }
  // A structured dtype is a list of fields; kept as text, so that reading it can say what it is.
  const name = typeof dtype === "string" ? dtype : JSON.stringify(dtype);
  const codec = (entry: unknown): { id: string } => {
    if (!isRecord(entry) || typeof entry["id"] !== "string")
      throw new FormatError(`a codec of ${path} has no id`, { source, path });
    return { id: entry["id"] };
  };
  return {
    shape: shape as number[],
    chunks: chunks as number[],
    dtype: name,
    compressor: compressor == null ? null : codec(compressor),
    filters: Array.isArray(filters) ? filters.map(codec) : [],
  };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
