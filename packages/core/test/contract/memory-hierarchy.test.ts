import { describe, expect, test } from "vitest";
import { ALL, isLazyNwbError, StorageError } from "../../src/index.ts";
import {
  array,
  damaged,
  type ExpectedNode,
  externalLink,
  group,
  hardLink,
  hierarchyContract,
  listOf,
  memoryHierarchy,
  nullArray,
  reference,
  softLink,
  structOf,
} from "../../src/testing/index.ts";

const tree = () =>
  group({
    attributes: { nwb_version: "2.8.0", flag: true, count: 3n, target: reference("/units/times"), names: ["a", "b"] },
    children: {
      units: group({
        children: {
          id: array(Int32Array.of(5, 6, 7, 8)),
          times: array([0.5, 1.5, Number.NaN, 3.5, 4.5], { attributes: { unit: "seconds" }, chunks: [2] }),
          location: array(["VISp", "", "CA1 ", "µ"]),
          big: array(BigInt64Array.of(2n ** 60n, -1n)),
          good: array([true, false, true]),
          waveforms: array([
            [
              [1, 2, 3],
              [4, 5, 6],
            ],
            [
              [7, 8, 9],
              [10, 11, 12],
            ],
            [
              [13, 14, 15],
              [16, 17, 18],
            ],
          ]),
          group: array([reference("/general/probe"), null, reference("/units")]),
          ragged: array(listOf([[1, 2], [], [3]])),
          series: array(
            structOf({
              idx_start: Int32Array.of(0, -1),
              count: Int32Array.of(2, -1),
              timeseries: [reference("/units/times"), null],
            }),
          ),
        },
      }),
      general: group({
        children: { probe: group(), empty: nullArray({ kind: "float", bits: 64 }), title: array("a scalar") },
      }),
      also: hardLink("/units"),
      soft: softLink("units/times"),
      lost: softLink("/nowhere"),
      circle: softLink("/circle"),
      other: externalLink("other.nwb", "/units"),
    },
  });

const expected: Record<string, ExpectedNode | null> = {
  "/": {
    kind: "group",
    attributes: {
      nwb_version: "2.8.0",
      flag: true,
      count: 3,
      target: { reference: "/units/times" },
      names: ["a", "b"],
    },
    links: {
      units: "hard",
      general: "hard",
      also: "hard",
      soft: { type: "soft", target: "units/times" },
      lost: { type: "soft", target: "/nowhere" },
      circle: { type: "soft", target: "/circle" },
      other: { type: "external", file: "other.nwb", target: "/units" },
    },
  },
  "/units": { kind: "group", attributes: {} },
  "/also": { kind: "group", sameObjectAs: "/units" },
  "/units/id": { kind: "array", dtype: "int32", shape: [4], values: Int32Array.of(5, 6, 7, 8) },
  "/units/times": {
    kind: "array",
    dtype: "float64",
    shape: [5],
    values: [0.5, 1.5, Number.NaN, 3.5, 4.5],
    attributes: { unit: "seconds" },
  },
  "/soft": { kind: "array", values: [0.5, 1.5, Number.NaN, 3.5, 4.5], sameObjectAs: "/units/times" },
  "/also/location": { kind: "array", sameObjectAs: "/units/location" },
  "/units/location": { kind: "array", dtype: "text", shape: [4], values: ["VISp", "", "CA1 ", "µ"] },
  "/units/big": { kind: "array", dtype: "int64", shape: [2], values: [2n ** 60n, -1] },
  "/units/good": { kind: "array", dtype: "bool", shape: [3], values: [true, false, true] },
  "/units/waveforms": {
    kind: "array",
    dtype: "float64",
    shape: [3, 2, 3],
    values: [
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      [
        [7, 8, 9],
        [10, 11, 12],
      ],
      [
        [13, 14, 15],
        [16, 17, 18],
      ],
    ],
  },
  "/units/group": {
    kind: "array",
    dtype: "object-reference",
    shape: [3],
    values: [{ reference: "/general/probe" }, null, { reference: "/units" }],
  },
  "/units/ragged": { kind: "array", dtype: "list<float64>", shape: [3], values: [[1, 2], [], [3]] },
  "/units/series": {
    kind: "array",
    dtype: "struct<idx_start: int32, count: int32, timeseries: object-reference>",
    shape: [2],
    values: [
      { idx_start: 0, count: 2, timeseries: { reference: "/units/times" } },
      { idx_start: -1, count: -1, timeseries: null },
    ],
  },
  "/general/probe": { kind: "group", links: {} },
  "/general/empty": { kind: "array", dtype: "float64", shape: null },
  "/general/title": { kind: "array", dtype: "text", shape: [], values: "a scalar" },
  "/lost": null,
  "/circle": null,
  "/other": null,
};

hierarchyContract({ test, make: () => memoryHierarchy(tree()), expected });

describe("memoryHierarchy", () => {
  test("tells what it was asked for", async () => {
    const file = memoryHierarchy(tree());
    await file.describe(["/units", "/soft"]);
    await Promise.all(file.read([{ path: "/units/id", selection: ALL }]));
    expect(file.calls).toMatchObject({ describe: [["/units", "/soft"]], read: [[{ path: "/units/id" }]], list: [] });
  });

  test("reports damaged objects as describe's contract says", async () => {
    const fault = new StorageError("broken header");
    const file = memoryHierarchy(group({ children: { bad: damaged(fault), x: array([1], { readError: fault }) } }));
    await expect(file.describe(["/bad"])).rejects.toBe(fault);
    const failures: [string, unknown][] = [];
    const nodes = await file.describe(["/x", "/bad"], { onFailure: (path, error) => failures.push([path, error]) });
    expect(nodes.map((node) => node?.kind)).toEqual(["array", undefined]);
    expect(failures).toEqual([["/bad", fault]]);
    await expect(file.read([{ path: "/x", selection: ALL }])[0]).rejects.toBe(fault);
  });

  test("a dangling reference resolves to null", async () => {
    const file = memoryHierarchy(group({ children: { x: array([reference("/gone"), reference("/x")]) } }));
    const [read] = await Promise.all(file.read([{ path: "/x", selection: ALL }]));
    const targets = read!.data.kind === "reference" ? read!.data.targets : [];
    expect(await file.resolve(targets)).toEqual([null, "/x"]);
  });

  test("refuses to be read once it is closed", async () => {
    const file = memoryHierarchy(tree());
    await file.close();
    const error = await file.list("/").catch((reason: unknown) => reason);
    expect(isLazyNwbError(error, "STORAGE")).toBe(true);
  });
});
