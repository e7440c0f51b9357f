import { type CallOptions, isLazyNwbError, joinPath, throwIfAborted } from "@lazynwb/core";
import { isGroup } from "../group/read-links.ts";
import type { GroupLinks, GroupPlace, Hdf5File } from "./hdf5-file.ts";
import { SharedTask } from "./shared-task.ts";

interface HardLink {
  readonly name: string;
  readonly address: number;
}

interface ParentLink {
  readonly parent: number;
  readonly name: string;
}

/**
 * One breadth-first walk over the groups of a file, along hard links, that goes on only as far as someone needs it. All who
 * ask for paths share it.
 */
export class GroupWalk {
  readonly #file: Hdf5File;
  /** Groups whose links are known to the walk. */
  readonly #listed = new Map<number, readonly HardLink[]>();
  readonly #parents = new Map<number, ParentLink[]>();
  /** Groups to list next. */
  readonly #groups = new Map<number, GroupPlace>();
  /** Objects that may be groups. */
  readonly #unknown = new Set<number>();
  #step: SharedTask<void> | undefined;
  #canonical: ReadonlyMap<number, string> | undefined;

  constructor(file: Hdf5File) {
    this.#file = file;
    this.#groups.set(file.superblock.root.address, file.superblock.root);
  }

  /** The canonical path of each object; null where no hard link leads to it. */
  async pathsOf(objectIds: readonly string[], options?: CallOptions): Promise<(string | null)[]> {
    throwIfAborted(options);
    const addresses = objectIds.map((objectId) => this.#file.addressOf(objectId));
    const found = new Map<number, string | null>();
    const open = new Set(addresses.filter((address) => address !== null));
    await this.#dropDangling(open, found, options);
    this.#takeKnown();
    while (open.size > 0) {
      const paths = await Promise.all([...open].map(async (at) => [at, await this.#pathOf(at, options)] as const));
      for (const [address, path] of paths) {
        if (path === undefined) continue;
        found.set(address, path);
        open.delete(address);
      }
      if (open.size > 0) await this.#goOn(options);
    }
    return addresses.map((address) => (address === null ? null : (found.get(address) ?? null)));
  }

  /** Where no object header lies, nothing needs to be searched. */
  async #dropDangling(
    open: Set<number>,
    found: Map<number, string | null>,
    options: CallOptions | undefined,
  ): Promise<void> {
    await Promise.all(
      [...open].map(async (address) => {
        if ((await orNull(this.#file.header(address, options))) !== null) return;
        found.set(address, null);
        open.delete(address);
      }),
    );
  }

  /** undefined: not known yet. */
  async #pathOf(address: number, options: CallOptions | undefined): Promise<string | null | undefined> {
    if (this.#groups.size === 0 && this.#unknown.size === 0) {
      this.#canonical ??= this.#canonicalPaths();
      return this.#canonical.get(address) ?? null;
    }
    return this.#onlyPathOf(address, options);
  }

  /**
   * The path of an object that has no other: it and the groups above it count one hard link each, and that one is known.
   * Then the walk need not be finished to tell which path comes first.
   */
  async #onlyPathOf(address: number, options: CallOptions | undefined): Promise<string | undefined> {
    const root = this.#file.superblock.root.address;
    const names: string[] = [];
    const passed = new Set<number>();
    for (let at = address; at !== root; ) {
      const links = this.#parents.get(at);
      if (links?.length !== 1 || passed.has(at)) return undefined;
      passed.add(at);
      names.push(links[0]!.name);
      at = links[0]!.parent;
    }
    const headers = await Promise.all([...passed].map((at) => orNull(this.#file.header(at, options))));
    if (headers.some((header) => header?.referenceCount !== 1)) return undefined;
    return names.reduceRight(joinPath, "/");
  }

  async #goOn(options: CallOptions | undefined): Promise<void> {
    if (this.#step === undefined || this.#step.abandoned) {
      const step = new SharedTask((shared) => this.#advance(shared), options);
      this.#step = step;
      const finish = () => {
        if (this.#step === step) this.#step = undefined;
      };
      step.observe(finish, finish);
    }
    await this.#step.join(options?.signal);
  }

  /** Lists the groups that are waiting, all together; where none is, looks which of the other objects are groups. */
  async #advance(options: CallOptions): Promise<void> {
    const places = [...this.#groups.values()];
    if (places.length === 0) {
      const addresses = [...this.#unknown];
      const headers = await Promise.all(addresses.map((address) => orNull(this.#file.header(address, options))));
      headers.forEach((header, at) => {
        this.#unknown.delete(addresses[at]!);
        if (header !== null && isGroup(header)) this.#groups.set(header.address, header);
      });
      return;
    }
    const found = await Promise.all(
      places.map(async (place) => {
        // The header is wanted for its count of links; it lies next to them.
        const [links] = await Promise.all([
          orNull(this.#file.links(place, options)),
          orNull(this.#file.header(place.address, options)),
        ]);
        return links;
      }),
    );
    places.forEach(({ address }, at) => {
      this.#take(address, found[at] ?? null);
    });
    this.#takeKnown();
  }

  /** Takes in what was listed by other calls, as long as that leads on. */
  #takeKnown(): void {
    for (let grown = true; grown; ) {
      grown = false;
      for (const address of [...this.#groups.keys(), ...this.#unknown]) {
        const links = this.#file.knownLinks(address);
        if (links === null) continue;
        this.#take(address, links);
        grown = true;
      }
    }
  }

  #take(address: number, links: GroupLinks | null): void {
    this.#groups.delete(address);
    this.#unknown.delete(address);
    if (this.#listed.has(address)) return;
    const hard: HardLink[] = [];
    this.#listed.set(address, hard);
    for (const link of links?.stored.values() ?? []) {
      if (link.type !== "hard") continue;
      hard.push({ name: link.name, address: link.address });
      const parents = this.#parents.get(link.address);
      if (parents === undefined) this.#parents.set(link.address, [{ parent: address, name: link.name }]);
      else parents.push({ parent: address, name: link.name });
      if (this.#listed.has(link.address)) continue;
      if (link.symbolTable !== undefined) {
        this.#groups.set(link.address, link);
        this.#unknown.delete(link.address);
      } else if (parents === undefined) this.#unknown.add(link.address);
    }
  }

  /** First paths in a walk that goes down into each member before the next one. */
  #canonicalPaths(): ReadonlyMap<number, string> {
    const root = this.#file.superblock.root.address;
    const paths = new Map<number, string>([[root, "/"]]);
    const stack = [{ path: "/", links: this.#listed.get(root) ?? [], next: 0 }];
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const link = top.links[top.next++];
      if (link === undefined) {
        stack.pop();
        continue;
      }
      if (paths.has(link.address)) continue;
      const path = joinPath(top.path, link.name);
      paths.set(link.address, path);
      const links = this.#listed.get(link.address);
      if (links !== undefined) stack.push({ path, links, next: 0 });
    }
    return paths;
  }
}

/** null where the bytes are no such structure, so that a damaged group hides nothing but itself. */
async function orNull<Result>(result: Promise<Result>): Promise<Result | null> {
  try {
    return await result;
  } catch (error) {
    if (isLazyNwbError(error, "FORMAT", "TRUNCATED_FILE", "UNSUPPORTED", "LIMIT")) return null;
    throw error;
  }
}
