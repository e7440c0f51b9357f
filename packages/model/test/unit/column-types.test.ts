import { type DType, type NdArray, rowRanges } from "@lazynwb/core";
import {
  array,
  group,
  listOf,
  memoryHierarchy,
  ndArrayOf,
  nullArray,
  reference,
  structOf,
  type Tree,
} from "@lazynwb/core/testing";
import { columnTypeName, nwbFile, openTable } from "@lazynwb/model";
import { describe, expect, test } from "vitest";
import { memoryFile, readAll } from "../support/files.ts";
import { column, ids, index, table, typed } from "../support/nwb-tree.ts";
import { plainRows } from "../support/plain-values.ts";

/** A table of one column `x` beside a device to point at, opened and read. */
async function readColumn(rows: number, x: Tree, more: Readonly<Record<string, Tree>> = {}) {
  const tree = group({
    children: {
      device: group({ attributes: typed("Device", {}, "core") }),
      series: group({ attributes: typed("TimeSeries", {}, "core") }),
      t: table({ id: ids(rows), x, ...more }, { colnames: ["x"] }),
    },
  });
  const opened = await openTable(memoryFile(tree), "/t");
  const { type, metadata } = opened.columns[1]!;
  const [values] = await opened.read(["x"], "all");
  return { opened, type, metadata, values: values!, rows: plainRows(values!, type) };
}

const half: DType = { kind: "float", bits: 16 };
const states: DType = {
  kind: "enum",
  base: { kind: "int", bits: 8, signed: true },
  names: ["idle", "run"],
  values: [0n, 7n],
};

describe("stored types become the types of DESIGN section 6", () => {
  test.each([
    ["int8", Int8Array.of(-1, 2), [-1, 2]],
    ["uint8", Uint8Array.of(1, 255), [1, 255]],
    ["int16", Int16Array.of(-1, 2), [-1, 2]],
    ["uint16", Uint16Array.of(1, 65535), [1, 65535]],
    ["int32", Int32Array.of(-1, 2), [-1, 2]],
    ["uint32", Uint32Array.of(1, 2 ** 32 - 1), [1, 2 ** 32 - 1]],
    ["int64", BigInt64Array.of(-(2n ** 63n), 2n), ["-9223372036854775808", 2]],
    ["uint64", BigUint64Array.of(2n ** 64n - 1n, 2n), ["18446744073709551615", 2]],
    ["float32", Float32Array.of(0.5, Number.NaN), [0.5, "NaN"]],
    ["float64", Float64Array.of(0.1, Number.NEGATIVE_INFINITY), [0.1, "-Infinity"]],
  ])("%s keeps its width", async (name, stored, expected) => {
    const { type, rows } = await readColumn(2, column(stored));
    expect(columnTypeName(type)).toBe(name);
    expect(rows).toEqual(expected);
  });

  test("float16 stays float16", async () => {
    const stored: NdArray = {
      dtype: half,
      shape: [2],
      data: { kind: "fixed", values: Uint16Array.of(0x3c00, 0xc000) },
    };
    const { type, rows } = await readColumn(2, array(stored));
    expect(columnTypeName(type)).toBe("float16");
    expect(rows).toEqual([1, -2]);
  });

  test("bool is bool, any other enum a dictionary known from headers, an unknown code null", async () => {
    expect((await readColumn(2, column([true, false]))).rows).toEqual([true, false]);
    const stored: NdArray = { dtype: states, shape: [3], data: { kind: "fixed", values: Int8Array.of(7, 0, 3) } };
    const { type, rows, values } = await readColumn(3, array(stored));
    expect(type).toEqual({ kind: "dictionary", values: ["idle", "run"] });
    expect(rows).toEqual(["run", "idle", null]);
    expect(values.data).toMatchObject({ values: Int32Array.of(1, 0, 0) });
  });

  test("EnumData is the text that its elements say, ragged too", async () => {
    const codes = (values: readonly number[]) =>
      array(Uint8Array.from(values), { attributes: typed("EnumData", { elements: reference("/t/x_elements") }) });
    const elements = { x_elements: column(["low", "high"]) };
    const plain = await readColumn(3, codes([1, 0, 9]), elements);
    expect(plain.type).toEqual({ kind: "text" });
    expect(plain.rows).toEqual(["high", "low", null]);
    const ragged = await readColumn(2, codes([1, 0, 1]), { ...elements, x_index: index([2, 3], "/t/x") });
    expect(ragged.rows).toEqual([["high", "low"], ["high"]]);
  });

  test("text is text, whatever it looks like", async () => {
    const { type, rows } = await readColumn(4, column(["2024-01-02", "[1, 2]", "", "µ"]));
    expect(type).toEqual({ kind: "text" });
    expect(rows).toEqual(["2024-01-02", "[1, 2]", "", "µ"]);
  });

  test("references are the paths of their targets, null where null or dangling", async () => {
    const x = column([reference("/device"), null, reference("/gone"), reference("/device")]);
    const { type, rows, metadata, values } = await readColumn(4, x);
    expect(type).toEqual({ kind: "text" });
    expect(rows).toEqual(["/device", null, null, "/device"]);
    expect(metadata["lazynwb.reference"]).toBe("object");
    expect(values.validity).toEqual(Uint8Array.of(0b1001));
  });

  test("region references are paths too", async () => {
    const region = { ...reference("/t/id"), region: { rows: rowRanges([0, 1]) } };
    const { rows, metadata } = await readColumn(1, column([region]));
    expect(rows).toEqual(["/t/id"]);
    expect(metadata["lazynwb.reference"]).toBe("region");
  });

  test("ragged references, and several axes of them, keep each null in its place", async () => {
    const x = column([reference("/device"), null, reference("/series")]);
    const ragged = await readColumn(2, x, { x_index: index([2, 3], "/t/x") });
    expect(ragged.rows).toEqual([["/device", null], ["/series"]]);
    const wide = await readColumn(
      2,
      array([
        [reference("/device"), null],
        [null, reference("/series")],
      ]),
    );
    expect(columnTypeName(wide.type)).toBe("list<text>");
    expect(wide.rows).toEqual([
      ["/device", null],
      [null, "/series"],
    ]);
  });

  test("a compound is a struct, a complex number a struct of r and i", async () => {
    const mask = structOf({ x: Uint32Array.of(1, 2), weight: Float32Array.of(0.5, 1), on: [true, false] });
    const { type, rows } = await readColumn(2, array(mask));
    expect(columnTypeName(type)).toBe("struct<x: uint32, weight: float32, on: bool>");
    expect(rows).toEqual([
      { x: 1, weight: 0.5, on: true },
      { x: 2, weight: 1, on: false },
    ]);
    const complex = structOf({ r: Float64Array.of(1), i: Float64Array.of(-2) });
    expect((await readColumn(1, array(complex))).rows).toEqual([{ r: 1, i: -2 }]);
  });

  test("a compound in rows of several axes, and one with an array inside", async () => {
    const fields = { n: ndArrayOf(Int32Array.of(1, 2, 3, 4), { shape: [2, 2] }) };
    const pairs: NdArray = {
      dtype: { kind: "struct", fields: [{ name: "n", dtype: { kind: "int", bits: 32, signed: true } }] },
      shape: [2, 2],
      data: { kind: "struct", fields },
    };
    expect((await readColumn(2, array(pairs))).rows).toEqual([
      [{ n: 1 }, { n: 2 }],
      [{ n: 3 }, { n: 4 }],
    ]);
    const inside = structOf({
      v: [
        [1, 2, 3],
        [4, 5, 6],
      ],
      label: ["a", "b"],
    });
    const { type, rows } = await readColumn(2, array(inside));
    expect(columnTypeName(type)).toBe("struct<v: fixed-list<float64, 3>, label: text>");
    expect(rows).toEqual([
      { v: [1, 2, 3], label: "a" },
      { v: [4, 5, 6], label: "b" },
    ]);
  });

  test("a time series reference is null only where idx_start and count are both -1", async () => {
    const x = structOf({
      idx_start: Int32Array.of(0, -1, -1, 5),
      count: Int32Array.of(2, -1, 3, -1),
      timeseries: [reference("/series"), reference("/series"), reference("/series"), null],
    });
    const { type, rows } = await readColumn(4, array(x));
    expect(columnTypeName(type)).toBe("struct<idx_start: int32, count: int32, timeseries: text>");
    expect(rows).toEqual([
      { idx_start: 0, count: 2, timeseries: "/series" },
      null,
      { idx_start: -1, count: 3, timeseries: "/series" },
      { idx_start: 5, count: -1, timeseries: null },
    ]);
    const ragged = await readColumn(2, array(x), { x_index: index([1, 4], "/t/x") });
    expect(ragged.rows[0]).toEqual([{ idx_start: 0, count: 2, timeseries: "/series" }]);
    expect((ragged.rows[1] as unknown[])[0]).toBeNull();
  });

  test("vlen is a list, of references too", async () => {
    const { type, rows } = await readColumn(3, array(listOf([[1, 2], [], [3]])));
    expect(columnTypeName(type)).toBe("list<float64>");
    expect(rows).toEqual([[1, 2], [], [3]]);
    const pointing = await readColumn(2, array(listOf([[reference("/device"), reference("/gone")], []])));
    expect(pointing.rows).toEqual([["/device", null], []]);
  });

  test("opaque is bytes of a fixed size", async () => {
    const stored: NdArray = {
      dtype: { kind: "opaque", itemBytes: 2 },
      shape: [2],
      data: { kind: "opaque", itemBytes: 2, bytes: Uint8Array.of(1, 2, 3, 4) },
    };
    const { type, rows } = await readColumn(2, array(stored));
    expect(type).toEqual({ kind: "binary", bytes: 2 });
    expect(rows).toEqual([{ hex: "0102" }, { hex: "0304" }]);
  });

  test("further axes are fixed lists inside each other, outermost first, never transposed", async () => {
    const { type, rows } = await readColumn(
      2,
      array([
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        [
          [7, 8, 9],
          [10, 11, 12],
        ],
      ]),
    );
    expect(columnTypeName(type)).toBe("fixed-list<fixed-list<float64, 3>, 2>");
    expect(rows[1]).toEqual([
      [7, 8, 9],
      [10, 11, 12],
    ]);
  });

  test("a fixed-size array type is as further axes: values have its dimensions behind their own", async () => {
    const hierarchy = memoryHierarchy(
      group({
        children: {
          t: table({
            id: ids(2),
            x: array([
              [1, 2],
              [3, 4],
            ]),
          }),
        },
      }),
    );
    const describe = hierarchy.describe.bind(hierarchy);
    hierarchy.describe = async (paths, options) =>
      (await describe(paths, options)).map((node) => {
        if (node?.path !== "/t/x" || node.kind !== "array") return node;
        return { ...node, shape: [2], dtype: { kind: "array", item: node.dtype, shape: [2] } };
      });
    const opened = await openTable(nwbFile({ id: "m", open: async () => hierarchy }), "/t");
    expect(columnTypeName(opened.columns[1]!.type)).toBe("fixed-list<float64, 2>");
    expect((await readAll(opened))["x"]).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  test("a ragged column is a list, of fixed lists where its target has further axes", async () => {
    const x = array([
      [0, 10],
      [11, 20],
      [2, 20],
    ]);
    const { type, rows } = await readColumn(3, x, { x_index: index([2, 2, 3], "/t/x") });
    expect(columnTypeName(type)).toBe("list<fixed-list<float64, 2>>");
    expect(rows).toEqual([
      [
        [0, 10],
        [11, 20],
      ],
      [],
      [[2, 20]],
    ]);
  });

  test("a region is the stored row positions", async () => {
    const x = array(Int32Array.of(3, 0, 1), { attributes: typed("DynamicTableRegion", { table: reference("/t") }) });
    const { type, rows } = await readColumn(2, x, { x_index: index([2, 3], "/t/x") });
    expect(columnTypeName(type)).toBe("list<int32>");
    expect(rows).toEqual([[3, 0], [1]]);
  });

  test("an array without any value is a column of nulls", async () => {
    const { type, rows, opened } = await readColumn(2, nullArray({ kind: "float", bits: 64 }));
    expect(columnTypeName(type)).toBe("float64");
    expect(rows).toEqual([null, null]);
    expect(opened.columns[1]!.valueless).toBe(true);
  });
});
