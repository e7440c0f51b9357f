import {
  Bool,
  type DataType,
  Dictionary,
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Float16,
  Int32,
  Int64,
  List,
  makeData,
  Null,
  type RecordBatch,
  Struct,
  Table,
  Timestamp,
  TimeUnit,
  Uint64,
  Utf8,
  Vector,
} from "apache-arrow";
import type { DataFrame } from "nodejs-polars";
import { beforeAll, describe, expect, test } from "vitest";
import { DataFrameBuilder } from "../../src/data-frame.ts";
import { metadataFrame, type Polars, polarsModule, toDataFrame } from "../../src/index.ts";
import { tableOf, UNITS_TYPES, unitsTable } from "../units-table.ts";

let pl: Polars;
beforeAll(async () => {
  pl = await polarsModule();
});

const item = (type: DataType) => new Field("item", type, true);

async function frameOfColumn(type: DataType, values: readonly unknown[]): Promise<DataFrame> {
  return metadataFrame(tableOf({ column: type }, new Map([["column", values]])));
}

const columnOf = (frame: DataFrame) => [...frame.getColumn("column").toArray()];
const typeOf = (frame: DataFrame) => String(frame.dtypes[0]).replaceAll("DataType", "");
/** Exact digits: JavaScript numbers would hide a rounding. */
const textOf = (frame: DataFrame) => columnOf(frame.select(pl.col("column").cast(pl.Utf8)));

describe("Arrow types arrive as polars types, values exact", () => {
  test("int64 and uint64 above 2^53", async () => {
    const signed = await frameOfColumn(new Int64(), [9007199254740993n, null, -9223372036854775808n]);
    expect(typeOf(signed)).toBe("(Int64)");
    expect(textOf(signed)).toEqual(["9007199254740993", null, "-9223372036854775808"]);
    const unsigned = await frameOfColumn(new Uint64(), [18446744073709551615n]);
    expect(textOf(unsigned)).toEqual(["18446744073709551615"]);
  });

  test("booleans, also where all of a batch are null", async () => {
    expect(columnOf(await frameOfColumn(new Bool(), [true, null, false]))).toEqual([true, null, false]);
    const nulls = await frameOfColumn(new Bool(), [null, null]);
    expect([typeOf(nulls), columnOf(nulls)]).toEqual(["(Bool)", [null, null]]);
    const nested = await frameOfColumn(new List(item(new Bool())), [[null], [], null]);
    expect(columnOf(nested.select(pl.col("column").list.lengths()))).toEqual([1, 0, null]);
  });

  test("lists, lists of fixed-size lists, empty and null ones", async () => {
    const frame = await frameOfColumn(new List(item(new FixedSizeList(2, item(new Int32())))), [
      [
        [1, 2],
        [3, 4],
      ],
      [],
      null,
    ]);
    expect(typeOf(frame)).toBe("(List((FixedSizeList((Int32),2))))");
    expect(textOf(frame.select(pl.col("column").list.lengths()))).toEqual(["2", "0", null]);
    const flat = frame.explode("column").explode("column");
    expect(columnOf(flat)).toEqual([1, 2, 3, 4, null, null]);
  });

  test("structs with null fields and null rows", async () => {
    const type = new Struct([new Field("idx_start", new Int32(), true), new Field("path", new Utf8(), true)]);
    const frame = await frameOfColumn(type, [{ idx_start: 1, path: "/a" }, { idx_start: null, path: "/b" }, null]);
    const path = frame.select(pl.col("column").struct.field("path").alias("column"));
    expect(columnOf(path)).toEqual(["/a", "/b", null]);
    expect(columnOf(frame.select(pl.col("column").isNull()))).toEqual([false, false, true]);
  });

  test("an enum becomes categorical, also over several batches and groups", async () => {
    const type = new Dictionary(new Utf8(), new Int32());
    const values = ["good", "mua", null, "good", "noise", "mua"];
    const table = tableOf({ column: type }, new Map([["column", values]]));
    const builder = new DataFrameBuilder(pl, table.schema, 1);
    for (let row = 0; row < values.length; row += 2)
      for (const batch of table.slice(row, row + 2).batches) builder.add(batch);
    const frame = builder.finish();
    expect(typeOf(frame)).toBe("(Categorical)");
    expect(columnOf(frame)).toEqual(values);
    expect(frame.filter(pl.col("column").eq(pl.lit("mua"))).height).toBe(2);
  });

  test("dates in microseconds UTC", async () => {
    const date = new Date(Date.UTC(2024, 1, 29, 12, 0, 0, 5));
    const frame = await frameOfColumn(new Timestamp(TimeUnit.MICROSECOND, "UTC"), [date, null]);
    expect(typeOf(frame)).toBe("(Datetime(us,UTC))");
    expect(textOf(frame)).toEqual(["2024-02-29 12:00:00.005000+00:00", null]);
  });

  test("a column without a type", async () => {
    const frame = await frameOfColumn(new Null(), [null, null]);
    expect([typeOf(frame), columnOf(frame)]).toEqual(["(Null)", [null, null]]);
  });

  test("half floats become Float32: zeros, subnormal, largest, infinite, NaN; nested too", async () => {
    const halves = Uint16Array.of(0x0000, 0x8000, 0x0001, 0x3555, 0x7bff, 0xfc00, 0x7e00, 0x3c00);
    const data = makeData({
      type: new Float16(),
      length: 8,
      nullCount: 1,
      nullBitmap: Uint8Array.of(0x7f),
      data: halves,
    });
    const frame = await metadataFrame(new Table({ column: new Vector([data]) }));
    expect(typeOf(frame)).toBe("(Float32)");
    expect(columnOf(frame)).toEqual([0, -0, 2 ** -24, 1365 / 4096, 65504, -Infinity, Number.NaN, null]);
    const list = makeData({
      type: new List(item(new Float16())),
      length: 2,
      nullCount: 0,
      valueOffsets: Int32Array.of(0, 3, 8),
      child: data,
    });
    const nested = await metadataFrame(new Table({ column: new Vector([list]).slice(1) }));
    expect(typeOf(nested)).toBe("(List((Float32)))");
    expect(columnOf(nested.explode("column"))).toEqual([1365 / 4096, 65504, -Infinity, Number.NaN, null]);
  });

  test("opaque bytes become fixed-size lists of UInt8", async () => {
    const data = makeData({
      type: new FixedSizeBinary(2),
      length: 3,
      nullCount: 1,
      nullBitmap: Uint8Array.of(0b101),
      data: Uint8Array.of(1, 2, 0, 0, 255, 6),
    });
    const frame = await metadataFrame(new Table({ column: new Vector([data]).slice(1) }));
    expect(typeOf(frame)).toBe("(FixedSizeList((UInt8),2))");
    expect(columnOf(frame.select(pl.col("column").isNull()))).toEqual([true, false]);
    expect(columnOf(frame.explode("column"))).toEqual([null, 255, 6]);
  });

  test("fixed-size lists of size 0, which polars does not read, become empty lists; nested too", async () => {
    const none = new FixedSizeList(0, item(new Float16()));
    const data = makeData({ type: none, length: 3, nullCount: 1, nullBitmap: Uint8Array.of(0b101) });
    const frame = await metadataFrame(new Table({ column: new Vector([data]) }));
    expect(typeOf(frame)).toBe("(List((Float32)))");
    expect(columnOf(frame.select(pl.col("column").list.lengths()))).toEqual([0, null, 0]);
    const sliced = await metadataFrame(new Table({ column: new Vector([data]).slice(1) }));
    expect(columnOf(sliced.select(pl.col("column").list.lengths()))).toEqual([null, 0]);
    const outer = makeData({ type: new FixedSizeList(3, item(none)), length: 1, nullCount: 0, child: data });
    const nested = await metadataFrame(new Table({ column: new Vector([outer]) }));
    expect(typeOf(nested)).toBe("(FixedSizeList((List((Float32))),3))");
    expect(nested.height).toBe(1);
  });
});

describe("many batches become one frame", () => {
  const table = unitsTable(5);

  test("whatever their cut, with every type", async () => {
    const whole = await metadataFrame(table);
    expect(whole.columns).toEqual(Object.keys(UNITS_TYPES));
    for (const [rows, groupBytes] of [
      [1, 1],
      [1, 1 << 20],
      [4, 1],
      [9, 3000],
    ] as const) {
      const builder = new DataFrameBuilder(pl, table.schema, groupBytes);
      for (let row = 0; row < table.numRows; row += rows)
        for (const batch of table.slice(row, row + rows).batches) builder.add(batch);
      expect(builder.finish().frameEqual(whole, true)).toBe(true);
    }
  });

  test("no batch, and batches without rows, give a frame without rows of the right types", async () => {
    const types = (await metadataFrame(table)).dtypes.map(String);
    const none = await toDataFrame([], table.schema);
    const empty = await toDataFrame(table.slice(0, 0).batches, table.schema);
    for (const frame of [none, empty]) {
      expect(frame.height).toBe(0);
      expect(frame.dtypes.map(String)).toEqual(types);
    }
  });

  test("batches may come asynchronously", async () => {
    async function* batches(): AsyncGenerator<RecordBatch> {
      for (const start of [0, 20]) yield* table.slice(start, start + 20).batches;
    }
    expect((await toDataFrame(batches(), table.schema)).height).toBe(table.numRows);
  });
});
