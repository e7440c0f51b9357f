import { type NdArray, validityOf } from "@lazynwb/core";
import { listOf, ndArrayOf, structOf } from "@lazynwb/core/testing";
import {
  type ColumnType,
  columnTypeName,
  commonType,
  convertValues,
  type MergeableTable,
  mergeSchemas,
  nullValues,
} from "@lazynwb/model";
import { describe, expect, test } from "vitest";
import { floatText, timestampText } from "../../src/schema/value-text.ts";
import { plainRows } from "../support/plain-values.ts";

const int = (bits: 8 | 16 | 32 | 64): ColumnType => ({ kind: "int", bits, signed: true });
const uint = (bits: 8 | 16 | 32 | 64): ColumnType => ({ kind: "int", bits, signed: false });
const float = (bits: 16 | 32 | 64): ColumnType => ({ kind: "float", bits });
const list = (item: ColumnType): ColumnType => ({ kind: "list", item });
const fixed = (item: ColumnType, size: number): ColumnType => ({ kind: "fixed-list", size, item });
const text: ColumnType = { kind: "text" };
const bool: ColumnType = { kind: "bool" };
const timestamp: ColumnType = { kind: "timestamp" };
const dictionary = (...values: string[]): ColumnType => ({ kind: "dictionary", values });
const struct = (fields: Readonly<Record<string, ColumnType>>): ColumnType => ({
  kind: "struct",
  fields: Object.entries(fields).map(([name, type]) => ({ name, type })),
});

describe("the type of both", () => {
  test.each<[ColumnType, ColumnType, string]>([
    [int(8), int(32), "int32"],
    [uint(8), uint(16), "uint16"],
    [uint(8), int(8), "int16"],
    [uint(8), int(32), "int32"],
    [uint(16), int(8), "int32"],
    [uint(32), int(32), "int64"],
    [uint(64), int(8), "int64"],
    [uint(64), int(64), "int64"],
    [int(8), float(32), "float64"],
    [uint(64), float(64), "float64"],
    [int(16), float(16), "float64"],
    [float(16), float(32), "float32"],
    [float(32), float(64), "float64"],
    [bool, int(8), "int8"],
    [bool, float(32), "float32"],
    [bool, text, "text"],
    [float(64), text, "text"],
    [text, list(text), "list<text>"],
    [float(64), list(int(8)), "list<float64>"],
    [text, list(float(64)), "list<text>"],
    [int(8), fixed(float(32), 2), "list<float64>"],
    [fixed(int(8), 2), fixed(float(32), 2), "fixed-list<float64, 2>"],
    [fixed(int(8), 2), fixed(int(8), 3), "list<int8>"],
    [fixed(int(8), 2), list(int(16)), "list<int16>"],
    [fixed(float(64), 2), fixed(text, 2), "list<text>"],
    [fixed(int(8), 2), fixed(text, 2), "fixed-list<text, 2>"],
    [list(list(int(8))), list(list(float(32))), "list<list<float64>>"],
    [struct({ a: int(8) }), struct({ a: float(32), b: text }), "struct<a: float64, b: text>"],
    [struct({ a: int(8) }), text, "text"],
    [dictionary("a", "b"), dictionary("a", "b"), "dictionary"],
    [dictionary("a", "b"), dictionary("b", "a"), "text"],
    [dictionary("a"), int(8), "text"],
    [timestamp, text, "text"],
    [timestamp, int(64), "text"],
    [{ kind: "null" }, float(32), "float32"],
    [{ kind: "binary", bytes: 2 }, { kind: "binary", bytes: 3 }, "text"],
  ])("%j and %j", (left, right, expected) => {
    expect(columnTypeName(commonType(left, right))).toBe(expected);
    expect(columnTypeName(commonType(right, left))).toBe(expected);
  });
});

function table(
  file: string,
  columns: Readonly<Record<string, ColumnType>>,
  rowCount = 1,
  valueless = false,
): MergeableTable {
  return {
    file: { id: file },
    path: "/t",
    rowCount,
    columns: Object.entries(columns).map(([name, type]) => ({
      name,
      type,
      metadata: { description: file },
      rowBytes: 8,
      valueless,
    })),
  };
}

const typesOf = (tables: readonly MergeableTable[], options = {}) =>
  Object.fromEntries(mergeSchemas(tables, options).columns.map(({ name, type }) => [name, columnTypeName(type)]));

describe("the schema of many files", () => {
  const internal = { _nwb_path: "text", _table_path: "text", _table_index: "uint32" };

  test("columns in the order in which they are first seen, internal ones last", () => {
    const merged = mergeSchemas([table("a", { x: int(8), y: text }), table("b", { z: bool, y: text, w: text })]);
    expect(merged.columns.map(({ name }) => name)).toEqual([
      "x",
      "y",
      "z",
      "w",
      "_nwb_path",
      "_table_path",
      "_table_index",
    ]);
    expect(merged.warnings).toEqual([]);
    expect(merged.columns[1]!.metadata).toEqual({ description: "a" });
  });

  test("W7: a conflict is settled by supertype whatever comes first, and reported with types and files", () => {
    const tables = [table("a", { x: int(64) }), table("b", { x: float(64) }), table("c", { x: int(64) })];
    expect(typesOf(tables)["x"]).toBe("float64");
    expect(typesOf([...tables].reverse())["x"]).toBe("float64");
    expect(mergeSchemas(tables).warnings).toEqual([
      {
        code: "COLUMN_TYPES",
        message: "column 'x' is of different types: int64 (a and 1 more), float64 (b); it is read as float64",
        details: { column: "x", types: ["int64", "float64"], files: { int64: ["a", "c"], float64: ["b"] } },
      },
    ]);
  });

  test("types of tables without rows, and of arrays without values, count only where no file has any", () => {
    const rows = table("a", { x: text });
    expect(typesOf([table("e", { x: float(64), y: float(64) }, 0), rows])).toEqual({
      x: "text",
      y: "float64",
      ...internal,
    });
    expect(typesOf([table("v", { x: float(64) }, 5, true), rows])["x"]).toBe("text");
    expect(typesOf([table("e", { x: float(64) }, 0), table("f", { x: text }, 0)])["x"]).toBe("text");
    expect(mergeSchemas([table("e", { x: float(64) }, 0), rows]).warnings).toEqual([]);
  });

  test("excludeArrayColumns leaves out lists, fixed lists and structs", () => {
    const columns = { a: list(text), b: fixed(int(8), 2), c: struct({ x: text }), d: text };
    expect(typesOf([table("a", columns)], { excludeArrayColumns: true })).toEqual({ d: "text", ...internal });
  });

  test("schemaOverrides forces a type and reports no conflict; schema decides all", () => {
    const tables = [table("a", { x: int(8), y: text }), table("b", { x: text })];
    const forced = mergeSchemas(tables, { schemaOverrides: { x: float(32) } });
    expect([forced.columns[0]!.type, forced.warnings]).toEqual([float(32), []]);
    expect(typesOf(tables, { schema: { y: text, _nwb_path: text, z: bool } })).toEqual({
      y: "text",
      _nwb_path: "text",
      z: "bool",
    });
  });

  test("no tables have the internal columns alone", () => {
    expect(typesOf([])).toEqual(internal);
  });
});

const convert = (array: NdArray, from: ColumnType, to: ColumnType, options = {}) =>
  plainRows(convertValues(array, from, to, options), to);

describe("a file's values as the type of all files", () => {
  const numbers = ndArrayOf(Float64Array.of(1, 0.1, Number.NaN, 1e20));

  test("the same type is the same array, uncopied", () => {
    expect(convertValues(numbers, float(64), float(64))).toBe(numbers);
  });

  test("numbers become the text that polars prints, NaN null", () => {
    expect(convert(numbers, float(64), text)).toEqual(["1.0", "0.1", null, "1e+20"]);
    expect(convert(ndArrayOf(Float32Array.of(0.1, 1 / 3)), float(32), text)).toEqual(["0.1", "0.33333334"]);
    expect(convert(ndArrayOf(BigUint64Array.of(2n ** 64n - 1n)), uint(64), text)).toEqual(["18446744073709551615"]);
    expect(convert(ndArrayOf([true, false]), bool, text)).toEqual(["true", "false"]);
    const half: NdArray = {
      dtype: { kind: "float", bits: 16 },
      shape: [2],
      data: { kind: "fixed", values: Uint16Array.of(0x2e66, 0x7e00) },
    };
    expect(convert(half, float(16), text)).toEqual(["0.099975586", null]);
  });

  test("nulls stay null", () => {
    const some = { ...ndArrayOf(Int32Array.of(1, 2, 3)), validity: validityOf(3, (row) => row !== 1) };
    expect(convert(some, int(32), float(64))).toEqual([1, null, 3]);
    expect(convert(some, int(32), text)).toEqual(["1", null, "3"]);
    expect(convert(some, int(32), list(int(32)))).toEqual([[1], null, [3]]);
    expect(convert(some, int(32), int(64))).toEqual([1, null, 3]);
  });

  test("integers widen exactly; bool becomes 0 and 1", () => {
    expect(convert(ndArrayOf(Uint8Array.of(0, 255)), uint(8), int(64))).toEqual([0, 255]);
    expect(convert(ndArrayOf(BigInt64Array.of(2n ** 60n)), int(64), float(64))).toEqual([2 ** 60]);
    expect(convert(ndArrayOf([true, false]), bool, int(16))).toEqual([1, 0]);
    expect(convert(ndArrayOf([true]), bool, float(32))).toEqual([1]);
  });

  test("a UInt64 above 2^63-1 is an error in a merged Int64 column, null in a forced one", () => {
    const large = ndArrayOf(BigUint64Array.of(5n, 2n ** 63n));
    expect(() => convertValues(large, uint(64), int(64), { column: "x", source: "a.nwb" })).toThrow(
      expect.objectContaining({ code: "COLUMN_MISMATCH", column: "x", source: "a.nwb" }),
    );
    expect(convert(large, uint(64), int(64), { forced: true })).toEqual([5, null]);
  });

  test("a single value becomes a list of one; lists convert what is in them", () => {
    expect(convert(ndArrayOf(["a", "b"]), text, list(text))).toEqual([["a"], ["b"]]);
    const lists = listOf([[1, Number.NaN], []]);
    expect(convert(lists, list(float(64)), list(text))).toEqual([["1.0", null], []]);
    expect(
      convert(
        ndArrayOf([
          [1, 2],
          [3, 4],
        ]),
        fixed(float(64), 2),
        list(float(32)),
      ),
    ).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(convert(ndArrayOf([[[1, 2]], [[3, 4]]]), fixed(fixed(float(64), 2), 1), list(list(float(64))))).toEqual([
      [[1, 2]],
      [[3, 4]],
    ]);
    expect(convert(ndArrayOf(Int8Array.of(1, 2, 3, 4), { shape: [2, 2] }), fixed(int(8), 2), fixed(text, 2))).toEqual([
      ["1", "2"],
      ["3", "4"],
    ]);
  });

  test("lists of the right length fit a fixed list, others are null", () => {
    const lists = listOf([[1, 2], [3], [4, 5]]);
    expect(convert(lists, list(float(64)), fixed(float(64), 2))).toEqual([[1, 2], null, [4, 5]]);
    expect(convert(listOf([["a", "b"], []]), list(text), fixed(text, 2))).toEqual([["a", "b"], null]);
  });

  test("a compound as text has all digits of int64", () => {
    const pairs = structOf({ a: BigInt64Array.of(2n ** 60n + 1n), 'b"': Float64Array.of(Number.NaN) });
    const fields = [
      { name: "a", type: int(64) },
      { name: 'b"', type: float(64) },
    ];
    expect(convert(pairs, { kind: "struct", fields }, { kind: "text" })).toEqual([
      '{"a":1152921504606846977,"b\\"":null}',
    ]);
  });

  test("structs convert field by field; a field that is missing is null", () => {
    const masks = structOf({ x: Int8Array.of(1, 2), gone: ["a", "b"] });
    const from = struct({ x: int(8), gone: text });
    expect(convert(masks, from, struct({ x: float(64), y: text }))).toEqual([
      { x: 1, y: null },
      { x: 2, y: null },
    ]);
    expect(convert(masks, from, text)).toEqual(['{"x":1,"gone":"a"}', '{"x":2,"gone":"b"}']);
  });

  test("dictionaries and dates become their text", () => {
    expect(convert(ndArrayOf(Int32Array.of(1, 0)), dictionary("a", "b"), text)).toEqual(["b", "a"]);
    expect(convert(ndArrayOf(BigInt64Array.of(1_704_164_645_000_006n)), timestamp, text)).toEqual([
      "2024-01-02 03:04:05.000006+00:00",
    ]);
  });

  test("what a forced type cannot say is null", () => {
    const words = ndArrayOf(["1", "x", "1.5", " 2", "1e3", "", "+3", "-4", null]);
    expect(convert(words, text, int(64))).toEqual([1, null, null, null, null, null, 3, -4, null]);
    expect(convert(words, text, float(64))).toEqual([1, null, 1.5, null, 1000, null, 3, -4, null]);
    expect(convert(ndArrayOf(["300", "-1", "7"]), text, uint(8))).toEqual([null, null, 7]);
    expect(convert(ndArrayOf([1.5, -0.5, 1e20, Number.NaN, 300]), float(64), uint(8))).toEqual([
      1,
      0,
      null,
      null,
      null,
    ]);
    expect(convert(ndArrayOf(["true", "false", "1"]), text, bool)).toEqual([true, false, null]);
    expect(convert(ndArrayOf(["2024-01-02", "x"]), text, timestamp)).toEqual(["2024-01-02T00:00:00.000000Z", null]);
    expect(convert(ndArrayOf(["b", "z"]), text, dictionary("a", "b"))).toEqual(["b", null]);
    expect(convert(ndArrayOf([1, 2]), float(64), struct({ x: text }))).toEqual([null, null]);
    expect(convert(ndArrayOf([[1, 2]]), fixed(float(64), 2), float(64))).toEqual([null]);
    expect(convert(ndArrayOf([[1, 2]]), fixed(float(64), 2), text)).toEqual(["[1,2]"]);
    expect(convert(ndArrayOf([1, 0.5, 65504, 1e9]), float(64), float(16))).toEqual([1, 0.5, 65504, "Infinity"]);
  });

  test("a column that a file lacks is null in every type", () => {
    for (const type of [
      text,
      bool,
      int(64),
      float(16),
      list(text),
      fixed(list(int(8)), 2),
      struct({ a: fixed(text, 2) }),
      timestamp,
      dictionary("a"),
      { kind: "binary", bytes: 3 } as const,
    ])
      expect(plainRows(nullValues(type, 3), type)).toEqual([null, null, null]);
  });
});

// What polars 2.1 prints for `pl.Series(values).cast(pl.String)`.
test.each<[number, 32 | 64, string]>([
  [0, 64, "0.0"],
  [-0, 64, "-0.0"],
  [1e15, 64, "1000000000000000.0"],
  [1e16, 64, "1e+16"],
  [123456789012345680, 64, "1.2345678901234568e+17"],
  [1.5e300, 64, "1.5e+300"],
  [1e-4, 64, "0.0001"],
  [1.234e-5, 64, "0.00001234"],
  [9.999e-6, 64, "9.999e-6"],
  [1e-7, 64, "1e-7"],
  [5e-324, 64, "5e-324"],
  [-1.5, 64, "-1.5"],
  [123.25, 64, "123.25"],
  [Number.POSITIVE_INFINITY, 64, "inf"],
  [Number.NEGATIVE_INFINITY, 64, "-inf"],
  [1e12, 32, "1000000000000.0"],
  [1e13, 32, "1e+13"],
  [1.00001e13, 32, "1.00001e+13"],
  [123456789, 32, "123456790.0"],
  [16777217, 32, "16777216.0"],
  [1.5e-6, 32, "0.0000015"],
  [9.99e-7, 32, "9.99e-7"],
])("%d as float%d is %s", (value, bits, expected) => {
  expect(floatText(bits === 32 ? Math.fround(value) : value, bits)).toBe(expected);
});

test("a moment before 1970 prints as polars does", () => {
  expect(timestampText(-1n)).toBe("1969-12-31 23:59:59.999999+00:00");
  expect(timestampText(-62135596800000000n)).toBe("0001-01-01 00:00:00.000000+00:00");
});
