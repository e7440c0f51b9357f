import { isLazyNwbError } from "@lazynwb/core";
import { describe, expect, test } from "vitest";
import { Cursor } from "../../src/cursor.ts";
import { parseDatatype } from "../../src/datatype/parse.ts";
import { datatypeToDType } from "../../src/datatype/to-dtype.ts";

const parse = (bytes: readonly number[]) =>
  parseDatatype(new Cursor(Uint8Array.from(bytes), { address: 96, what: "datatype message" }));

const u16 = (value: number) => [value & 0xff, value >> 8];
const u32 = (value: number) => [...u16(value & 0xffff), ...u16(value >>> 16)];
/** Version, class, class bits and size. */
const head = (version: number, kind: number, bits: number, size: number) => [
  (version << 4) | kind,
  bits & 0xff,
  (bits >> 8) & 0xff,
  bits >> 16,
  ...u32(size),
];
const name = (text: string, multiple = 1) => {
  const bytes = [...new TextEncoder().encode(text), 0];
  while (bytes.length % multiple !== 0) bytes.push(0);
  return bytes;
};
const int = (size: number, { signed = true, big = false, version = 1, offset = 0, precision = size * 8 } = {}) => [
  ...head(version, 0, (signed ? 8 : 0) | (big ? 1 : 0), size),
  ...u16(offset),
  ...u16(precision),
];
const double = [...head(1, 1, 0x3f20, 8), ...u16(0), ...u16(64), 52, 11, 0, 52, ...u32(1023)];

const failure = (bytes: readonly number[]): unknown => {
  try {
    return datatypeToDType(parse(bytes));
  } catch (error) {
    return error;
  }
};

describe("parseDatatype", () => {
  test("integers: order, sign, precision and offset", () => {
    expect(parse(int(4))).toEqual({
      class: "fixed-point",
      size: 4,
      bigEndian: false,
      signed: true,
      bitOffset: 0,
      precision: 32,
    });
    expect(parse(int(2, { signed: false, big: true, offset: 3, precision: 9 }))).toMatchObject({
      bigEndian: true,
      signed: false,
      bitOffset: 3,
      precision: 9,
    });
    for (const [size, bits] of [
      [1, 8],
      [2, 16],
      [3, 32],
      [4, 32],
      [5, 64],
      [8, 64],
    ] as const)
      expect(datatypeToDType(parse(int(size)))).toEqual({ kind: "int", bits, signed: true });
  });

  test("floating-point numbers: where their fields lie", () => {
    expect(parse(double)).toMatchObject({
      class: "floating-point",
      order: "little",
      normalization: "implied",
      signPosition: 63,
      exponentPosition: 52,
      exponentBits: 11,
      mantissaPosition: 0,
      mantissaBits: 52,
      exponentBias: 1023,
    });
    const vax = [...head(1, 1, 0x3f61, 8), ...double.slice(8)];
    expect(parse(vax)).toMatchObject({ order: "vax" });
    expect(isLazyNwbError(failure(vax), "UNSUPPORTED")).toBe(true);
  });

  test("strings, variable-length ones too", () => {
    expect(parse(head(1, 3, 1, 12))).toEqual({ class: "string", size: 12, padding: "null-padded" });
    expect(parse([...head(1, 9, 0x101, 16), ...head(1, 3, 0, 1)])).toEqual({ class: "vlen-string", size: 16 });
    expect(parse([...head(1, 9, 0, 16), ...double])).toMatchObject({ class: "vlen", item: { size: 8 } });
  });

  test("compounds of version 1, with the dimensions of members beside their names", () => {
    const member = (text: string, offset: number, dims: readonly number[], type: readonly number[]) => [
      ...name(text, 8),
      ...u32(offset),
      dims.length,
      0,
      0,
      0,
      ...u32(0),
      ...u32(0),
      ...[0, 1, 2, 3].flatMap((axis) => u32(dims[axis] ?? 0)),
      ...type,
    ];
    const bytes = [...head(1, 6, 2, 28), ...member("a", 0, [], int(4)), ...member("matrix", 4, [2, 3], int(4))];
    expect(parse(bytes)).toMatchObject({
      size: 28,
      members: [
        { name: "a", offset: 0, datatype: { class: "fixed-point" } },
        { name: "matrix", offset: 4, datatype: { class: "array", dimensions: [2, 3], size: 24 } },
      ],
    });
  });

  test("compounds of version 2 and 3, whose names and offsets are stored differently", () => {
    const two = [...head(2, 6, 1, 8), ...name("spikes", 8), ...u32(0), ...double];
    const three = [...head(3, 6, 1, 8), ...name("spikes"), 0, ...double];
    const wide = [...head(3, 6, 1, 300), ...name("spikes"), ...u16(256), ...double];
    expect(parse(two)).toEqual(parse(three));
    expect(parse(wide)).toMatchObject({ members: [{ name: "spikes", offset: 256 }] });
  });

  test("enumerations: the values in the byte order of their base", () => {
    const bytes = [
      ...head(3, 8, 2, 2),
      ...int(2, { big: true }),
      ...name("A"),
      ...name("Bé"),
      ...[0x00, 0x07],
      ...[0xff, 0xfe],
    ];
    expect(parse(bytes)).toMatchObject({ names: ["A", "Bé"], values: [7n, -2n] });
    expect(datatypeToDType(parse(bytes))).toMatchObject({ kind: "enum", base: { bits: 16 } });
    const padded = [...head(1, 8, 1, 1), ...int(1), ...name("FALSE", 8), 0];
    expect(parse(padded)).toMatchObject({ names: ["FALSE"], values: [0n] });
  });

  test("FALSE and TRUE are a boolean, in either order; anything else is not", () => {
    const of = (...entries: [string, number][]) => [
      ...head(3, 8, entries.length, 1),
      ...int(1),
      ...entries.flatMap(([text]) => name(text)),
      ...entries.map(([, value]) => value),
    ];
    expect(datatypeToDType(parse(of(["FALSE", 0], ["TRUE", 1])))).toEqual({ kind: "bool" });
    expect(datatypeToDType(parse(of(["TRUE", 1], ["FALSE", 0])))).toEqual({ kind: "bool" });
    expect(datatypeToDType(parse(of(["FALSE", 1], ["TRUE", 0])))).toMatchObject({ kind: "enum" });
    expect(datatypeToDType(parse(of(["FALSE", 0], ["TRUE", 1], ["MAYBE", 2])))).toMatchObject({ kind: "enum" });
  });

  test("arrays of version 2 and 3, opaque bytes, references, times, complex numbers", () => {
    const two = [...head(2, 10, 0, 24), 2, 0, 0, 0, ...u32(2), ...u32(3), ...u32(0), ...u32(0), ...int(4)];
    const three = [...head(3, 10, 0, 24), 2, ...u32(2), ...u32(3), ...int(4)];
    expect(parse(two)).toEqual(parse(three));
    expect(datatypeToDType(parse(three))).toMatchObject({ kind: "array", shape: [2, 3] });
    expect(parse([...head(1, 5, 8, 3), ...name("tagged", 8)])).toEqual({ class: "opaque", size: 3, tag: "tagged" });
    expect(parse(head(1, 7, 0, 8))).toEqual({ class: "reference", size: 8, to: "object" });
    expect(parse(head(1, 7, 1, 12))).toEqual({ class: "reference", size: 12, to: "region" });
    expect(parse([...head(1, 2, 1, 4), ...u16(32)])).toEqual({
      class: "time",
      size: 4,
      bigEndian: true,
      precision: 32,
    });
    expect(datatypeToDType(parse([...head(5, 11, 0, 16), ...double]))).toMatchObject({
      kind: "struct",
      fields: [{ name: "r" }, { name: "i" }],
    });
  });

  test("types nested too deeply are refused, not recursed into", () => {
    const nested = Array.from({ length: 400 }, () => head(1, 9, 0, 16)).flat();
    expect(isLazyNwbError(failure([...nested, ...double]), "LIMIT")).toBe(true);
    const deep = Array.from({ length: 20 }, () => head(1, 9, 0, 16)).flat();
    expect(parse([...deep, ...double]).class).toBe("vlen");
  });

  test.each([
    ["no size", head(1, 0, 0, 0)],
    ["an unknown class", [...head(1, 15, 0, 4), ...u32(0)]],
    ["bits outside of the bytes", int(2, { offset: 9, precision: 9 })],
    ["a mantissa outside of the bytes", [...head(1, 1, 0x1f20, 4), ...double.slice(8)]],
    ["an unknown padding", head(1, 3, 7, 4)],
    ["a compound without members", head(3, 6, 0, 8)],
    ["a member outside of its compound", [...head(3, 6, 1, 8), ...name("a"), 4, ...double]],
    ["two members of a name", [...head(3, 6, 2, 8), ...name("a"), 0, ...int(4), ...name("a"), 4, ...int(4)]],
    ["an array of another size", [...head(3, 10, 0, 20), 1, ...u32(3), ...int(4)]],
    ["an array of no elements", [...head(3, 10, 0, 0 + 4), 1, ...u32(0), ...int(4)]],
    ["an array too large to be", [...head(3, 10, 0, 4), 2, ...u32(0xffffffff), ...u32(0xffffffff), ...int(4)]],
    ["an end in the middle", int(4).slice(0, 10)],
    ["a name without end", [...head(3, 6, 1, 8), 65, 66, 67]],
  ])("%s is a FormatError", (_, bytes) => {
    expect(isLazyNwbError(failure(bytes), "FORMAT")).toBe(true);
  });

  test("versions to come and integers of 16 bytes are UnsupportedErrors", () => {
    expect(isLazyNwbError(failure([...head(6, 0, 0, 4), ...u32(0)]), "UNSUPPORTED")).toBe(true);
    expect(isLazyNwbError(failure(int(16)), "UNSUPPORTED")).toBe(true);
  });
});
