import type { CallOptions, Link } from "@lazynwb/core";
import { HeapLoader } from "../attribute/heap-loader.ts";
import { type ObjectAttributes, readAttributes } from "../attribute/read-attributes.ts";
import type { Cursor } from "../cursor.ts";
import type { FileBytes } from "../file-bytes.ts";
import { type FractalHeap, openFractalHeap } from "../fractal-heap/fractal-heap.ts";
import { compareNames } from "../group/link-order.ts";
import { isGroup, readLinks, symbolTableOf } from "../group/read-links.ts";
import { readSymbolTable } from "../group/symbol-table.ts";
import type { StoredLink, SymbolTable } from "../object-header/messages/link.ts";
import { type HeaderMessage, isShared, type ObjectHeader } from "../object-header/object-header.ts";
import { readObjectHeader } from "../object-header/read-object-header.ts";
import { parseSharedPlace } from "../object-header/shared-message.ts";
import type { SharedMessageIndex } from "../object-header/shared-message-table.ts";
import { addressOfObjectId, objectIdOfAddress } from "../object-id.ts";
import { cursorAt } from "../read-structure.ts";
import type { Superblock } from "../superblock.ts";
import type { WindowedSource } from "../windows/windowed-source.ts";
import { Memo } from "./memo.ts";
import { type ParsedObject, parseObject } from "./parsed-object.ts";

/** A group that is known by its address, and perhaps by where its links lie. */
export interface GroupPlace {
  readonly address: number;
  readonly symbolTable?: SymbolTable | undefined;
}

/** The links of a group, sorted by the UTF-8 bytes of their names. */
export interface GroupLinks {
  readonly stored: ReadonlyMap<string, StoredLink>;
  readonly links: readonly Link[];
}

/** A pointer to a message may lead to a pointer; more often than this it is a cycle. */
const MAX_SHARED_HOPS = 4;
const LINK_BYTES = 160;

/** An opened file: its objects by address, each read once while the memory for what was parsed lasts. */
export class Hdf5File {
  readonly bytes: FileBytes;
  readonly superblock: Superblock;
  /** The file's part of the identities of its objects: "" where it is the one that was opened, else its id. */
  readonly tag: string;
  readonly #windows: Pick<WindowedSource, "clear" | "exportIndex">;
  readonly #sharedIndexes: readonly SharedMessageIndex[];
  readonly #sharedHeaps = new Map<number, Promise<FractalHeap>>();
  readonly #heapLoader: HeapLoader;
  readonly #headers: Memo<ObjectHeader>;
  readonly #objects: Memo<ParsedObject>;
  readonly #attributes: Memo<ObjectAttributes>;
  readonly #links: Memo<GroupLinks | "no group">;
  readonly #noted: Memo<GroupLinks>;

  /** @param parsedBytes - About how much memory what was parsed may hold. */
  constructor(
    windows: Pick<WindowedSource, "clear" | "exportIndex">,
    bytes: FileBytes,
    superblock: Superblock,
    sharedIndexes: readonly SharedMessageIndex[],
    parsedBytes: number,
    tag = "",
  ) {
    this.tag = tag;
    this.#windows = windows;
    this.bytes = bytes;
    this.superblock = superblock;
    this.#sharedIndexes = sharedIndexes;
    this.#heapLoader = new HeapLoader(bytes);
    const share = parsedBytes / 4;
    this.#headers = new Memo(share, (header) => header.bytes + header.messages.length * 100);
    this.#objects = new Memo(share, () => 1000);
    this.#attributes = new Memo(share, ({ bytes }) => bytes);
    const linkBytes = (links: GroupLinks | "no group") =>
      links === "no group" ? LINK_BYTES : (links.links.length + 1) * LINK_BYTES;
    this.#links = new Memo<GroupLinks | "no group">(share, linkBytes);
    // The same objects as in #links where the notes are good, so this costs next to nothing.
    this.#noted = new Memo<GroupLinks>(share, linkBytes);
  }

  objectId(address: number): string {
    return objectIdOfAddress(address, this.tag);
  }

  /** The address behind an identity; null where it is of another file. */
  addressOf(objectId: string): number | null {
    return addressOfObjectId(objectId, this.tag);
  }

  header(address: number, options?: CallOptions): Promise<ObjectHeader> {
    return this.#headers.get(address, (shared) => readObjectHeader(this.bytes, address, shared), options);
  }

  /** What an object is. @throws FormatError where no object of a known kind lies at the address. */
  object(address: number, options?: CallOptions): Promise<ParsedObject> {
    return this.#objects.get(
      address,
      async (shared) => parseObject(this, await this.header(address, shared), shared),
      options,
    );
  }

  attributes(address: number, options?: CallOptions): Promise<ObjectAttributes> {
    return this.#attributes.get(
      address,
      async (shared) => readAttributes(this, this.#heapLoader, await this.header(address, shared), shared),
      options,
    );
  }

  /** The links of a group; null where the object is none. */
  async links(place: GroupPlace, options?: CallOptions): Promise<GroupLinks | null> {
    const links = await this.#links.get(place.address, (shared) => this.#readLinks(place, shared), options);
    return links === "no group" ? null : links;
  }

  /**
   * The links of an old group as its parent notes them, which may be out of date: good to read ahead by, no more. undefined
   * where the parent notes nothing.
   */
  notedLinks({ address, symbolTable }: GroupPlace, options?: CallOptions): Promise<GroupLinks> | undefined {
    if (symbolTable === undefined) return undefined;
    return this.#noted.get(
      address,
      async (shared) => groupLinks(await readSymbolTable(this.bytes, symbolTable, this.superblock, shared), this.tag),
      options,
    );
  }

  /** The links of a group that were read before. */
  knownLinks(address: number): GroupLinks | null {
    const links = this.#links.known(address);
    return links === undefined || links === "no group" ? null : links;
  }

  /** The body of a message, wherever it is kept. I/O: none, unless it is shared. */
  message(message: HeaderMessage, what: string, options?: CallOptions): Promise<Cursor> {
    const body = cursorAt(this.bytes, message.address, message.body, what);
    return isShared(message) ? this.sharedMessage(body, message.type, options) : Promise.resolve(body);
  }

  /** The message of a type that a pointer leads to. */
  async sharedMessage(pointer: Cursor, type: number, options?: CallOptions): Promise<Cursor> {
    let from = pointer;
    for (let hops = 0; hops < MAX_SHARED_HOPS; hops++) {
      const place = parseSharedPlace(from, this.bytes.offsetBytes);
      if (place.kind === "heap") return this.sharedHeapObject(place.id, type, from);
      const header = await this.header(place.address, options);
      const message = header.messages.find((candidate) => candidate.type === type);
      if (message === undefined)
        return from.fail("it leads to an object without such a message", { found: `the object at ${place.address}` });
      const body = cursorAt(this.bytes, message.address, message.body, pointer.context.what);
      if (!isShared(message)) return body;
      from = body;
    }
    return pointer.fail("shared messages lead to one another without end");
  }

  /** A message out of the heap that the file keeps for its type. */
  async sharedHeapObject(id: Uint8Array, type: number, from: Cursor): Promise<Cursor> {
    const index = this.#sharedIndexes.find(({ types }) => ((types >> type) & 1) === 1);
    if (index === undefined || index.heap === null) return from.fail("the file keeps no shared messages of this type");
    const address = index.heap;
    let heap = this.#sharedHeaps.get(address);
    if (heap === undefined) {
      heap = openFractalHeap(this.bytes, address);
      this.#sharedHeaps.set(address, heap);
      heap.catch(() => this.#sharedHeaps.delete(address));
    }
    return cursorAt(this.bytes, address, await (await heap).object(id), from.context.what);
  }

  /** The metadata that was read, for opening the file with another time. */
  exportIndex(): Uint8Array {
    return this.#windows.exportIndex();
  }

  /** Lets go of everything that was learnt and read. */
  forget(): void {
    this.#windows.clear();
    for (const memo of [this.#headers, this.#objects, this.#attributes, this.#links, this.#noted]) memo.clear();
    this.#sharedHeaps.clear();
  }

  /**
   * A parent's note of where the links lie may be out of date: writers leave it behind when they turn an old group into a
   * new one. So what it leads to is read beside the header, which costs no round, and used where the header agrees.
   */
  async #readLinks(place: GroupPlace, options: CallOptions): Promise<GroupLinks | "no group"> {
    const noted = this.notedLinks(place, options);
    noted?.catch(() => undefined);
    const header = await this.header(place.address, options);
    if (!isGroup(header)) return "no group";
    const told = symbolTableOf(this.bytes, header);
    const agrees = told?.tree === place.symbolTable?.tree && told?.heap === place.symbolTable?.heap;
    if (noted !== undefined && agrees) return noted;
    return groupLinks(await readLinks(this.bytes, header, this.superblock, options), this.tag);
  }
}

function groupLinks(found: readonly StoredLink[], tag: string): GroupLinks {
  const sorted = [...found].sort((left, right) => compareNames(left.name, right.name));
  const links = sorted.flatMap((link): Link[] => {
    if (link.type === "user-defined") return [];
    if (link.type !== "hard") return [link];
    const { name, address, symbolTable } = link;
    const objectId = objectIdOfAddress(address, tag);
    return [{ type: "hard", name, objectId, ...(symbolTable !== undefined && { kind: "group" as const }) }];
  });
  return { stored: new Map(sorted.map((link) => [link.name, link])), links };
}
