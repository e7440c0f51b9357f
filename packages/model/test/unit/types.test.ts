import type { Warning } from "@lazynwb/core";
import { array, damaged, group, memoryHierarchy } from "@lazynwb/core/testing";
import { describe, expect, test } from "vitest";
import { compareVersions, loadSpecifications, parseSpecification } from "../../src/types/cached-specification.ts";
import { TypeCatalog } from "../../src/types/type-catalog.ts";
import { WarningLog } from "../../src/warning-log.ts";

const core = (name: string) => ({ namespace: "core", name });

describe("built-in types", () => {
  const catalog = new TypeCatalog();

  // Pairs out of the schemas of NWB 2.0.1 to 2.11 and hdmf-common 1.1 to 1.10.
  test.each([
    ["PlaneSegmentation", "DynamicTable"],
    ["IntracellularRecordingsTable", "AlignedDynamicTable"],
    ["IntracellularRecordingsTable", "DynamicTable"],
    ["EventsTable", "DynamicTable"],
    ["MeaningsTable", "DynamicTable"],
    ["ElectrodesTable", "DynamicTable"],
    ["FrequencyBandsTable", "DynamicTable"],
    ["SweepTable", "DynamicTable"],
    ["IZeroClampSeries", "TimeSeries"],
    ["SpikeEventSeries", "TimeSeries"],
    ["ImageMaskSeries", "ImageSeries"],
    ["VectorIndex", "VectorData"],
    ["EnumData", "VectorData"],
    ["TimestampVectorData", "VectorData"],
    ["RetinotopyImage", "Image"],
    ["TimeSeries", "NWBDataInterface"],
    ["Units", "Units"],
    ["Subject", "Container"],
  ])("%s is a %s", (type, ancestor) => {
    expect(catalog.isA(core(type), ancestor)).toBe(true);
  });

  test.each([
    ["LFP", "TimeSeries"],
    ["BehavioralTimeSeries", "TimeSeries"],
    ["TimeSeries", "DynamicTable"],
    ["DynamicTable", "Units"],
    ["Device", "NWBDataInterface"],
    ["NoSuchType", "DynamicTable"],
  ])("%s is no %s", (type, ancestor) => {
    expect(catalog.isA(core(type), ancestor)).toBe(false);
  });

  test("a type is known by its name alone where it names no namespace", () => {
    expect(catalog.isA({ namespace: null, name: "Units" }, "DynamicTable")).toBe(true);
    expect(catalog.isKnown({ namespace: "ndx-x", name: "Mystery" })).toBe(false);
    expect(catalog.isA(null, "DynamicTable")).toBe(false);
  });
});

describe("types of extensions", () => {
  const text = (types: Readonly<Record<string, string | null>>) =>
    JSON.stringify({
      groups: Object.entries(types).map(([def, inc]) => ({
        data_type_def: def,
        ...(inc !== null && { data_type_inc: inc }),
      })),
    });

  test("an extension extends core types, others' types, and its own", () => {
    const catalog = new TypeCatalog();
    catalog.add(parseSpecification("ndx-a", new Map([["a", text({ Base: "TimeIntervals", Child: "Base" })]])));
    const includes = JSON.stringify({ namespaces: [{ schema: [{ namespace: "ndx-a" }, { source: "b" }] }] });
    catalog.add(
      parseSpecification(
        "ndx-b",
        new Map([
          ["namespace", includes],
          ["b", text({ Grandchild: "Child" })],
        ]),
      ),
    );
    const of = (namespace: string, name: string) => catalog.isA({ namespace, name }, "DynamicTable");
    expect([of("ndx-a", "Child"), of("ndx-b", "Grandchild"), of("ndx-c", "Grandchild")]).toEqual([true, true, false]);
  });

  test("the same name in two extensions means two types", () => {
    const catalog = new TypeCatalog();
    catalog.add(parseSpecification("ndx-a", new Map([["a", text({ Thing: "DynamicTable" })]])));
    catalog.add(parseSpecification("ndx-b", new Map([["b", text({ Thing: "TimeSeries" })]])));
    expect(catalog.isA({ namespace: "ndx-a", name: "Thing" }, "DynamicTable")).toBe(true);
    expect(catalog.isA({ namespace: "ndx-b", name: "Thing" }, "DynamicTable")).toBe(false);
  });

  test("an extension may bear the name of the type it extends, and types in a circle hang nothing", () => {
    const catalog = new TypeCatalog();
    catalog.add(parseSpecification("ndx-a", new Map([["a", text({ Units: "Units", P: "Q", Q: "P", Root: null })]])));
    expect(catalog.isA({ namespace: "ndx-a", name: "Units" }, "DynamicTable")).toBe(true);
    expect(catalog.isA({ namespace: "ndx-a", name: "P" }, "DynamicTable")).toBe(false);
    expect(catalog.isA({ namespace: "ndx-a", name: "Root" }, "DynamicTable")).toBe(false);
  });

  test("versions compare by their numbers", () => {
    expect(["0.9.1", "0.10.0", "1.0", "1.0.0-alpha", "0.2"].sort(compareVersions).at(0)).toBe("0.2");
    expect(["0.9.1", "0.10.0"].sort(compareVersions)).toEqual(["0.9.1", "0.10.0"]);
  });

  test("namespaces that are included are read too; one that is broken or absent leaves its types unknown", async () => {
    const folder = (...files: [string, string][]) =>
      group({
        children: { "1.0": group({ children: Object.fromEntries(files.map(([name, json]) => [name, array(json)])) }) },
      });
    const includes = JSON.stringify({ namespaces: [{ schema: [{ namespace: "ndx-base" }, { namespace: "core" }] }] });
    const hierarchy = memoryHierarchy(
      group({
        children: {
          specifications: group({
            children: {
              "ndx-top": folder(["namespace", includes], ["x", text({ Top: "Base" })]),
              "ndx-base": folder(["namespace", "{}"], ["x", text({ Base: "DynamicTable" })]),
              "ndx-broken": folder(["namespace", "{"]),
              "ndx-damaged": damaged(new Error("bad group")),
            },
          }),
        },
      }),
    );
    const told: Warning[] = [];
    const catalog = new TypeCatalog();
    const log = new WarningLog("f", (warning) => told.push(warning));
    await loadSpecifications(
      hierarchy,
      ["ndx-top", "ndx-broken", "ndx-damaged", "ndx-none", "../core", "core"],
      catalog,
      log,
    );
    expect(catalog.isA({ namespace: "ndx-top", name: "Top" }, "DynamicTable")).toBe(true);
    expect(told.map(({ code, path }) => [code, path])).toEqual([
      ["SPECIFICATION_UNREADABLE", "/specifications/ndx-broken"],
    ]);
    const reads = hierarchy.calls.read.length;
    await loadSpecifications(hierarchy, ["ndx-top", "ndx-none"], catalog, log);
    expect(hierarchy.calls.read).toHaveLength(reads);
  });
});
