import { readFileSync } from "node:fs";
import { ALL, elementCount, elementOf, isLazyNwbError, type NdArray, rowRanges, type Scalar } from "@lazynwb/core";
import { dataFolder } from "@lazynwb/fixtures";
import { describe, expect, test } from "vitest";
import { zarrBackend } from "../../src/index.ts";
import { folderStore } from "../folder-store.ts";

const data = `${dataFolder}/zarr`;
/** Written by pynwb from the same store. */
const expected = JSON.parse(readFileSync(`${data}/trials.expected.json`, "utf8")) as Record<string, unknown[]>;

async function open() {
  const store = folderStore(`${data}/trials.nwb.zarr`);
  const hierarchy = await zarrBackend().open({ id: store.id, store });
  if (hierarchy === null) throw new Error("the backend refused its own format");
  return { store, hierarchy };
}

function plain(array: NdArray): unknown[] {
  return Array.from({ length: elementCount(array.shape) }, (_, at) => {
    const value: Scalar = elementOf(array, at);
    return typeof value === "bigint" ? Number(value) : value;
  });
}

describe("a table written by hdmf-zarr 0.13", () => {
  test("opens with one request and lists and describes without any", async () => {
    const { store, hierarchy } = await open();
    expect(store.reads).toEqual([".zmetadata"]);
    const links = await hierarchy.list("/intervals/trials");
    expect(links.map(({ name }) => name)).toEqual([
      "id",
      "is_go",
      "licks",
      "licks_index",
      "start_time",
      "stimulus",
      "stop_time",
    ]);
    const [table, index, stimulus] = await hierarchy.describe([
      "/intervals/trials",
      "/intervals/trials/licks_index",
      "/intervals/trials/stimulus",
    ]);
    expect(plain(table!.attributes["colnames"]!)).toEqual(["start_time", "stop_time", "stimulus", "is_go", "licks"]);
    expect(index).toMatchObject({
      kind: "array",
      dtype: { kind: "int", bits: 8, signed: false },
      shape: [9],
      chunks: [9],
    });
    expect(stimulus).toMatchObject({ dtype: { kind: "text" } });
    expect(index!.attributes["target"]!.data).toMatchObject({ targets: [{ objectId: "/intervals/trials/licks" }] });
    expect(store.reads).toEqual([".zmetadata"]);
  });

  test("every column equals pynwb's, each read with one request", async () => {
    const { store, hierarchy } = await open();
    for (const name of ["id", "start_time", "stop_time", "stimulus", "is_go"]) {
      store.reads.length = 0;
      const [values] = hierarchy.read([{ path: `/intervals/trials/${name}`, selection: ALL }]);
      expect(plain(await values!)).toEqual(expected[name]);
      expect(store.reads).toEqual([`intervals/trials/${name}/0`]);
    }
    const [licks, index] = await Promise.all(
      hierarchy.read([
        { path: "/intervals/trials/licks", selection: ALL },
        { path: "/intervals/trials/licks_index", selection: ALL },
      ]),
    );
    const ends = plain(index!) as number[];
    expect(ends.map((end, row) => plain(licks!).slice(row === 0 ? 0 : ends[row - 1], end))).toEqual(expected["licks"]);
  });

  test("row ranges come concatenated, and their chunk is fetched once", async () => {
    const { store, hierarchy } = await open();
    store.reads.length = 0;
    const [values] = hierarchy.read([
      { path: "/intervals/trials/start_time", selection: { rows: rowRanges([0, 2], [7, 9]) } },
    ]);
    expect(plain(await values!)).toEqual([0, 1.5, 10.5, 12]);
    expect(store.reads).toEqual(["intervals/trials/start_time/0"]);
    const [every] = hierarchy.read([
      { path: "/intervals/trials/stimulus", selection: { rows: rowRanges([1, 9]), step: 3 } },
    ]);
    expect(plain(await every!)).toEqual([1, 4, 7].map((row) => expected["stimulus"]![row]));
  });

  test("a scalar that Zarr v2 keeps as one element is a scalar again", async () => {
    const { hierarchy } = await open();
    const [node] = await hierarchy.describe(["/session_description"]);
    expect(node).toMatchObject({ shape: [] });
    const [text] = hierarchy.read([{ path: "/session_description", selection: ALL }]);
    expect(await text!).toMatchObject({ shape: [] });
    expect(plain(await text!)).toEqual(["a table in Zarr"]);
  });
});

describe("what is not there or damaged", () => {
  test("an absent chunk reads as the fill value", async () => {
    const { store, hierarchy } = await open();
    store.objects.delete("intervals/trials/start_time/0");
    const [values] = hierarchy.read([{ path: "/intervals/trials/start_time", selection: ALL }]);
    expect(plain(await values!)).toEqual(new Array(9).fill(0));
  });

  test.each([
    ["truncated", (bytes: Uint8Array) => bytes.subarray(0, bytes.length - 3)],
    ["junk", () => Uint8Array.of(1, 2, 3)],
    ["empty", () => new Uint8Array(0)],
  ])("a %s chunk is an error, and its neighbour's read arrives", async (_, damage) => {
    const { store, hierarchy } = await open();
    const key = "intervals/trials/start_time/0";
    store.objects.set(key, damage(store.objects.get(key)!));
    const [bad, good] = hierarchy.read([
      { path: "/intervals/trials/start_time", selection: ALL },
      { path: "/intervals/trials/stop_time", selection: ALL },
    ]);
    const error = await bad!.catch((reason: unknown) => reason);
    expect(isLazyNwbError(error, "CORRUPT_CHUNK")).toBe(true);
    expect(error).toMatchObject({ path: "/intervals/trials/start_time" });
    expect(plain(await good!)).toEqual(expected["stop_time"]);
  });

  test("a codec of a later version is named", async () => {
    const { hierarchy } = await open();
    await expect(hierarchy.describe(["/session_start_time"])).rejects.toMatchObject({
      code: "UNSUPPORTED",
      feature: expect.stringContaining("vlen-bytes"),
    });
    const failed: string[] = [];
    const nodes = await hierarchy.describe(["/session_start_time", "/identifier"], {
      onFailure: (path) => failed.push(path),
    });
    expect([nodes[0], nodes[1]?.kind, failed]).toEqual([null, "array", ["/session_start_time"]]);
  });

  test("a missing path is null, listing it an error; a folder without .zmetadata is left to others", async () => {
    const { store, hierarchy } = await open();
    expect(await hierarchy.describe(["/nope", "/intervals/nope"])).toEqual([null, null]);
    await expect(hierarchy.list("/nope")).rejects.toMatchObject({ code: "NOT_FOUND" });
    store.objects.delete(".zmetadata");
    expect(await zarrBackend().open({ id: store.id, store })).toBeNull();
  });

  test.each([
    ["not json", "{"],
    ["another document", "{}"],
    ["no outline", '{"zarr_consolidated_format": 1, "metadata": {"a/.zarray": {"shape": [1], "chunks": [0]}}}'],
  ])("metadata that is %s is a FormatError", async (_, text) => {
    const store = folderStore(`${data}/trials.nwb.zarr`);
    store.objects.set(".zmetadata", new TextEncoder().encode(text));
    await expect(zarrBackend().open({ id: store.id, store })).rejects.toMatchObject({
      code: "FORMAT",
      source: store.id,
    });
  });
});
