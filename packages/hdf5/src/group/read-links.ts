import type { CallOptions } from "@lazynwb/core";
import type { FileBytes } from "../file-bytes.ts";
import {
  parseLink,
  parseLinkInfo,
  parseSymbolTable,
  type StoredLink,
  type SymbolTable,
} from "../object-header/messages/link.ts";
import { MESSAGE, messageOf, type ObjectHeader } from "../object-header/object-header.ts";
import { cursorAt } from "../read-structure.ts";
import { readDenseLinks } from "./dense-links.ts";
import { type GroupNodeSizes, readSymbolTable } from "./symbol-table.ts";

/** Whether a header is that of a group: old, compact or dense. */
export function isGroup(header: Pick<ObjectHeader, "messages">): boolean {
  return header.messages.some(
    ({ type }) => type === MESSAGE.symbolTable || type === MESSAGE.linkInfo || type === MESSAGE.groupInfo,
  );
}

/** Where the links of an old group lie; null of any other. I/O: none. */
export function symbolTableOf(file: FileBytes, header: ObjectHeader): SymbolTable | null {
  const message = messageOf(header, MESSAGE.symbolTable);
  if (message === undefined) return null;
  return parseSymbolTable(cursorAt(file, message.address, message.body, "symbol table message"), file.offsetBytes);
}

/** The links of the group that has this header. I/O: that of its kind; none for a compact group. */
export async function readLinks(
  file: FileBytes,
  header: ObjectHeader,
  sizes: GroupNodeSizes,
  options?: CallOptions,
): Promise<StoredLink[]> {
  const { offsetBytes } = file;
  const symbolTable = symbolTableOf(file, header);
  if (symbolTable !== null) return readSymbolTable(file, symbolTable, sizes, options);
  const compact = header.messages
    .filter(({ type }) => type === MESSAGE.link)
    .map(({ address, body }) => parseLink(cursorAt(file, address, body, "link message"), offsetBytes));
  const info = messageOf(header, MESSAGE.linkInfo);
  const dense =
    info === undefined
      ? null
      : parseLinkInfo(cursorAt(file, info.address, info.body, "link info message"), offsetBytes);
  return dense === null ? compact : [...compact, ...(await readDenseLinks(file, dense, options))];
}
