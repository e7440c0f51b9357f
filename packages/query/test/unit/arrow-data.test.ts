import { validityOf } from "@lazynwb/core";
import type { MergedColumn } from "@lazynwb/model";
import { type Data, DataType, Table, tableFromIPC } from "apache-arrow";
import pl from "nodejs-polars";
import { describe, expect, test } from "vitest";
import { arrowData } from "../../src/arrow/arrow-data.ts";
import { arrowLayout } from "../../src/arrow/arrow-schema.ts";
import { toIpc } from "../../src/arrow/ipc.ts";
import { rowsOf } from "../../src/arrow/plain-values.ts";
import { INTERNAL_SCHEMA } from "../../src/internal-columns.ts";
import * as arrays from "../support/arrays.ts";
import { batchOfColumns, tableOf } from "../support/batch.ts";

const context = { dictionaries: new Map(), nanAsNull: false, column: "x" };

function dataOf({ type, array }: arrays.TestColumn, nanAsNull = false): Data {
  const layout = arrowLayout([{ name: "x", type, metadata: {} }]);
  return arrowData(array, type, layout.schema.fields[0]!.type, { ...layout, nanAsNull, column: "x" });
}

const every = {
  i8: arrays.int8([-128, null, 127]),
  i32: arrays.int32([-(2 ** 31), null, 7]),
  i64: arrays.int64([2n ** 53n + 1n, null, -(2n ** 63n)]),
  u64: arrays.uint64([2n ** 64n - 1n, null, 0n]),
  half: arrays.float16([0x3c00, null, 0x7e00]),
  single: arrays.float32([0.5, null, Number.NaN]),
  double: arrays.float64([Number.POSITIVE_INFINITY, null, -0]),
  flag: arrays.bool([true, null, false]),
  text: arrays.text(["é\u{1f600}", null, ""]),
  area: arrays.dictionary([1, null, 0], ["VISl", "VISp"]),
  at: arrays.timestamp([1n, null, -1n]),
  list: arrays.list([[1, 2], null, []], arrays.float64),
  deep: arrays.list([[["a"], []], null, [["b", "c"]]], (lists) => arrays.list(lists, arrays.text)),
  pairs: arrays.list(
    [
      [
        [0, 10],
        [11, 20],
      ],
      null,
      [],
    ] as readonly (readonly number[][] | null)[],
    (pairs) => arrays.fixedList(pairs, 2, arrays.float64),
  ),
  grid: arrays.fixedList(
    [
      [
        [1, 2],
        [3, 4],
      ],
      [
        [5, 6],
        [7, 8],
      ],
      [
        [9, 10],
        [11, 12],
      ],
    ],
    2,
    (rows) => arrays.fixedList(rows, 2, arrays.float32),
  ),
  pair: arrays.struct(
    { start: arrays.int32([1, 0, 3]), series: arrays.text(["/a", "", null]) },
    3,
    validityOf(3, (row) => row !== 1),
  ),
  bytes: arrays.binary([Uint8Array.of(1, 2), Uint8Array.of(3, 4), Uint8Array.of(5, 6)], 2),
};

const expected = [
  {
    i8: -128,
    i32: -(2 ** 31),
    i64: 2n ** 53n + 1n,
    u64: 2n ** 64n - 1n,
    half: 1,
    single: 0.5,
    double: Number.POSITIVE_INFINITY,
    flag: true,
    text: "é\u{1f600}",
    area: "VISp",
    at: new Date(0),
    list: [1, 2],
    deep: [["a"], []],
    pairs: [
      [0, 10],
      [11, 20],
    ],
    grid: [
      [1, 2],
      [3, 4],
    ],
    pair: { start: 1, series: "/a" },
    bytes: Uint8Array.of(1, 2),
  },
  {
    ...Object.fromEntries(Object.keys(every).map((name) => [name, null])),
    grid: [
      [5, 6],
      [7, 8],
    ],
    bytes: Uint8Array.of(3, 4),
  },
  {
    i8: 127,
    i32: 7,
    i64: -(2n ** 63n),
    u64: 0,
    half: Number.NaN,
    single: Number.NaN,
    double: -0,
    flag: false,
    text: "",
    area: "VISl",
    at: new Date(0),
    list: [],
    deep: [["b", "c"]],
    pairs: [],
    grid: [
      [9, 10],
      [11, 12],
    ],
    pair: { start: 3, series: null },
    bytes: Uint8Array.of(5, 6),
  },
];

describe("arrowData", () => {
  test("gives every type its Arrow type and values", () => {
    const batch = batchOfColumns(every);
    expect([...rowsOf(batch)]).toEqual(expected);
    expect(batch.schema.fields.map(({ type }) => String(type))).toEqual([
      "Int8",
      "Int32",
      "Int64",
      "Uint64",
      "Float16",
      "Float32",
      "Float64",
      "Bool",
      "Utf8",
      "Dictionary<Int32, Utf8>",
      "Timestamp<MICROSECOND, UTC>",
      "List<Float64>",
      "List<List<Utf8>>",
      "List<FixedSizeList[2]<Float64>>",
      "FixedSizeList[2]<FixedSizeList[2]<Float32>>",
      "Struct<{start:Int32, series:Utf8}>",
      "FixedSizeBinary[2]",
    ]);
  });

  test("survives IPC, read by Arrow and by polars", () => {
    const bytes = toIpc(tableOf(batchOfColumns(every)));
    expect(tableFromIPC(bytes).batches.flatMap((batch) => [...rowsOf(batch)])).toEqual(expected);
    const { half: _, bytes: __, ...shared } = every;
    const frame = pl.readIPC(Buffer.from(toIpc(tableOf(batchOfColumns(shared)))));
    expect(frame.getColumn("text").toArray()).toEqual(["é\u{1f600}", null, ""]);
    expect(frame.getColumn("grid").toArray()).toEqual(expected.map(({ grid }) => grid));
    expect(frame.getColumn("pairs").toArray()).toEqual([
      [
        [0, 10],
        [11, 20],
      ],
      null,
      [],
    ]);
    expect(frame.nullCount().row(0)).toEqual(Object.keys(shared).map((name) => (name === "grid" ? 0 : 1)));
  });

  test("wraps the buffers it is given", () => {
    const numbers = arrays.float64([1, 2]);
    const texts = arrays.text(["a", "b"]);
    const lists = arrays.list([[1], [2, 3]], arrays.float32);
    const [n, t, l] = [numbers, texts, lists].map((column) => dataOf(column)) as [Data, Data, Data];
    if (numbers.array.data.kind !== "fixed" || texts.array.data.kind !== "text" || lists.array.data.kind !== "list")
      throw new Error("another layout");
    expect(n.values).toBe(numbers.array.data.values);
    expect(t.values.buffer).toBe(texts.array.data.bytes.buffer);
    expect(t.valueOffsets).toBe(texts.array.data.offsets);
    expect(l.valueOffsets).toBe(lists.array.data.offsets);
    expect(l.children[0]!.values).toBe((lists.array.data.values.data as { values: unknown }).values);
    expect(dataOf(arrays.int64([1n, null])).nullBitmap.length).toBe(1);
  });

  test("NaN becomes null where that is asked for, inside of lists and grids too", () => {
    const nan = Number.NaN;
    const columns = {
      x: arrays.float64([1, nan, null]),
      h: arrays.float16([0x7e00, 0xfe01, 0x7c00]),
      l: arrays.list([[nan, 2], [nan], null], arrays.float32),
      g: arrays.fixedList(
        [
          [nan, 1],
          [2, 3],
          [4, nan],
        ],
        2,
        arrays.float64,
      ),
      n: arrays.int32([1, 2, 3]),
    };
    expect([...rowsOf(batchOfColumns(columns, { nanAsNull: true }))]).toEqual([
      { x: 1, h: null, l: [null, 2], g: [null, 1], n: 1 },
      { x: null, h: null, l: [null], g: [2, 3], n: 2 },
      { x: null, h: Number.POSITIVE_INFINITY, l: null, g: [4, null], n: 3 },
    ]);
    expect(dataOf(columns.x, true).nullCount).toBe(2);
    expect(dataOf(columns.x).nullCount).toBe(1);
  });

  test("a scan's dictionary is one object, in every batch and type", () => {
    const columns: MergedColumn[] = [
      { name: "area", type: { kind: "dictionary", values: ["a", "b"] }, metadata: {} },
      { name: "areas", type: { kind: "list", item: { kind: "dictionary", values: ["c"] } }, metadata: {} },
    ];
    const layout = arrowLayout(columns);
    expect(layout.dictionaries.size).toBe(2);
    const [one, two] = [
      [0, 1],
      [1, 1],
    ].map((codes) =>
      arrowData(arrays.dictionary(codes, ["a", "b"]).array, columns[0]!.type, layout.schema.fields[0]!.type, {
        ...layout,
        nanAsNull: false,
        column: "area",
      }),
    ) as [Data, Data];
    expect(one.dictionary).toBe(two.dictionary);
    expect(one.type).toBe(layout.schema.fields[0]!.type);
  });

  test("fields keep descriptions; internal ones are not nullable", () => {
    const { schema } = arrowLayout([
      { name: "x", type: { kind: "text" }, metadata: { description: "what", "lazynwb.table": "/units" } },
      ...INTERNAL_SCHEMA,
    ]);
    expect(Object.fromEntries(schema.fields[0]!.metadata)).toEqual({ description: "what", "lazynwb.table": "/units" });
    expect(schema.fields.map(({ nullable }) => nullable)).toEqual([true, false, false, false]);
    expect(String(schema.fields[3]!.type)).toBe("Uint32");
    const back = tableFromIPC(toIpc(new Table(schema, []))).schema;
    expect(back.fields[0]!.metadata.get("lazynwb.table")).toBe("/units");
  });

  test("a column without any type is null", () => {
    const data = dataOf({ type: { kind: "null" }, array: arrays.bool([null, null]).array });
    expect(DataType.isNull(data.type)).toBe(true);
    expect(data.length).toBe(2);
  });

  test("values of another type than the column's are refused, not converted", () => {
    const int64 = { kind: "int", bits: 64, signed: true } as const;
    const [field] = arrowLayout([{ name: "x", type: int64, metadata: {} }]).schema.fields;
    for (const column of [arrays.int32([1]), arrays.float64([1]), arrays.text(["1"]), arrays.list([[1]], arrays.int8)])
      expect(() => arrowData(column.array, int64, field!.type, context)).toThrow(/column 'x' should hold int/);
    const grid = arrays.fixedList([[1, 2]], 2, arrays.float64);
    expect(() => dataOf({ ...grid, type: { kind: "fixed-list", size: 3, item: { kind: "float", bits: 64 } } })).toThrow(
      /shape \[1, 2\]/,
    );
    expect(() => dataOf({ ...grid, type: { kind: "float", bits: 64 } })).toThrow(/shape \[1, 2\]/);
  });
});
