import { array, group, hardLink, softLink, type Tree } from "@lazynwb/core/testing";
import { findTables, missingTable, openTables } from "@lazynwb/model";
import { describe, expect, test } from "vitest";
import { memoryFile } from "../support/files.ts";
import { column, ids, index, series, start, table, typed } from "../support/nwb-tree.ts";

const one = (type = "DynamicTable", namespace = "hdmf-common"): Tree => {
  const made = table({ id: ids(1), a: column(["x"]) }, { type, attributes: { namespace } });
  return made;
};

const aSeries = (type = "TimeSeries") => series({ data: array([1]), starting_time: start(0, 1) }, type);

const extension = JSON.stringify({
  groups: [
    {
      neurodata_type_def: "PoseTable",
      neurodata_type_inc: "TimeIntervals",
      groups: [{ neurodata_type_def: "Inner", neurodata_type_inc: "DynamicTable" }],
    },
    { neurodata_type_def: "Skeletons", neurodata_type_inc: "NWBDataInterface" },
  ],
});
const namespaceOf = (name: string, ...includes: string[]) =>
  JSON.stringify({
    namespaces: [{ name, schema: [...includes.map((namespace) => ({ namespace })), { source: "ext" }] }],
  });

const tree = () =>
  group({
    attributes: typed("NWBFile", {}, "core"),
    children: {
      acquisition: group({ children: { lfp: aSeries("ElectricalSeries"), other: aSeries() } }),
      events: group({ children: { licks: one("EventsTable", "core") } }),
      intervals: group({
        children: {
          trials: one("TimeIntervals", "core"),
          epochs: one("TimeIntervals", "core"),
          rf: one("TimeIntervals", "core"),
        },
      }),
      processing: group({
        children: {
          behavior: group({
            attributes: typed("ProcessingModule", {}, "core"),
            children: {
              eye: one(),
              rf: one(),
              poses: one("PoseTable", "ndx-pose"),
              alias: softLink("/acquisition/lfp"),
            },
          }),
          ophys: group({
            children: { cells: one("PlaneSegmentation", "core"), again: hardLink("/processing/behavior/eye") },
          }),
        },
      }),
      general: group({
        children: {
          devices: group({ children: { probe: group({ attributes: typed("Device", {}, "core") }) } }),
          extracellular_ephys: group({ children: { electrodes: one("ElectrodesTable", "core") } }),
          subject: group({ attributes: typed("Subject", {}, "core"), children: { age: array("P1D") } }),
          session_id: array("s1"),
        },
      }),
      units: one("Units", "core"),
      specifications: group({
        children: {
          "ndx-pose": group({
            children: {
              "0.9.0": group({ children: { namespace: array("broken"), ext: array("broken") } }),
              "0.10.0": group({
                children: { namespace: array(namespaceOf("ndx-pose", "core")), ext: array(extension) },
              }),
            },
          }),
        },
      }),
    },
  });

describe("naming tables", () => {
  const file = memoryFile(tree());

  test.each([
    ["/units", ["/units"]],
    ["units", ["/units"]],
    ["intervals/trials", ["/intervals/trials"]],
    ["/intervals/trials/", ["/intervals/trials"]],
    ["trials", ["/intervals/trials"]],
    ["/trials", ["/intervals/trials"]],
    ["epochs", ["/intervals/epochs"]],
    ["invalid_times", []],
    ["electrodes", ["/general/extracellular_ephys/electrodes"]],
    ["session", ["/general"]],
    ["subject", ["/general/subject"]],
    ["events", ["/events/licks"]],
    ["intervals", ["/intervals/epochs", "/intervals/rf", "/intervals/trials"]],
    ["eye", ["/processing/behavior/eye"]],
    ["lfp", ["/acquisition/lfp"]],
    ["probe", ["/general/devices/probe"]],
    ["/intervals/*", ["/intervals/epochs", "/intervals/rf", "/intervals/trials"]],
    ["/intervals/?rials", ["/intervals/trials"]],
    ["/processing/*/cells", ["/processing/ophys/cells"]],
    [
      "/processing/**",
      [
        "/processing/behavior/alias",
        "/processing/behavior/eye",
        "/processing/behavior/poses",
        "/processing/behavior/rf",
        "/processing/ophys/cells",
      ],
    ],
    ["/acquisition/*", ["/acquisition/lfp", "/acquisition/other"]],
    ["*ials", ["/intervals/trials"]],
    ["/nothing/*", []],
    ["/nothing", []],
    ["nothing/there", []],
    ["licks/nothing", []],
    ["trails", []],
    ["unit", []],
  ])("%s", async (selector, expected) => {
    expect(await findTables(file, selector)).toEqual(expected);
  });

  test.each([
    ["PlaneSegmentation", ["/processing/ophys/cells"]],
    ["Device", ["/general/devices/probe"]],
    ["TimeSeries", ["/acquisition/lfp", "/acquisition/other"]],
    ["ElectricalSeries", ["/acquisition/lfp"]],
    ["TimeIntervals", ["/intervals/epochs", "/intervals/rf", "/intervals/trials", "/processing/behavior/poses"]],
    ["PoseTable", ["/processing/behavior/poses"]],
    ["NoSuchType", []],
  ])("{ type: %s }, subtypes and extensions of the file's own specification included", async (type, expected) => {
    expect(await findTables(file, { type })).toEqual(expected);
  });

  test("a bare name of several tables is an error with the candidates, never a guess", async () => {
    await expect(findTables(file, "rf")).rejects.toMatchObject({
      code: "AMBIGUOUS_NAME",
      candidates: ["/intervals/rf", "/processing/behavior/rf"],
    });
  });

  test("a path to an array says so, and names the table to open", async () => {
    await expect(findTables(file, "/units/a")).rejects.toMatchObject({ code: "SCHEMA", path: "/units/a" });
    await expect(findTables(file, "/units/a")).rejects.toThrow("open '/units' and take its column 'a'");
  });

  test("W25: what is close is suggested and never taken", async () => {
    expect(await findTables(file, "licks_")).toEqual([]);
    expect(await missingTable(file, "trails")).toMatchObject({ code: "NOT_FOUND", candidates: ["/intervals/trials"] });
    const far = await missingTable(file, "xyzzy");
    expect(far.candidates).toContain("/units");
    expect(far.message).toContain("it has /acquisition/lfp");
  });

  test("openTables opens all that a selector means", async () => {
    const opened = await openTables(file, "/intervals/*");
    expect(opened.map(({ path, rowCount }) => [path, rowCount])).toEqual([
      ["/intervals/epochs", 1],
      ["/intervals/rf", 1],
      ["/intervals/trials", 1],
    ]);
    expect(await openTables(file, "/nothing")).toEqual([]);
  });
});

describe("what finding costs", () => {
  test.each(["/units", "trials", "/trials", "session"])("%s: one describe, and no walk", async (selector) => {
    const file = memoryFile(tree());
    await findTables(file, selector);
    const { calls } = file.hierarchy;
    expect(calls.describe).toHaveLength(1);
    expect(calls.list.length).toBeLessThanOrEqual(2);
    expect(calls.read).toHaveLength(0);
  });

  test("a glob lists only what it can match", async () => {
    const file = memoryFile(tree());
    await findTables(file, "/intervals/*");
    expect(file.hierarchy.calls.list.every((path) => path.startsWith("/intervals"))).toBe(true);
  });

  test("specifications are read only of namespaces that the file uses and that are not built in, the newest version", async () => {
    const file = memoryFile(tree());
    await findTables(file, { type: "TimeIntervals" });
    await findTables(file, { type: "PoseTable" });
    expect(file.hierarchy.calls.read.flat().map(({ path }) => path)).toEqual([
      "/specifications/ndx-pose/0.10.0/namespace",
      "/specifications/ndx-pose/0.10.0/ext",
    ]);
  });
});

test("loops of hard links end, and each object has one path", async () => {
  const loop = group({
    children: {
      b: group({ children: { up: hardLink("/"), t: one() } }),
      a: group({ children: { same: hardLink("/b/t"), self: hardLink("/a") } }),
    },
  });
  expect(await findTables(memoryFile(loop), { type: "DynamicTable" })).toEqual(["/b/t"]);
});

test("a table without any type is found by its structure", async () => {
  const bare = (children: Readonly<Record<string, Tree>>) => group({ children });
  const file = memoryFile(
    group({
      children: {
        by_id: bare({ id: ids(1), x: array([1]) }),
        by_times: bare({ start_time: array([1]), stop_time: array([2]) }),
        by_data: bare({ data: array([1]), timestamps: array([1]) }),
        none: bare({ x: array([1]) }),
        indexed: bare({ id: ids(1), x: array([1, 2]), x_index: index([2], "/indexed/x") }),
      },
    }),
  );
  const found = await findTables(file, "/*");
  expect(found).toEqual(["/by_data", "/by_id", "/by_times", "/indexed"]);
});

const NO_SELECTORS: readonly unknown[] = ["", " ", { type: "" }, undefined, null, {}];
test("a name that is none is refused before the file is opened", async () => {
  for (const selector of NO_SELECTORS) {
    const file = memoryFile(tree());
    const asked = openTables(file, selector as Parameters<typeof openTables>[1]);
    await expect(asked).rejects.toMatchObject({
      code: "QUERY",
      message: expect.stringContaining("a table is named by"),
    });
    expect([...file.hierarchy.calls.describe, ...file.hierarchy.calls.list]).toEqual([]);
  }
});
