import { array, group, softLink, type Tree } from "@lazynwb/core/testing";
import { type InternalPathOptions, listContents, listInternalPaths } from "@lazynwb/model";
import { describe, expect, test } from "vitest";
import { memoryFile } from "../support/files.ts";
import { column, ids, series, start, table, typed } from "../support/nwb-tree.ts";

const some = (type = "DynamicTable") => table({ id: ids(2), a: column([1, 2]) }, { type });

/** As the file that the Python package was observed on. */
const tree = (): Tree => {
  const lfp = {
    data: array(
      [
        [1, 2],
        [3, 4],
      ],
      { attributes: { unit: "volts" } },
    ),
    electrodes: array(Int32Array.of(0, 1), { attributes: typed("DynamicTableRegion") }),
    starting_time: start(0, 10),
  };
  return group({
    attributes: typed("NWBFile", {}, "core"),
    children: {
      identifier: array("id"),
      file_create_date: array(["2024-01-02"]),
      acquisition: group({
        children: {
          lfp: series(lfp, "ElectricalSeries"),
          running: series({ data: array([1, 2, 3]), timestamps: array([0, 1, 2]) }),
          linked: series({ data: array([1, 2, 3]), timestamps: softLink("/acquisition/running/timestamps") }),
        },
      }),
      general: group({
        children: {
          session_id: array("s"),
          keywords: array(["a", "b"]),
          subject: group({ attributes: typed("Subject", {}, "core"), children: { age: array("P1D") } }),
          extracellular_ephys: group({ children: { electrodes: some() } }),
        },
      }),
      intervals: group({ children: { trials: some("TimeIntervals") } }),
      processing: group({
        children: {
          behavior: group({
            attributes: typed("ProcessingModule", { description: "d" }, "core"),
            children: {
              licks: some(),
              speeds: group({
                attributes: typed("BehavioralTimeSeries", {}, "core"),
                children: { speed: series({ data: array([1]), starting_time: start(0, 1) }) },
              }),
              alias: softLink("/acquisition/lfp"),
            },
          }),
          emptymod: group({ attributes: typed("ProcessingModule", {}, "core") }),
        },
      }),
      specifications: group({
        children: { core: group({ children: { "2.8.0": group({ children: { namespace: array("{}") } }) } }) },
      }),
      untyped: group({ children: { values: array([1, 2]) } }),
      units: some("Units"),
    },
  });
};

const DEFAULT = [
  "/acquisition/lfp",
  "/acquisition/lfp/electrodes",
  "/acquisition/linked",
  "/acquisition/running",
  "/general/extracellular_ephys/electrodes",
  "/intervals/trials",
  "/processing/behavior/licks",
  "/processing/behavior/speeds/speed",
  "/units",
];

async function paths(options: InternalPathOptions = {}) {
  return (await listInternalPaths(memoryFile(tree()), options)).map(({ path }) => path);
}

async function added(options: InternalPathOptions) {
  return (await paths(options)).filter((path) => !DEFAULT.includes(path));
}

describe("internal paths", () => {
  test("tables, series and other typed objects, sorted, each once; the electrodes among them", async () => {
    expect(await paths()).toEqual(DEFAULT);
  });

  test("each option adds its own", async () => {
    expect(await added({ includeChildDatasets: true })).toEqual([
      "/acquisition/lfp/data",
      "/acquisition/lfp/starting_time",
      "/acquisition/linked/data",
      "/acquisition/running/data",
      "/acquisition/running/timestamps",
      "/processing/behavior/speeds/speed/data",
      "/processing/behavior/speeds/speed/starting_time",
      "/untyped/values",
    ]);
    expect(await added({ includeTableColumns: true })).toEqual([
      "/general/extracellular_ephys/electrodes/a",
      "/general/extracellular_ephys/electrodes/id",
      "/intervals/trials/a",
      "/intervals/trials/id",
      "/processing/behavior/licks/a",
      "/processing/behavior/licks/id",
      "/units/a",
      "/units/id",
    ]);
    expect(await added({ includeMetadata: true })).toEqual(["/general/keywords", "/general/subject"]);
    expect(await added({ includeMetadata: true, includeChildDatasets: true })).toContain("/file_create_date");
    expect(await added({ includeSpecifications: true })).toEqual(["/specifications/core/2.8.0/namespace"]);
    expect(await added({ parents: true })).toEqual([
      "/processing/behavior",
      "/processing/behavior/speeds",
      "/processing/emptymod",
    ]);
  });

  test("what is told of them", async () => {
    const found = new Map((await listInternalPaths(memoryFile(tree()))).map((one) => [one.path, one]));
    expect(found.get("/units")).toMatchObject({
      kind: "group",
      shape: null,
      neurodataType: "Units",
      isTable: true,
      isTimeSeries: false,
    });
    expect(found.get("/acquisition/lfp")).toMatchObject({ isTable: false, isTimeSeries: true });
    expect(found.get("/acquisition/lfp/electrodes")).toMatchObject({
      kind: "array",
      shape: [2],
      neurodataType: "DynamicTableRegion",
    });
    expect(Object.keys(found.get("/units")!.attributes)).toContain("colnames");
  });

  test("columns of tables are not looked at unless asked for", async () => {
    const file = memoryFile(tree());
    await listInternalPaths(file);
    expect(file.hierarchy.calls.describe.flat()).not.toContain("/units/a");
    expect(file.hierarchy.calls.read).toEqual([]);
  });
});

describe("contents", () => {
  test("rows, shape, unit and description of what can be read, in the order of the file", async () => {
    const contents = await listContents(memoryFile(tree()));
    expect(contents.map(({ path, kind, rows }) => [path, kind, rows])).toEqual([
      ["/acquisition/lfp", "time-series", 2],
      ["/acquisition/running", "time-series", 3],
      ["/acquisition/linked", "time-series", 3],
      ["/general/subject", "group", 1],
      ["/general/extracellular_ephys/electrodes", "dynamic-table", 2],
      ["/intervals/trials", "dynamic-table", 2],
      ["/processing/behavior/licks", "dynamic-table", 2],
      ["/processing/behavior/speeds", "group", 1],
      ["/processing/behavior/speeds/speed", "time-series", 1],
      ["/units", "dynamic-table", 2],
    ]);
    expect(contents[0]).toEqual({
      path: "/acquisition/lfp",
      kind: "time-series",
      neurodataType: "ElectricalSeries",
      inferred: false,
      rows: 2,
      shape: [2, 2],
      unit: "volts",
      description: null,
    });
  });

  test("what structure alone tells is marked so", async () => {
    const file = memoryFile(group({ children: { bare: group({ children: { id: ids(3) } }) } }));
    expect(await listContents(file)).toMatchObject([{ path: "/bare", kind: "dynamic-table", rows: 3, inferred: true }]);
  });

  test("a level of groups is asked for together", async () => {
    const file = memoryFile(tree());
    await listContents(file);
    // The root and four levels below it, then the arrays that tell rows.
    expect(file.hierarchy.calls.describe).toHaveLength(6);
  });
});
