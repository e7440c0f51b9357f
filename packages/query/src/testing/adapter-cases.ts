import {
  Bool,
  type Data,
  type DataType,
  Dictionary,
  Field,
  FixedSizeList,
  Float16,
  Float32,
  Float64,
  Int32,
  Int64,
  List,
  makeData,
  type RecordBatch,
  Schema,
  Struct,
  TimestampMicrosecond,
  Uint8,
  Uint64,
  Utf8,
  vectorFromArray,
} from "apache-arrow/Arrow";
import { batchOf } from "../arrow/record-batch.ts";

/** A table that an adapter is given, and the rows that must be found in what it makes. */
export interface AdapterCase {
  readonly name: string;
  readonly schema: Schema;
  readonly batches: readonly RecordBatch[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

type Columns = Readonly<Record<string, readonly [type: DataType, values: readonly unknown[]]>>;

function caseOf(name: string, columns: Columns, batchSizes?: readonly number[]): AdapterCase {
  const entries = Object.entries(columns);
  const schema = new Schema(entries.map(([column, [type]]) => new Field(column, type, true)));
  const length = entries[0]![1][1].length;
  const sizes = batchSizes ?? [length];
  let start = 0;
  const batches = sizes.map((size) => {
    const from = start;
    start += size;
    const children = entries.map(([, [type, values]]) => dataOf(type, values.slice(from, from + size)));
    return batchOf(schema, children, size);
  });
  const rows = Array.from({ length }, (_, row) =>
    Object.fromEntries(entries.map(([column, [, values]]) => [column, values[row]])),
  );
  return { name, schema, batches, rows };
}

function dataOf(type: DataType, values: readonly unknown[]): Data {
  return vectorFromArray([...values], type).data[0]!;
}

/** Codes of one dictionary that all batches share. */
function dictionaryCase(): AdapterCase {
  const words = ["VISp", "VISl", 'a "quoted", word'];
  const dictionary = vectorFromArray(words, new Utf8());
  const type = new Dictionary(new Utf8(), new Int32(), 77);
  const schema = new Schema([new Field("area", type, true)]);
  const parts = [
    [0, 1, null],
    [2, 0],
  ];
  const batches = parts.map((codes) => {
    const nullBitmap = Uint8Array.of(
      codes.reduce<number>((bits, code, at) => (code === null ? bits : bits | (1 << at)), 0),
    );
    const data = makeData({
      type,
      length: codes.length,
      nullBitmap,
      data: Int32Array.from(codes, (code) => code ?? 0),
      dictionary,
    });
    return batchOf(schema, [data], codes.length);
  });
  const rows = parts.flat().map((code) => ({ area: code === null ? null : words[code] }));
  return { name: "dictionaries over two batches", schema, batches, rows };
}

/** Timestamps; the rows hold microseconds since 1970 in UTC. */
function timestampCase(): AdapterCase {
  const micros = [1_704_161_045_250_001n, 0n, -1n, 253_402_300_799_999_999n];
  const type = new TimestampMicrosecond("UTC");
  const schema = new Schema([new Field("at", type, true)]);
  const data = makeData({
    type,
    length: 5,
    nullBitmap: Uint8Array.of(0b01111),
    data: BigInt64Array.from([...micros, 0n]),
  });
  const rows = [...micros.map((at) => ({ at })), { at: null }];
  return { name: "timestamps", schema, batches: [batchOf(schema, [data], 5)], rows };
}

const item = (type: DataType): Field => new Field("item", type, true);

/** Every case of the kit. */
export function adapterCases(): AdapterCase[] {
  const count = 3000;
  const numbers = Array.from({ length: count }, (_, at) => at);
  return [
    caseOf("a table without rows", { id: [new Int64(), []], name: [new Utf8(), []] }, []),
    caseOf("nulls and NaN, which differ", {
      x: [new Float64(), [1.5, null, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324]],
      y: [new Float32(), [0.1, -2, 3.25, Number.NaN, null, null].map((value) => value && Math.fround(value))],
      flag: [new Bool(), [true, null, false, true, false, null]],
      nothing: [new Utf8(), [null, null, null, null, null, null]],
    }),
    caseOf("booleans that are all null", { flag: [new Bool(), [null, null]] }),
    caseOf("64-bit integers, all digits", {
      id: [new Int64(), [2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n, null]],
      big: [new Uint64(), [2n ** 64n - 1n, 0n, null, 2n ** 53n + 1n]],
      small: [new Uint8(), [0, 255, 1, null]],
    }),
    caseOf("texts of every kind", {
      text: [new Utf8(), ["", null, "a,b", 'say "yes"', "two\nlines", "naïve \u{1f600}", " spaces ", "null", "NaN"]],
    }),
    caseOf("ragged lists", {
      spikes: [new List(item(new Float64())), [[1, 2.5], [], null, [3, null, 4]]],
      tags: [new List(item(new Utf8())), [["a", "b,c"], null, [], ['"']]],
      ids: [new List(item(new Int64())), [[2n ** 53n + 1n], [], [1n, 2n], null]],
    }),
    caseOf("lists of lists, and of fixed size", {
      deep: [new List(item(new List(item(new Int32())))), [[[1], []], [], [[2, 3]]]],
      pair: [new FixedSizeList(2, item(new Float64())), [[0, 1], null, [2, 3]]],
    }),
    caseOf("structs", {
      reference: [
        new Struct([new Field("start", new Int32(), true), new Field("series", new Utf8(), true)]),
        [{ start: 1, series: "/a" }, null, { start: null, series: "/b" }],
      ],
    }),
    caseOf("float16", { half: [new Float16(), [0.5, null, -2]] }),
    dictionaryCase(),
    timestampCase(),
    caseOf("several batches, in their order", { n: [new Int32(), numbers] }, [1000, 1, 1999]),
  ];
}
