import {
  type ByteStore,
  type CallOptions,
  type DescribeOptions,
  type Hierarchy,
  joinPath,
  type Link,
  type NdArray,
  type Node,
  NotFoundError,
  normalizePath,
  type ReadRequest,
  type Reference,
  throwIfAborted,
} from "@lazynwb/core";
import { attributesOf } from "./attributes.ts";
import { type ConsolidatedMetadata, isRecord, type ZarrNode } from "./consolidated-metadata.ts";
import { dtypeOf } from "./dtype.ts";
import { readArray, shapeOf } from "./read-array.ts";

/** Links on the way to one path; more is taken for a cycle. */
const MAX_LINKS = 16;

/** A consolidated Zarr v2 store as hdmf-zarr writes it. Everything but chunks was learnt when it was opened. */
export class ZarrHierarchy implements Hierarchy {
  readonly format = "zarr2";
  readonly #store: ByteStore;
  readonly #metadata: ConsolidatedMetadata;
  readonly #links = new Map<string, readonly Link[]>();

  constructor(store: ByteStore, metadata: ConsolidatedMetadata) {
    this.#store = store;
    this.#metadata = metadata;
  }

  /** I/O: none. */
  async list(path: string, options?: CallOptions): Promise<readonly Link[]> {
    throwIfAborted(options);
    const found = this.#follow(normalizePath(path));
    if (found === null || found.array !== null)
      throw new NotFoundError(`there is no group ${normalizePath(path)}`, { source: this.#store.id, path });
    return this.#linksOf(found);
  }

  /** I/O: none. */
  async describe(paths: readonly string[], options?: DescribeOptions): Promise<readonly (Node | null)[]> {
    throwIfAborted(options);
    return paths.map((path) => {
      const found = this.#follow(normalizePath(path));
      if (found === null) return null;
      try {
        return this.#nodeOf(normalizePath(path), found);
      } catch (error) {
        if (paths.length === 1) throw error;
        options?.onFailure?.(path, error);
        return null;
      }
    });
  }

  /** I/O: one request a chunk, all of all requests together. */
  read(requests: readonly ReadRequest[], options?: CallOptions): readonly Promise<NdArray>[] {
    return requests.map(async ({ path, selection }) => {
      throwIfAborted(options);
      const found = this.#follow(normalizePath(path));
      if (found?.array == null) throw new NotFoundError(`there is no array ${path}`, { source: this.#store.id, path });
      return readArray(this.#store, this.#metadata, found, selection, options);
    });
  }

  /** I/O: none; an object's identity is its path. */
  async resolve(references: readonly Reference[]): Promise<readonly (string | null)[]> {
    return references.map(({ objectId }) => this.#follow(objectId)?.path ?? null);
  }

  counters() {
    return this.#store.counters?.() ?? { rounds: 0, requests: 0, bytes: 0, cacheHits: 0 };
  }

  async close(): Promise<void> {
    await this.#store.close?.();
  }

  #nodeOf(path: string, found: ZarrNode): Node {
    const attributes = attributesOf(
      found.attributes,
      (target) => this.#follow(normalizePath(target))?.path ?? normalizePath(target),
    );
    const base = { path, objectId: found.path, attributes };
    if (found.array === null) return { kind: "group", ...base };
    const { array } = found;
    const filters = [...array.filters, ...(array.compressor === null ? [] : [array.compressor])].map(({ id }) => ({
      name: id,
    }));
    return {
      kind: "array",
      ...base,
      dtype: dtypeOf(found, this.#store.id),
      shape: shapeOf(found),
      chunks: array.chunks,
      filters,
    };
  }

  #linksOf(node: ZarrNode): readonly Link[] {
    let links = this.#links.get(node.path);
    if (links === undefined) {
      const children = node.children.map((name): Link => {
        const path = joinPath(node.path, name);
        return {
          type: "hard",
          name,
          objectId: path,
          kind: this.#metadata.nodes.get(path)?.array == null ? "group" : "array",
        };
      });
      links = [...children, ...storedLinks(node)].sort((left, right) =>
        left.name < right.name ? -1 : left.name > right.name ? 1 : 0,
      );
      this.#links.set(node.path, links);
    }
    return links;
  }

  /** The node that a path leads to, through links; null where it leads nowhere, out of the store, or round in a circle. */
  #follow(path: string): ZarrNode | null {
    let node = this.#metadata.nodes.get("/") ?? null;
    let parts = path.split("/").filter(Boolean);
    for (let hops = 0; node !== null && parts.length > 0; ) {
      const [name, ...rest] = parts as [string, ...string[]];
      const child: ZarrNode | undefined = this.#metadata.nodes.get(joinPath(node.path, name));
      if (child !== undefined) {
        node = child;
        parts = rest;
        continue;
      }
      const link = storedLinks(node).find((candidate) => candidate.name === name);
      if (link?.type !== "soft" || ++hops > MAX_LINKS) return null;
      parts = [...normalizePath(link.target).split("/").filter(Boolean), ...rest];
      node = this.#metadata.nodes.get("/") ?? null;
    }
    return node;
  }
}

/** hdmf-zarr keeps a group's links in its attribute `zarr_link`. */
function storedLinks(node: ZarrNode): Link[] {
  const stored = node.attributes["zarr_link"];
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((link): Link[] => {
    if (!isRecord(link) || typeof link["name"] !== "string" || typeof link["path"] !== "string") return [];
    const { name, path: target, source } = link as { name: string; path: string; source?: unknown };
    return source === undefined || source === "." || source === null
      ? [{ type: "soft", name, target }]
      : [{ type: "external", name, file: String(source), target }];
  });
}
