import {
  Bool,
  Dictionary,
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Float16,
  Float32,
  Float64,
  Int32,
  Int64,
  List,
  Null,
  type RecordBatch,
  Schema,
  Struct,
  Table,
  TimestampMicrosecond,
  Uint8,
  Utf8,
  vectorFromArray,
} from "apache-arrow";
import { expect, test } from "vitest";
import { PLAIN } from "../../src/cli/style.ts";
import { TableAdapter } from "../../src/cli/table-adapter.ts";
import { typeName } from "../../src/cli/type-name.ts";

const list = (type: ConstructorParameters<typeof Field>[1]) => new List(new Field("item", type, true));

test.each([
  [new Int64(), "int64"],
  [new Uint8(), "uint8"],
  [new Float16(), "float16"],
  [new Float32(), "float32"],
  [new Bool(), "bool"],
  [new Utf8(), "text"],
  [new Dictionary(new Utf8(), new Int32()), "category<text>"],
  [new TimestampMicrosecond("UTC"), "timestamp"],
  [list(list(new Float64())), "list<list<float64>>"],
  [new FixedSizeList(82, new Field("item", new FixedSizeList(4, new Field("item", new Float32())))), "float32[82, 4]"],
  [
    new Struct([new Field("idx_start", new Int32()), new Field("timeseries", new Utf8())]),
    "struct<idx_start: int32, timeseries: text>",
  ],
  [new FixedSizeBinary(8), "binary[8]"],
  [new Null(), "null"],
])("case %#: %s is written %s", (type, name) => {
  expect(typeName(type)).toBe(name);
});

test("batches become one table, with types, nulls and moments", async () => {
  const moment = 1_700_000_000_123;
  const table = new Table({
    id: vectorFromArray([1n, 2n], new Int64()),
    snr: vectorFromArray([Number.NaN, null], new Float64()),
    at: vectorFromArray([moment, null], new TimestampMicrosecond("UTC")),
    times: vectorFromArray([[0.5, 1.25], []], list(new Float64())),
    kind: vectorFromArray(["good", null], new Dictionary(new Utf8(), new Int32())),
  });
  const lines: string[] = [];
  const adapter = new TableAdapter({
    width: 100,
    style: PLAIN,
    print: async (printed) => {
      lines.push(...printed);
    },
  });
  adapter.begin(new Schema(table.schema.fields));
  for (const batch of table.batches) adapter.write(batch as RecordBatch);
  expect(await adapter.finish()).toEqual({ rows: 2, more: false });
  expect(lines).toEqual([
    "   id      snr  at                        times           kind",
    "int64  float64  timestamp                 list<float64>   category<text>",
    "─────  ───────  ────────────────────────  ──────────────  ──────────────",
    "    1      NaN  2023-11-14 22:13:20.123Z  [2: 0.5, 1.25]  good",
    "    2     null  null                      [0]             null",
  ]);
});
