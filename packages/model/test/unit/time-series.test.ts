import { array, group, nullArray, softLink, type Tree } from "@lazynwb/core/testing";
import { openTable, resolveExternalName, type TableOptions } from "@lazynwb/model";
import { describe, expect, test } from "vitest";
import { memoryFile, readAll } from "../support/files.ts";
import { at, series, start } from "../support/nwb-tree.ts";

async function open(children: Readonly<Record<string, Tree>>, options: TableOptions = {}, type = "TimeSeries") {
  return openTable(
    memoryFile(at("/acquisition/s", series(children, type)), "/data/file.nwb"),
    "/acquisition/s",
    options,
  );
}

const values = (...numbers: number[]) => array(Float64Array.from(numbers));
const codes = ({ warnings }: { readonly warnings: readonly { readonly code: string }[] }) =>
  warnings.map((one) => one.code);

describe("time series as tables", () => {
  test("timestamps, then data; further axes as fixed lists; the unit as metadata", async () => {
    const data = array(
      [
        [1, 2],
        [3, 4],
      ],
      { attributes: { unit: "m/s", conversion: 0.5 } },
    );
    const opened = await open({ data, timestamps: values(0.5, 1.5) });
    expect(opened.kind).toBe("time-series");
    expect(opened.columns.map(({ name }) => name)).toEqual(["timestamps", "data"]);
    expect(opened.columns.map(({ metadata }) => metadata["unit"])).toEqual(["seconds", "m/s"]);
    expect(await readAll(opened)).toEqual({
      timestamps: [0.5, 1.5],
      data: [
        [1, 2],
        [3, 4],
      ],
    });
  });

  test("timestamps from a rate divide first and add then, in float64, as numpy does", async () => {
    // numpy 2.4: np.arange(4) / np.float32(30000.1) + 1.3, and np.arange(4) / 0.3 + 0.1
    const single = await open({ data: values(0, 0, 0, 0), starting_time: start(1.3, Float32Array.of(30000.1)) });
    expect((await readAll(single))["timestamps"]).toEqual([
      1.3,
      1.3 + 1 / Math.fround(30000.1),
      1.3 + 2 / Math.fround(30000.1),
      1.3 + 3 / Math.fround(30000.1),
    ]);
    const double = await open({ data: values(0, 0, 0, 0), starting_time: start(0.1, 0.3) });
    expect((await readAll(double))["timestamps"]).toEqual([0.1, 3.4333333333333336, 6.766666666666667, 10.1]);
  });

  test("rows of computed timestamps need no reading but that of the starting time", async () => {
    const file = memoryFile(at("/s", series({ data: values(1, 2, 3, 4), starting_time: start(10, 2) })));
    const opened = await openTable(file, "/s");
    const [times] = await opened.read(["timestamps"], Float64Array.of(1, 2, 3, 4));
    expect(times!.data).toMatchObject({ values: Float64Array.of(10.5, 11.5) });
    expect(file.hierarchy.calls.read.flat().map(({ path }) => path)).toEqual(["/s/starting_time"]);
    await opened.read(["timestamps"], "all");
    expect(file.hierarchy.calls.read.flat()).toHaveLength(1);
  });

  test("a starting_time that is an array is borne", async () => {
    const starting = array(Float64Array.of(7.5), { attributes: { rate: Float32Array.of(30) } });
    const opened = await open({ data: values(1, 2), starting_time: starting });
    expect((await readAll(opened))["timestamps"]).toEqual([7.5, 7.5 + 1 / 30]);
  });

  test("linked timestamps and data are followed", async () => {
    const tree = group({
      children: {
        first: series({ data: values(1, 2), timestamps: values(5, 6) }),
        second: series({ data: softLink("/first/data"), timestamps: softLink("/first/timestamps") }),
      },
    });
    expect(await readAll(await openTable(memoryFile(tree), "/second"))).toEqual({ timestamps: [5, 6], data: [1, 2] });
  });

  test("timestamps of any number type become float64", async () => {
    const opened = await open({ data: values(1, 2), timestamps: array(Float32Array.of(0.1, 0.2)) });
    expect(opened.columns[0]!.type).toEqual({ kind: "float", bits: 64 });
    expect((await readAll(opened))["timestamps"]).toEqual([Math.fround(0.1), Math.fround(0.2)]);
  });

  test("where lengths differ the axis of data rules; timestamps are filled or cut, with a warning", async () => {
    const short = await open({ data: values(1, 2, 3), timestamps: values(0.5) });
    expect(await readAll(short)).toEqual({ timestamps: [0.5, null, null], data: [1, 2, 3] });
    expect(codes(short)).toEqual(["COLUMN_LENGTH"]);
    const long = await open({ data: values(1), timestamps: values(0.5, 1, 1.5) });
    expect(await readAll(long)).toEqual({ timestamps: [0.5], data: [1] });
    expect(codes(long)).toEqual(["COLUMN_LENGTH"]);
  });

  test("without data the timestamps count the rows; num_samples goes first", async () => {
    expect(await readAll(await open({ timestamps: values(1, 2) }))).toEqual({ timestamps: [1, 2] });
    const counted = await open({ num_samples: array(Uint32Array.of(3), { shape: [] }), starting_time: start(0, 1) });
    expect(await readAll(counted)).toEqual({ timestamps: [0, 1, 2] });
    const none = await open({ data: nullArray({ kind: "float", bits: 64 }), timestamps: values(1) });
    expect(await readAll(none)).toEqual({ timestamps: [1], data: [null] });
  });

  test("an empty series has no rows", async () => {
    const opened = await open({ data: values(), starting_time: start(0, 10) });
    expect(opened.rowCount).toBe(0);
    expect(await readAll(opened)).toEqual({ timestamps: [], data: [] });
  });

  test("a series that nothing tells the times of has its data, and says so", async () => {
    const opened = await open({ data: values(1) });
    expect(await readAll(opened)).toEqual({ data: [1] });
    expect(codes(opened)).toEqual(["TIMESTAMPS_MISSING"]);
  });

  test("external images are told by file and frame, names as seen from the NWB file", async () => {
    const files = array(["a.avi", "sub/b.avi"], { attributes: { starting_frame: Int32Array.of(0, 2) } });
    const opened = await open(
      {
        data: array(new Float64Array(0), { shape: [0, 0, 0] }),
        external_file: files,
        format: array("external"),
        timestamps: values(0, 1, 2, 3),
      },
      {},
      "ImageSeries",
    );
    expect(await readAll(opened)).toEqual({
      timestamps: [0, 1, 2, 3],
      external_file: ["/data/a.avi", "/data/a.avi", "/data/sub/b.avi", "/data/sub/b.avi"],
      frame: [0, 1, 0, 1],
    });
  });

  test("external images whose number nothing tells have no rows, and a warning", async () => {
    const opened = await open({ external_file: array(["a.avi"]), starting_time: start(0, 1) }, {}, "ImageSeries");
    expect(opened.rowCount).toBe(0);
    expect(codes(opened)).toEqual(["FRAMES_UNKNOWN"]);
  });

  test("control, and for each row the description of its value", async () => {
    const opened = await open({
      data: values(1, 2, 3),
      timestamps: values(1, 2, 3),
      control: array(Uint8Array.of(1, 0, 7)),
      control_description: array(["off", "on"]),
    });
    expect(await readAll(opened)).toMatchObject({ control: [1, 0, 7], control_description: ["on", "off", null] });
  });

  test("other datasets of the series' length join only with allDatasets", async () => {
    const children = {
      data: values(1, 2),
      timestamps: values(1, 2),
      confidence: values(0.5, 1),
      electrodes: values(1),
    };
    const names = async (options: TableOptions) => (await open(children, options)).columns.map(({ name }) => name);
    expect(await names({})).toEqual(["timestamps", "data"]);
    expect(await names({ allDatasets: true })).toEqual(["timestamps", "data", "confidence"]);
  });

  test("channels picks columns of data, in the order asked for, and reads only those", async () => {
    const file = memoryFile(
      at(
        "/s",
        series({
          data: array([
            [0, 1, 2, 3],
            [10, 11, 12, 13],
          ]),
          timestamps: values(0, 1),
        }),
      ),
    );
    const opened = await openTable(file, "/s", { channels: [3, 0, 1] });
    expect((await readAll(opened))["data"]).toEqual([
      [3, 0, 1],
      [13, 10, 11],
    ]);
    const cuts = file.hierarchy.calls.read.flat().filter(({ path }) => path === "/s/data");
    expect(cuts.map(({ selection }) => selection.trailing)).toEqual([[{ start: 0, stop: 2 }], [{ start: 3, stop: 4 }]]);
    await expect(openTable(file, "/s", { channels: [4] })).rejects.toThrow("channels 0 to 3; 4 is none of them");
  });
});

describe("inUnits equals get_data_in_units of pynwb 4.2 under numpy 2.4", () => {
  const scaled = async (data: Tree, more: Readonly<Record<string, Tree>> = {}, options: TableOptions = {}) => {
    const opened = await open({ data, starting_time: start(0, 1), ...more }, { inUnits: true, ...options });
    return { values: (await readAll(opened))["data"], type: opened.columns[1]!.type };
  };

  test("int16 with float64 factors", async () => {
    const data = array(Int16Array.of(0, 1, 2, 3), { attributes: { conversion: 0.1, offset: 0.3 } });
    expect((await scaled(data)).values).toEqual([0.3, 0.4, 0.5, 0.6000000000000001]);
  });

  test("a float32 conversion makes float32 products of int16, float64 ones of int32", async () => {
    const factors = { conversion: Float32Array.of(0.1), offset: 0 };
    const of = async (data: Int16Array | Int32Array) => (await scaled(array(data, { attributes: factors }))).values;
    expect(await of(Int16Array.of(3))).toEqual([0.30000001192092896]);
    expect(await of(Int32Array.of(3))).toEqual([0.30000000447034836]);
  });

  test("without factors float32 stays as it is, and a float32 offset adds in float32", async () => {
    const data = array(Float32Array.of(1.1, 2.1), { attributes: { offset: Float32Array.of(0.1) } });
    const { values: sums, type } = await scaled(data);
    expect(type).toEqual({ kind: "float", bits: 64 });
    expect(sums).toEqual([
      Math.fround(Math.fround(1.1) + Math.fround(0.1)),
      Math.fround(Math.fround(2.1) + Math.fround(0.1)),
    ]);
  });

  test("channel_conversion multiplies into conversion first, one factor a channel", async () => {
    const data = array(Int16Array.of(0, 1, 2, 3, 4, 5), { shape: [3, 2], attributes: { conversion: 0.7 } });
    const more = { channel_conversion: values(0.1, 0.2) };
    const expected = [0, 1, 2, 3, 4, 5].map((value, position) => value * (0.7 * (position % 2 === 0 ? 0.1 : 0.2)) + 0);
    expect((await scaled(data, more)).values).toEqual([expected.slice(0, 2), expected.slice(2, 4), expected.slice(4)]);
    const second = await scaled(data, more, { channels: [1] });
    expect(second.values).toEqual([[expected[1]], [expected[3]], [expected[5]]]);
  });

  test("text has no units and stays text", async () => {
    expect((await scaled(array(["go", "stop"]))).values).toEqual(["go", "stop"]);
  });

  test("factors that fit no channel are not applied, and told", async () => {
    const data = array(Float64Array.of(1, 2), { attributes: { conversion: 2 } });
    const opened = await open(
      { data, starting_time: start(0, 1), channel_conversion: values(1, 2, 3) },
      { inUnits: true },
    );
    expect((await readAll(opened))["data"]).toEqual([2, 4]);
    expect(codes(opened)).toEqual(["CHANNEL_CONVERSION_LENGTH"]);
  });
});

test.each([
  ["/data/x.nwb", "video.avi", "/data/video.avi"],
  ["/data/x.nwb", "./x/v.avi", "/data/x/v.avi"],
  ["/data/sub/x.nwb", "../v.avi", "/data/v.avi"],
  ["/x.nwb", "../../etc/passwd", "../../etc/passwd"],
  ["/data/x.nwb", "/elsewhere/v.avi", "/elsewhere/v.avi"],
  ["https://host/a/x.nwb?version=2", "v.avi", "https://host/a/v.avi"],
  ["https://host/x.nwb", "../v.avi", "../v.avi"],
  ["https://host/x.nwb", "https://other/v.avi", "https://other/v.avi"],
  ["dandi://dandi/000363@0.231012.2129/sub-1/x.nwb", "x/v.avi", "dandi://dandi/000363@0.231012.2129/sub-1/x/v.avi"],
  ["dropped.nwb", "v.avi", "v.avi"],
  ["C:/data/x.nwb", "sub\\v.avi", "C:/data/sub/v.avi"],
])("seen from %s, %s is %s", (source, name, expected) => {
  expect(resolveExternalName(source, name)).toBe(expected);
});

test("a type that extends TimeSeries is one by its name, whatever it is called", async () => {
  const opened = await open({ data: values(1), timestamps: values(1) }, {}, "SpikeEventSeries");
  expect(opened.kind).toBe("time-series");
  expect(opened.neurodataType).toBe("SpikeEventSeries");
});
