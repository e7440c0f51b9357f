import {
  type CallOptions,
  elementCount,
  FormatError,
  isLazyNwbError,
  type LazyNwbError,
  LimitError,
  type NdArray,
  UnsupportedError,
} from "@lazynwb/core";
import type { Cursor } from "../cursor.ts";
import { type Datatype, needsHeap } from "../datatype/datatype.ts";
import { decodeValues } from "../datatype/decode.ts";
import { parseDatatype } from "../datatype/parse.ts";
import { NO_HEAP } from "../global-heap.ts";
import { compareNames } from "../group/link-order.ts";
import type { Hdf5File } from "../hierarchy/hdf5-file.ts";
import { type AttributePart, parseAttribute } from "../object-header/messages/attribute.ts";
import { parseDataspace } from "../object-header/messages/dataspace.ts";
import { parseAttributeInfo } from "../object-header/messages/link.ts";
import { MESSAGE, messageOf, type ObjectHeader } from "../object-header/object-header.ts";
import { cursorAt } from "../read-structure.ts";
import { type AttributeMessage, readDenseAttributes } from "./dense-attributes.ts";
import type { HeapLoader } from "./heap-loader.ts";

/** The attributes of an object. One that cannot be understood is missing, and `failures` tells why. */
export interface ObjectAttributes {
  readonly values: Readonly<Record<string, NdArray>>;
  readonly failures: readonly Error[];
  /** About how much memory they hold; without bound where something failed, so that it is not kept. */
  readonly bytes: number;
}

/** Values of one object's attributes in all. They may share heap objects, so that a small file could give more. */
const MAX_ATTRIBUTES_BYTES = 256 * 1024 * 1024;

interface ParsedAttribute {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/**
 * Reads all attributes of an object, sorted by the UTF-8 bytes of their names.
 *
 * @throws what stops everything: an abort, or bytes that could not be had.
 * @remarks I/O: none for numbers and fixed text in the header; one batch for the heap collections of variable-length
 * values; that of tree and heap where there are too many attributes for the header.
 */
export async function readAttributes(
  file: Hdf5File,
  heapLoader: HeapLoader,
  header: ObjectHeader,
  options: CallOptions,
): Promise<ObjectAttributes> {
  const failures: Error[] = [];
  const messages = await attributeMessages(file, header, failures, options);
  const parsed = await Promise.all(
    messages.map((message) => orFailure(failures, async () => parse(file, await message(), options))),
  );
  const attributes = parsed.filter((attribute) => attribute !== undefined);
  const wanting = attributes.filter(({ datatype }) => needsHeap(datatype));
  const heap = wanting.length > 0 ? await heapLoader.load(wanting, options) : NO_HEAP;
  const entries: [string, NdArray][] = [];
  let bytes = 200;
  for (const attribute of attributes) {
    const maxResultBytes = MAX_ATTRIBUTES_BYTES - bytes;
    const value = await orFailure(failures, () => decodeValues(attribute, heap, { maxResultBytes }), attribute.name);
    if (value === undefined) continue;
    bytes += 300 + bytesOf(value);
    entries.push([attribute.name, value]);
    if (bytes >= MAX_ATTRIBUTES_BYTES) {
      failures.push(tooMany(file, header));
      break;
    }
  }
  entries.sort(([left], [right]) => compareNames(left, right));
  return {
    values: Object.fromEntries(entries),
    failures,
    bytes: failures.length > 0 ? Number.POSITIVE_INFINITY : bytes,
  };
}

/** The messages in the header, and those in dense storage. */
async function attributeMessages(
  file: Hdf5File,
  header: ObjectHeader,
  failures: Error[],
  options: CallOptions,
): Promise<AttributeMessage[]> {
  const compact = header.messages
    .filter(({ type }) => type === MESSAGE.attribute)
    .map((message) => () => file.message(message, "attribute message", options));
  const info = messageOf(header, MESSAGE.attributeInfo);
  if (info === undefined) return compact;
  const dense = await orFailure(failures, () => {
    const cursor = cursorAt(file.bytes, info.address, info.body, "attribute info message");
    const place = parseAttributeInfo(cursor, file.bytes.offsetBytes);
    return place === null ? [] : readDenseAttributes(file, place, options);
  });
  return [...compact, ...(dense ?? [])];
}

async function parse(file: Hdf5File, message: Cursor, options: CallOptions): Promise<ParsedAttribute> {
  const stored = parseAttribute(message);
  const body = ({ body, shared }: AttributePart, type: number) =>
    shared ? file.sharedMessage(body, type, options) : body;
  const [type, space] = await Promise.all([
    body(stored.datatype, MESSAGE.datatype),
    body(stored.dataspace, MESSAGE.dataspace),
  ]);
  const datatype = parseDatatype(type);
  const shape = parseDataspace(space, file.bytes.lengthBytes).shape ?? [0];
  return { name: stored.name, datatype, shape, bytes: stored.data.bytes(elementCount(shape) * datatype.size) };
}

/** Keeps a fault of the bytes from the other attributes; anything else stops all. */
async function orFailure<Result>(
  failures: Error[],
  attempt: () => Result | Promise<Result>,
  attribute?: string,
): Promise<Result | undefined> {
  try {
    return await attempt();
  } catch (error) {
    if (!isLazyNwbError(error, "FORMAT", "TRUNCATED_FILE", "UNSUPPORTED", "LIMIT")) throw error;
    const message =
      attribute === undefined ? error.message : `attribute ${JSON.stringify(attribute)}: ${error.message}`;
    failures.push(named(error, message));
    return undefined;
  }
}

function tooMany({ bytes }: Hdf5File, { address }: ObjectHeader): LimitError {
  return new LimitError(`the attributes of the object at ${address} have more than ${MAX_ATTRIBUTES_BYTES} bytes`, {
    source: bytes.id,
    limit: "bytes of attributes",
    allowed: MAX_ATTRIBUTES_BYTES,
  });
}

/** About the memory that values take. */
function bytesOf({ data }: NdArray): number {
  switch (data.kind) {
    case "fixed":
      return data.values.byteLength;
    case "text":
      return data.bytes.length + data.offsets.byteLength;
    case "opaque":
      return data.bytes.length;
    case "reference":
      return data.codes.byteLength + 100 * data.targets.length;
    case "list":
      return data.offsets.byteLength + bytesOf(data.values);
    case "struct":
      return Object.values(data.fields).reduce((sum, field) => sum + bytesOf(field), 0);
    default:
      return data satisfies never;
  }
}

/** The same fault under another message. */
function named(error: LazyNwbError, message: string): Error {
  const details = { source: error.source, cause: error };
  if (error instanceof UnsupportedError) return new UnsupportedError(message, { ...details, feature: error.feature });
  if (error instanceof FormatError) return new FormatError(message, { ...details, offset: error.offset });
  return error;
}
