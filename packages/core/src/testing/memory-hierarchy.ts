import { type CallOptions, notify, throwIfAborted } from "../call-options.ts";
import { closeNames } from "../close-names.ts";
import { dtypeBytes } from "../dtype.ts";
import { NotFoundError, QueryError, StorageError } from "../errors/index.ts";
import type { DescribeOptions, Extent, Hierarchy, Link, Node, ReadRequest } from "../hierarchy.ts";
import { allocateFixed, elementCount, type NdArray, type Reference } from "../nd-array.ts";
import { joinPath, normalizePath } from "../path.ts";
import { selectArray } from "../select-array.ts";
import { checkSelection, rangesOf, selectedShape } from "../selection.ts";
import type { Tree } from "./tree.ts";
import { mapReferences, unboundPath } from "./values.ts";

/** What a memory hierarchy was asked for, in order. */
export interface HierarchyCalls {
  readonly list: string[];
  readonly describe: (readonly string[])[];
  readonly read: (readonly ReadRequest[])[];
  readonly locate: (readonly ReadRequest[])[];
  readonly resolve: (readonly Reference[])[];
}

/** A hierarchy over a tree in memory, that also tells what it was asked for. */
export interface MemoryHierarchy extends Hierarchy {
  readonly calls: HierarchyCalls;
  locate(requests: readonly ReadRequest[], options?: CallOptions): Promise<readonly Extent[]>;
  resolve(references: readonly Reference[], options?: CallOptions): Promise<readonly (string | null)[]>;
}

type Item = {
  readonly tree: Exclude<Tree, { is: "soft" | "hard" | "external" }>;
  readonly id: string;
  readonly path: string;
};

/** Links of one path are followed this often before they count as a cycle. */
const MAX_LINKS = 64;

/** The objects of a tree under the paths at which they were placed. */
function placeObjects(root: Tree): { trees: Map<string, Tree>; items: Map<Tree, Item> } {
  const trees = new Map<string, Tree>();
  const items = new Map<Tree, Item>();
  const place = (tree: Tree, path: string) => {
    trees.set(path, tree);
    if (tree.is === "soft" || tree.is === "hard" || tree.is === "external") return;
    if (items.has(tree)) throw new TypeError(`${path}: an object is placed once; use hardLink for its other names`);
    items.set(tree, { tree, id: `object-${items.size}`, path });
    if (tree.is === "group")
      for (const [name, child] of Object.entries(tree.children)) place(child, joinPath(path, name));
  };
  place(root, "/");
  return { trees, items };
}

class TreeHierarchy implements MemoryHierarchy {
  readonly format = "memory";
  readonly calls: HierarchyCalls = { list: [], describe: [], read: [], locate: [], resolve: [] };
  readonly #trees: Map<string, Tree>;
  readonly #items: Map<Tree, Item>;
  readonly #pathOfId = new Map<string, string>();
  readonly #offsets = new Map<Item, number>();
  #closed = false;

  constructor(root: Tree) {
    const { trees, items } = placeObjects(root);
    this.#trees = trees;
    this.#items = items;
    let offset = 0;
    for (const item of items.values()) {
      this.#pathOfId.set(item.id, item.path);
      if (item.tree.is !== "array" || item.tree.values === null) continue;
      this.#offsets.set(item, offset);
      offset += elementCount(item.tree.values.shape) * dtypeBytes(item.tree.dtype);
    }
    for (const [path, tree] of trees)
      if (tree.is === "hard" && this.#find(tree.target) === null) throw new TypeError(`${path}: hard link to nothing`);
  }

  /** The object that a path leads to, links followed. */
  #find(path: string, followed = { count: 0 }): Item | null {
    let at: Item = this.#items.get(this.#trees.get("/")!)!;
    for (const name of path.split("/").filter((part) => part !== "" && part !== ".")) {
      if (at.tree.is !== "group") return null;
      const child: Tree | undefined = Object.hasOwn(at.tree.children, name) ? at.tree.children[name] : undefined;
      if (child === undefined || child.is === "external") return null;
      if (child.is === "soft" || child.is === "hard") {
        if (++followed.count > MAX_LINKS) return null;
        const target = child.target.startsWith("/") ? child.target : joinPath(at.path, child.target);
        const found = this.#find(target, followed);
        if (found === null) return null;
        at = found;
      } else at = this.#items.get(child)!;
    }
    return at;
  }

  #bind(array: NdArray): NdArray {
    return mapReferences(array, (target) => {
      const path = unboundPath(target);
      return path === undefined ? target : { ...target, objectId: this.#find(path)?.id ?? `dangling:${path}` };
    });
  }

  #begin(options: CallOptions | undefined): void {
    throwIfAborted(options);
    if (this.#closed) throw new StorageError("the hierarchy was closed; open it again to read");
  }

  #missing(path: string, what: string): NotFoundError {
    const candidates = closeNames(path, [...this.#trees.keys()]);
    return new NotFoundError(`there is no ${what} at ${path}`, { path, candidates });
  }

  async list(path: string, options?: CallOptions): Promise<readonly Link[]> {
    this.#begin(options);
    this.calls.list.push(path);
    const item = this.#find(path);
    if (item?.tree.is !== "group") throw this.#missing(path, "group");
    return Object.entries(item.tree.children).map(([name, child]): Link => {
      if (child.is === "soft") return { type: "soft", name, target: child.target };
      if (child.is === "external") return { type: "external", name, file: child.file, target: child.target };
      const target = child.is === "hard" ? this.#find(child.target)! : this.#items.get(child)!;
      const known = { type: "hard" as const, name, objectId: target.id };
      return target.tree.is === "damaged" ? known : { ...known, kind: target.tree.is };
    });
  }

  async describe(paths: readonly string[], options?: DescribeOptions): Promise<readonly (Node | null)[]> {
    this.#begin(options);
    this.calls.describe.push(paths);
    return paths.map((path) => {
      const item = this.#find(path);
      if (item?.tree.is !== "damaged") return item && this.#node(normalizePath(path), item, item.tree);
      const { error } = item.tree;
      if (paths.length === 1) throw error;
      const { onFailure } = options ?? {};
      notify(onFailure && (() => onFailure(path, error)), undefined);
      return null;
    });
  }

  #node(path: string, item: Item, tree: Exclude<Item["tree"], { is: "damaged" }>): Node {
    const attributes = Object.fromEntries(
      Object.entries(tree.attributes).map(([name, value]) => [name, this.#bind(value)]),
    );
    if (tree.is === "group") return { kind: "group", path, objectId: item.id, attributes };
    const { chunks, filters } = tree.storage;
    return {
      kind: "array",
      path,
      objectId: item.id,
      attributes,
      dtype: tree.dtype,
      shape: tree.values === null ? null : tree.values.shape,
      ...(chunks && { chunks }),
      ...(filters && { filters }),
    };
  }

  read(requests: readonly ReadRequest[], options?: CallOptions): readonly Promise<NdArray>[] {
    this.calls.read.push(requests);
    return requests.map(async (request) => {
      this.#begin(options);
      const { tree } = this.#array(request.path);
      if (tree.readError !== undefined) throw tree.readError;
      if (tree.values === null) return this.#nothing(request, tree.dtype);
      return this.#bind(selectArray(tree.values, request.selection));
    });
  }

  #array(path: string): Item & { tree: { is: "array" } } {
    const item = this.#find(path);
    if (item === null) throw this.#missing(path, "array");
    if (item.tree.is === "damaged") throw item.tree.error;
    if (item.tree.is !== "array") throw new QueryError(`${path} is a group; only arrays are read`, { path });
    return item as Item & { tree: { is: "array" } };
  }

  #nothing(request: ReadRequest, dtype: NdArray["dtype"]): NdArray {
    checkSelection(request.selection, [0]);
    const shape = [0];
    if (dtype.kind === "int" || dtype.kind === "float" || dtype.kind === "bool")
      return { dtype, shape, data: { kind: "fixed", values: allocateFixed(dtype, 0) } };
    return { dtype, shape, data: { kind: "text", offsets: new Int32Array(1), bytes: new Uint8Array(0) } };
  }

  async locate(requests: readonly ReadRequest[], options?: CallOptions): Promise<readonly Extent[]> {
    this.#begin(options);
    this.calls.locate.push(requests);
    return requests.map(({ path, selection }) => {
      const item = this.#array(path);
      const { values } = item.tree;
      if (values === null)
        return { offsets: new Float64Array(0), lengths: new Float64Array(0), decodedBytes: 0, exact: true };
      checkSelection(selection, values.shape);
      const rowBytes = elementCount(values.shape.slice(1)) * dtypeBytes(item.tree.dtype);
      const ranges = rangesOf(selection.rows, values.shape[0] ?? 1);
      const offsets = new Float64Array(ranges.length / 2);
      const lengths = new Float64Array(ranges.length / 2);
      for (let at = 0; at < offsets.length; at++) {
        offsets[at] = this.#offsets.get(item)! + ranges[at * 2]! * rowBytes;
        lengths[at] = (ranges[at * 2 + 1]! - ranges[at * 2]!) * rowBytes;
      }
      const decodedBytes = elementCount(selectedShape(selection, values.shape)) * dtypeBytes(item.tree.dtype);
      return { offsets, lengths, decodedBytes, exact: values.data.kind === "fixed" };
    });
  }

  async resolve(references: readonly Reference[], options?: CallOptions): Promise<readonly (string | null)[]> {
    this.#begin(options);
    this.calls.resolve.push(references);
    return references.map(({ objectId }) => this.#pathOfId.get(objectId) ?? null);
  }

  async close(): Promise<void> {
    this.#closed = true;
  }
}

/**
 * A hierarchy over a tree in memory: for tests of what stands on the Hierarchy contract, and as an example of one.
 *
 * @example
 * const file = memoryHierarchy(group({ children: { ids: array(Int32Array.of(1, 2)), again: softLink("ids") } }))
 */
export function memoryHierarchy(tree: Tree): MemoryHierarchy {
  if (tree.is !== "group") throw new TypeError("the root of a hierarchy is a group");
  return new TreeHierarchy(tree);
}
