import { array, group, ndArrayOf, softLink } from "@lazynwb/core/testing";
import { edgeFiles } from "@lazynwb/fixtures";
import { convertValues, findTables, mergeSchemas, openTable } from "@lazynwb/model";
import { expect, test } from "vitest";
import { diskFile, memoryFile, readAll } from "../support/files.ts";
import { at, column, ids, index, series, start, table } from "../support/nwb-tree.ts";

// Each test is one defect that was observed in lazynwb 1.0.0 (Python), by the number it was noted under.

test("W1: a series of several channels with a rate has as many rows as samples", async () => {
  const data = array(Array.from({ length: 20 }, () => [0, 0, 0, 0, 0, 0]));
  const lfp = series(
    { data, electrodes: array(Int32Array.of(0, 1, 2, 3, 4, 5)), starting_time: start(0, 10) },
    "ElectricalSeries",
  );
  const opened = await openTable(memoryFile(at("/acquisition/lfp", lfp)), "/acquisition/lfp");
  expect(opened.rowCount).toBe(20);
  expect((await readAll(opened))["data"]).toHaveLength(20);
});

test("W2: ragged rows of pairs are those of the row, not the pairs at its position", async () => {
  const children = {
    id: ids(3),
    obs_intervals: array([
      [0, 10],
      [11, 20],
      [2, 20],
      [0, 10],
    ]),
    obs_intervals_index: index([2, 3, 4], "/units/obs_intervals"),
  };
  const opened = await openTable(memoryFile(at("/units", table(children, { colnames: ["obs_intervals"] }))), "/units");
  expect((await readAll(opened))["obs_intervals"]).toEqual([
    [
      [0, 10],
      [11, 20],
    ],
    [[2, 20]],
    [[0, 10]],
  ]);
});

test("W3: lists of metadata are whole", async () => {
  const file = memoryFile(at("/general", group({ children: { keywords: array(["k1", "k2"]) } })));
  expect((await readAll(await openTable(file, "/general")))["keywords"]).toEqual([["k1", "k2"]]);
});

test("W6: linked timestamps are followed", async () => {
  const tree = group({
    children: {
      a: series({ data: array([1, 2]), timestamps: array([5, 6]) }),
      b: series({ data: array([3, 4]), timestamps: softLink("/a/timestamps") }),
    },
  });
  expect((await readAll(await openTable(memoryFile(tree), "/b")))["timestamps"]).toEqual([5, 6]);
});

test("W7: floats do not lose their fractions because another file has integers", () => {
  const named = (id: string, bits: 64, kind: "int" | "float") => ({
    file: { id },
    path: "/t",
    rowCount: 1,
    columns: [
      { name: "x", type: kind === "int" ? { kind, bits, signed: true } : { kind, bits }, metadata: {}, rowBytes: 8 },
    ] as const,
  });
  const { columns } = mergeSchemas([named("a", 64, "int"), named("b", 64, "float")]);
  expect(columns[0]!.type).toEqual({ kind: "float", bits: 64 });
  const values = convertValues(ndArrayOf([0.5, 1.5]), { kind: "float", bits: 64 }, columns[0]!.type);
  expect(values.data).toMatchObject({ values: Float64Array.of(0.5, 1.5) });
});

test("W11: columns nested twice, and names that begin like another, are read", async () => {
  const children = {
    id: ids(2),
    spike: column([1, 2]),
    spike_times: column([1, 2, 3]),
    spike_times_index: index([1, 2, 3], "/t/spike_times"),
    spike_times_index_index: index([2, 3], "/t/spike_times_index"),
  };
  const opened = await openTable(memoryFile(at("/t", table(children, { colnames: ["spike", "spike_times"] }))), "/t");
  expect(await readAll(opened)).toMatchObject({ spike: [1, 2], spike_times: [[[1], [2]], [[3]]] });
});

test("W25: a name that is close to a table's is not taken for it", async () => {
  const file = memoryFile(at("/units", table({ id: ids(1), a: column([1]) })));
  for (const name of ["licks", "unit", "Units", "unitss"]) expect(await findTables(file, name)).toEqual([]);
});

test("one scalar inside a table makes it no table of metadata", async () => {
  const children = { id: ids(3), a: column([1, 2, 3]), version: array("v2") };
  const opened = await openTable(memoryFile(at("/t", table(children, { colnames: ["a"] }))), "/t");
  expect([opened.kind, opened.rowCount]).toEqual(["dynamic-table", 3]);
});

test.each(["types_earliest.nwb", "types_latest.nwb"])(
  "W4 and W5: big-endian numbers and lists of integers in %s are what was written",
  async (name) => {
    const path = edgeFiles().find((file) => file.endsWith(name))!;
    const file = diskFile(path);
    const values = await readAll(await openTable(file, "/processing/types/table"));
    await file.close();
    expect(values).toMatchObject({
      int16_big: [1, -2, 300, -32768],
      float32_big: [0.5, -1.5, "NaN", "Infinity"],
      lists: [[1, 2, 3], [], [-4], [5, 6]],
    });
  },
);
