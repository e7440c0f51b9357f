import type { CallOptions } from "@lazynwb/core";
import type { Datatype } from "../datatype/datatype.ts";
import { parseDatatype } from "../datatype/parse.ts";
import { isGroup } from "../group/read-links.ts";
import { type DatasetHeader, parseDatasetHeader } from "../object-header/dataset-header.ts";
import { MESSAGE, messageOf, type ObjectHeader } from "../object-header/object-header.ts";
import { cursorAt } from "../read-structure.ts";
import type { Hdf5File } from "./hdf5-file.ts";

/** What an object header describes. */
export type ParsedObject = { readonly address: number; readonly referenceCount: number } & (
  | { readonly kind: "group" }
  | { readonly kind: "array"; readonly dataset: DatasetHeader }
  | { readonly kind: "datatype"; readonly datatype: Datatype }
);

/**
 * Tells groups, datasets and committed datatypes apart by the messages they have, and parses those.
 *
 * @remarks I/O: none, unless messages are shared.
 */
export async function parseObject(file: Hdf5File, header: ObjectHeader, options: CallOptions): Promise<ParsedObject> {
  const { address, referenceCount } = header;
  if (isGroup(header)) return { address, referenceCount, kind: "group" };
  if (messageOf(header, MESSAGE.layout) !== undefined)
    return { address, referenceCount, kind: "array", dataset: await parseDatasetHeader(file, header, options) };
  const message = messageOf(header, MESSAGE.datatype);
  if (message === undefined)
    return cursorAt(file.bytes, address, new Uint8Array(0), "object header").fail(
      "it is neither a group nor a dataset nor a datatype",
      { found: `messages of types ${header.messages.map(({ type }) => type).join(", ") || "none"}` },
    );
  const datatype = parseDatatype(await file.message(message, "datatype message", options));
  return { address, referenceCount, kind: "datatype", datatype };
}
