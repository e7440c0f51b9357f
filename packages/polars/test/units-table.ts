import {
  Bool,
  type DataType,
  Dictionary,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int8,
  Int32,
  Int64,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  Timestamp,
  TimeUnit,
  Uint32,
  Uint64,
  Utf8,
  vectorFromArray,
} from "apache-arrow";

const item = (type: DataType) => new Field("item", type, true);

/** Types as a units table of NWB files has them: ragged, N-D, text, enums, structs, dates, and all with absent values. */
export const UNITS_TYPES: Readonly<Record<string, DataType>> = {
  id: new Int64(),
  presence_ratio: new Float64(),
  snr: new Float32(),
  location: new Utf8(),
  quality: new Dictionary(new Utf8(), new Int32()),
  is_good: new Bool(),
  rank: new Int8(),
  big: new Int64(),
  huge: new Uint64(),
  spike_times: new List(item(new Float64())),
  obs_intervals: new List(item(new FixedSizeList(2, item(new Float64())))),
  tags: new List(item(new Utf8())),
  waveform_mean: new FixedSizeList(3, item(new FixedSizeList(2, item(new Float32())))),
  trial: new Struct([new Field("idx_start", new Int32(), true), new Field("path", new Utf8(), true)]),
  recorded: new Timestamp(TimeUnit.MICROSECOND, "UTC"),
  _nwb_path: new Utf8(),
  _table_path: new Utf8(),
  _table_index: new Uint32(),
};

/** Numbers that look random and are the same each time. */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}

const LOCATIONS = ["VISp", "VISl", "CA1", "CA3", 'é\n"', ""];

/** A table of `files` files of `rows` units each. */
export function unitsTable(seed: number, files = 5, rows = 7): Table {
  const random = numbersFrom(seed);
  const pick = <Value>(values: readonly Value[]): Value => values[Math.floor(random() * values.length)]!;
  const maybe = <Value>(value: () => Value): Value | null => (random() < 0.15 ? null : value());
  const many = <Value>(value: () => Value): Value[] => Array.from({ length: Math.floor(random() * 4) }, value);
  const columns = new Map(Object.keys(UNITS_TYPES).map((name) => [name, [] as unknown[]]));
  for (let file = 0; file < files; file++)
    for (let row = 0; row < rows; row++) {
      const unit: Record<string, unknown> = {
        id: BigInt(file * 100 + row),
        presence_ratio: maybe(() => (random() < 0.2 ? Number.NaN : Math.round(random() * 20) / 20)),
        snr: maybe(() => Math.fround(random() * 8)),
        location: maybe(() => pick(LOCATIONS)),
        quality: maybe(() => pick(["good", "mua", "noise"])),
        is_good: maybe(() => random() < 0.5),
        rank: maybe(() => Math.floor(random() * 5)),
        big: maybe(() => 9007199254740992n + BigInt(Math.floor(random() * 4))),
        huge: maybe(() => 18446744073709551612n + BigInt(Math.floor(random() * 4))),
        spike_times: maybe(() => many(() => random() * 10)),
        obs_intervals: maybe(() => many(() => [random(), 1 + random()])),
        tags: maybe(() => many(() => maybe(() => pick(["a", "b", "long enough to be out of line"])))),
        waveform_mean: maybe(() => [0, 1, 2].map(() => [Math.fround(random()), Math.fround(random())])),
        trial: maybe(() => ({ idx_start: Math.floor(random() * 9), path: pick(["/a", "/b"]) })),
        recorded: maybe(() => new Date(1.6e12 + Math.floor(random() * 1e9))),
        _nwb_path: `/data/${file}.nwb`,
        _table_path: "/units",
        _table_index: row,
      };
      for (const [name, values] of columns) values.push(unit[name]);
    }
  return tableOf(UNITS_TYPES, columns);
}

/** An Arrow table of JavaScript values, in batches of `batchRows`. */
export function tableOf(
  types: Readonly<Record<string, DataType>>,
  columns: ReadonlyMap<string, readonly unknown[]>,
): Table {
  const schema = new Schema(Object.entries(types).map(([name, type]) => new Field(name, type, true)));
  const children = schema.fields.map((field) => vectorFromArray(columns.get(field.name)!, field.type).data[0]!);
  const length = [...columns.values()][0]?.length ?? 0;
  const data = makeData({ type: new Struct(schema.fields), length, nullCount: 0, children });
  return new Table(schema, [new RecordBatch(schema, data)]);
}
