import { LimitError, UnsupportedError } from "@lazynwb/core";
import type { Cursor } from "../cursor.ts";
import type { CompoundMember, Datatype } from "./datatype.ts";
import { parseFixedPoint, parseFloatingPoint } from "./parse-number.ts";

/** Types inside of types deeper than this are refused. NWB needs 3, netCDF-4 files seen so far 5. */
const MAX_DATATYPE_DEPTH = 32;

/** Types within one message, members of members included. The widest compound seen in the wild has 400. */
const MAX_DATATYPE_NODES = 65_536;

/** How one type of a message begins: version, class, class bits and size. */
interface Head {
  readonly version: number;
  readonly bits: number;
  readonly size: number;
  readonly depth: number;
  readonly budget: { left: number };
}

/**
 * The type that a datatype message (0x03) describes, versions 1 to 5, every class. Bytes behind it are left alone.
 *
 * @param cursor - Stands at the first byte of the message body; stands behind the type afterwards.
 * @throws FormatError where the bytes contradict themselves, LimitError where types nest too deeply, UnsupportedError
 * where the class or the version is none we know.
 * @remarks I/O: none. Source: HDF5 file format, section IV.A.2.d.
 */
export function parseDatatype(cursor: Cursor): Datatype {
  return parse(cursor, 0, { left: MAX_DATATYPE_NODES });
}

function parse(cursor: Cursor, depth: number, budget: { left: number }): Datatype {
  budget.left--;
  if (depth >= MAX_DATATYPE_DEPTH || budget.left < 0)
    throw new LimitError(
      `${cursor.context.what} at ${cursor.context.address}: types nest deeper than ${MAX_DATATYPE_DEPTH} levels or are more than ${MAX_DATATYPE_NODES}`,
      { source: cursor.context.source, limit: depth >= MAX_DATATYPE_DEPTH ? "datatype depth" : "datatype nodes" },
    );
  const classAndVersion = cursor.u8();
  const version = classAndVersion >> 4;
  const bits = cursor.uint(3);
  const size = cursor.u32();
  if (version < 1 || version > 5)
    throw new UnsupportedError(
      `${cursor.context.what} at ${cursor.context.address}: datatype version ${version} is not one of 1 to 5`,
      { source: cursor.context.source, feature: `datatype version ${version}` },
    );
  if (size === 0) cursor.fail("a datatype has elements of no size", { expected: "at least 1 byte", found: "0" });
  return parseClass(classAndVersion & 0x0f, cursor, { version, bits, size, depth, budget });
}

function parseClass(kind: number, cursor: Cursor, head: Head): Datatype {
  const { bits, size } = head;
  switch (kind) {
    case 0:
      return { class: "fixed-point", ...parseFixedPoint(cursor, bits, size), signed: (bits & 8) !== 0 };
    case 1:
      return parseFloatingPoint(cursor, bits, size);
    case 2:
      return { class: "time", size, bigEndian: (bits & 1) !== 0, precision: cursor.u16() };
    case 3:
      return { class: "string", size, padding: stringPadding(cursor, bits & 0x0f) };
    case 4:
      return { class: "bitfield", ...parseFixedPoint(cursor, bits, size) };
    case 5: {
      const start = cursor.offset;
      const tag = cursor.string(bits & 0xff);
      cursor.align(8, start);
      return { class: "opaque", size, tag };
    }
    case 6:
      return parseCompound(cursor, head);
    case 7:
      return { class: "reference", size, to: referenceKind(cursor, bits & 0x0f) };
    case 8:
      return parseEnum(cursor, head);
    case 9: {
      const item = parse(cursor, head.depth + 1, head.budget);
      if (size < 8) cursor.fail("a variable-length element is too small", { expected: "at least 8", found: `${size}` });
      return (bits & 0x0f) === 1 ? { class: "vlen-string", size } : { class: "vlen", size, item };
    }
    case 10:
      return parseArray(cursor, head);
    case 11:
      return parseComplex(cursor, head);
    default:
      return cursor.fail("there is no such datatype class", { expected: "0 to 11", found: `${kind}` });
  }
}

function stringPadding(cursor: Cursor, code: number): "null-terminated" | "null-padded" | "space-padded" {
  const padding = (["null-terminated", "null-padded", "space-padded"] as const)[code];
  return padding ?? cursor.fail("there is no such string padding", { expected: "0 to 2", found: `${code}` });
}

function referenceKind(cursor: Cursor, code: number): "object" | "region" | "standard" {
  const kind = (["object", "region", "standard", "standard", "standard"] as const)[code];
  return kind ?? cursor.fail("there is no such kind of reference", { expected: "0 to 4", found: `${code}` });
}

/** A NUL-ended name; before version 3 it fills a multiple of 8 bytes. */
function parseName(cursor: Cursor, version: number): string {
  const start = cursor.offset;
  const name = cursor.terminatedString();
  if (version < 3) cursor.align(8, start);
  return name;
}

function parseCompound(cursor: Cursor, head: Head): Datatype {
  const { version, size } = head;
  const offsetBytes = version < 3 ? 4 : Math.floor(Math.log2(size) / 8) + 1;
  const members: CompoundMember[] = [];
  const names = new Set<string>();
  for (let left = head.bits & 0xffff; left > 0; left--) {
    const name = parseName(cursor, version);
    const offset = cursor.uint(offsetBytes);
    const dimensions = version === 1 ? parseInlineDimensions(cursor) : [];
    const item = parse(cursor, head.depth + 1, head.budget);
    const datatype = dimensions.length === 0 ? item : arrayOf(cursor, item, dimensions);
    if (offset + datatype.size > size)
      cursor.fail(`member "${name}" leaves its compound`, {
        expected: `an end within ${size} bytes`,
        found: `${offset} + ${datatype.size}`,
      });
    if (names.has(name)) cursor.fail(`two members of a compound are called "${name}"`);
    names.add(name);
    members.push({ name, offset, datatype });
  }
  if (members.length === 0) cursor.fail("a compound has no members");
  return { class: "compound", size, members };
}

/** Version 1 keeps the dimensions of an array member beside its name. */
function parseInlineDimensions(cursor: Cursor): number[] {
  const rank = cursor.u8();
  if (rank > 4) cursor.fail("a member has too many dimensions", { expected: "at most 4", found: `${rank}` });
  cursor.skip(3 + 4 + 4);
  const dimensions = [cursor.u32(), cursor.u32(), cursor.u32(), cursor.u32()];
  return dimensions.slice(0, rank);
}

function parseEnum(cursor: Cursor, head: Head): Datatype {
  const base = parse(cursor, head.depth + 1, head.budget);
  if (base.class !== "fixed-point" || base.size > 8)
    throw new UnsupportedError(
      `${cursor.context.what} at ${cursor.context.address}: an enumeration of ${base.class} elements of ${base.size} bytes`,
      { source: cursor.context.source, feature: `enumeration of ${base.class}` },
    );
  if (base.size !== head.size)
    cursor.fail("an enumeration and its base type differ in size", {
      expected: `${head.size}`,
      found: `${base.size}`,
    });
  const count = head.bits & 0xffff;
  const names = Array.from({ length: count }, () => parseName(cursor, head.version));
  const values = Array.from({ length: count }, () => {
    const stored = cursor.bytes(base.size);
    let value = 0n;
    for (let at = 0; at < base.size; at++)
      value = (value << 8n) | BigInt(stored[base.bigEndian ? at : base.size - 1 - at]!);
    value >>= BigInt(base.bitOffset);
    return base.signed ? BigInt.asIntN(base.precision, value) : BigInt.asUintN(base.precision, value);
  });
  return { class: "enum", size: base.size, base, names, values };
}

function parseArray(cursor: Cursor, head: Head): Datatype {
  const rank = cursor.u8();
  if (head.version < 3) cursor.skip(3);
  if (rank < 1 || rank > 32)
    cursor.fail("an array type has a wrong number of dimensions", { expected: "1 to 32", found: `${rank}` });
  const dimensions = Array.from({ length: rank }, () => cursor.u32());
  if (head.version < 3) cursor.skip(4 * rank);
  const array = arrayOf(cursor, parse(cursor, head.depth + 1, head.budget), dimensions);
  if (array.size !== head.size)
    cursor.fail("an array type has another size than its elements together", {
      expected: `${array.size}`,
      found: `${head.size}`,
    });
  return array;
}

function arrayOf(cursor: Cursor, item: Datatype, dimensions: readonly number[]): Datatype {
  const size = dimensions.reduce((product, length) => product * length, item.size);
  if (!(size > 0 && size < 2 ** 32))
    cursor.fail("the dimensions of an array type are impossible", {
      expected: "1 to 2^32 - 1 bytes",
      found: `[${dimensions.join(", ")}] of ${item.size} bytes`,
    });
  return { class: "array", size, dimensions, item };
}

function parseComplex(cursor: Cursor, head: Head): Datatype {
  const part = parse(cursor, head.depth + 1, head.budget);
  if (part.class !== "floating-point")
    throw new UnsupportedError(
      `${cursor.context.what} at ${cursor.context.address}: complex numbers of ${part.class} parts`,
      { source: cursor.context.source, feature: `complex of ${part.class}` },
    );
  if (part.size * 2 !== head.size)
    cursor.fail("a complex number is not twice its part", { expected: `${part.size * 2}`, found: `${head.size}` });
  return { class: "complex", size: head.size, part };
}
