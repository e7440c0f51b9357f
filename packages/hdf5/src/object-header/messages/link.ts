import type { Cursor } from "../../cursor.ts";

/** A name in a group, as a link message (0x06) or a symbol table entry tells it. */
export type StoredLink =
  | { readonly type: "hard"; readonly name: string; readonly address: number; readonly symbolTable?: SymbolTable }
  | { readonly type: "soft"; readonly name: string; readonly target: string }
  | { readonly type: "external"; readonly name: string; readonly file: string; readonly target: string }
  | { readonly type: "user-defined"; readonly name: string; readonly kind: number };

/** Where an old group keeps its links: a version 1 B-tree, and a local heap with the names. */
export interface SymbolTable {
  readonly tree: number;
  readonly heap: number;
}

/** A link message. I/O: none. */
export function parseLink(cursor: Cursor, offsetBytes: number): StoredLink {
  const version = cursor.u8();
  if (version !== 1) cursor.fail("unknown version", { expected: "1", found: `${version}` });
  const flags = cursor.u8();
  const kind = (flags & 8) !== 0 ? cursor.u8() : 0;
  if ((flags & 4) !== 0) cursor.skip(8);
  if ((flags & 16) !== 0) cursor.skip(1);
  const name = cursor.string(cursor.uint(2 ** (flags & 3)));
  if (kind === 0) {
    const address = cursor.address(offsetBytes);
    if (address === null) cursor.fail(`link ${JSON.stringify(name)} leads to no address`);
    return { type: "hard", name, address };
  }
  const value = cursor.sub(cursor.u16());
  if (kind === 1) return { type: "soft", name, target: value.string(value.remaining) };
  if (kind !== 64) return { type: "user-defined", name, kind };
  value.skip(1);
  return { type: "external", name, file: value.terminatedString(), target: value.string(value.remaining) };
}

/** A symbol table message (0x11). */
export function parseSymbolTable(cursor: Cursor, offsetBytes: number): SymbolTable {
  return { tree: cursor.definedAddress(offsetBytes), heap: cursor.definedAddress(offsetBytes) };
}

/** Where links or attributes lie that the object header itself does not hold. */
export interface DenseStorage {
  readonly heap: number;
  readonly nameTree: number;
}

/** A link info message (0x02). null: the links are messages of the header. */
export function parseLinkInfo(cursor: Cursor, offsetBytes: number): DenseStorage | null {
  return parseInfo(cursor, offsetBytes, 8);
}

/** An attribute info message (0x15). null: the attributes are messages of the header. */
export function parseAttributeInfo(cursor: Cursor, offsetBytes: number): DenseStorage | null {
  return parseInfo(cursor, offsetBytes, 2);
}

function parseInfo(cursor: Cursor, offsetBytes: number, orderBytes: number): DenseStorage | null {
  const version = cursor.u8();
  if (version !== 0) cursor.fail("unknown version", { expected: "0", found: `${version}` });
  const flags = cursor.u8();
  if ((flags & 1) !== 0) cursor.skip(orderBytes);
  const heap = cursor.address(offsetBytes);
  const nameTree = cursor.address(offsetBytes);
  if (heap === null) return null;
  if (nameTree === null) cursor.fail("a heap of names has no tree");
  return { heap, nameTree };
}
