import { FormatError, type Hierarchy, NetworkError, type Node, TruncatedFileError, type Warning } from "@lazynwb/core";
import { array, group, memoryHierarchy, reference, type Tree } from "@lazynwb/core/testing";
import { findTables, listContents, listInternalPaths, nwbFile, openTable, readMetadata } from "@lazynwb/model";
import { expect, test } from "vitest";
import { column, ids, table, typed } from "../support/nwb-tree.ts";

const tree = (): Tree =>
  group({
    children: {
      general: group({ children: { lab: array("L"), notes: array("N") } }),
      other: table({ id: ids(1) }),
      t: table({
        id: ids(1),
        a: column([1]),
        rows: array(Int32Array.of(0), { attributes: typed("DynamicTableRegion", { table: reference("/other") }) }),
      }),
    },
  });

/** A file whose hierarchy was changed. */
function changed(change: (hierarchy: Hierarchy) => Partial<Hierarchy>) {
  const hierarchy = memoryHierarchy(tree());
  return nwbFile({
    id: "f.nwb",
    open: async () => Object.assign(hierarchy, change({ ...hierarchy, ...bound(hierarchy) })),
  });
}

function bound(hierarchy: Hierarchy): Hierarchy {
  return {
    format: hierarchy.format,
    list: hierarchy.list.bind(hierarchy),
    describe: hierarchy.describe.bind(hierarchy),
    read: hierarchy.read.bind(hierarchy),
    resolve: hierarchy.resolve!.bind(hierarchy),
    close: hierarchy.close.bind(hierarchy),
  };
}

/** `describe` that fails with an error for one path, whole or only with one of its attributes. */
function failing(path: string, error: Error, attributeOnly = false) {
  return changed(({ describe }) => ({
    describe: async (paths, options) => {
      const nodes = await describe(paths, options);
      return nodes.map((node): Node | null => {
        if (node?.path !== path) return node;
        if (paths.length === 1 && !attributeOnly) throw error;
        options?.onFailure?.(path, error);
        return attributeOnly ? node : null;
      });
    },
  }));
}

test("a column whose bytes could not be had fails the table: it is not left out", async () => {
  await expect(openTable(failing("/t/a", new NetworkError("connection reset")), "/t")).rejects.toMatchObject({
    code: "NETWORK",
  });
  await expect(readMetadata(failing("/general/lab", new NetworkError("reset")))).rejects.toMatchObject({
    code: "NETWORK",
  });
  await expect(listContents(failing("/t", new NetworkError("reset")))).rejects.toMatchObject({ code: "NETWORK" });
  await expect(findTables(failing("/t", new NetworkError("reset")), "/t")).rejects.toMatchObject({ code: "NETWORK" });
});

test("a column that is damaged is left out with a warning, an attribute that is damaged leaves the column", async () => {
  const gone = await openTable(failing("/t/a", new FormatError("bad message")), "/t");
  expect(gone.columns.map(({ name }) => name)).toEqual(["id", "rows"]);
  expect(gone.warnings).toMatchObject([{ code: "COLUMN_UNREADABLE", path: "/t/a" }]);
  const kept = await openTable(failing("/t/a", new FormatError("bad heap"), true), "/t");
  expect(kept.columns.map(({ name }) => name)).toEqual(["id", "a", "rows"]);
  expect(kept.warnings).toMatchObject([{ code: "ATTRIBUTE_UNREADABLE", path: "/t/a" }]);
});

test("a table that is damaged itself fails with its own error", async () => {
  await expect(openTable(failing("/t", new FormatError("bad header")), "/t")).rejects.toThrow("bad header");
  await expect(findTables(failing("/t", new FormatError("bad header")), "/t")).rejects.toThrow("bad header");
});

test("a file whose other parts are damaged gives the table, without the path of its regions", async () => {
  const file = changed(() => ({
    resolve: async () => {
      throw new FormatError("bad group");
    },
  }));
  const opened = await openTable(file, "/t");
  expect(opened.columns.at(-1)!.metadata).toEqual({ neurodata_type: "DynamicTableRegion" });
  expect(opened.warnings).toMatchObject([{ code: "REGION_UNRESOLVED" }]);
});

test("a field of the metadata that is damaged is null; one that could not be had fails the file", async () => {
  const withRead = (error: Error) =>
    changed(({ read }) => ({
      read: (requests, options) =>
        requests.map((request) =>
          request.path === "/general/lab" ? Promise.reject(error) : read([request], options)[0]!,
        ),
    }));
  const { warnings } = await readMetadata(withRead(new FormatError("bad heap")));
  expect(warnings).toMatchObject([{ code: "FIELD_UNREADABLE", path: "/general/lab" }]);
  await expect(readMetadata(withRead(new NetworkError("reset")))).rejects.toMatchObject({ code: "NETWORK" });
});

test("a path that leads nowhere suggests what is close, one to an array names its group", async () => {
  const file = changed(() => ({}));
  await expect(openTable(file, "/othr")).rejects.toMatchObject({
    code: "NOT_FOUND",
    source: "f.nwb",
    candidates: ["/other"],
  });
  await expect(openTable(file, "/t/a")).rejects.toMatchObject({ code: "SCHEMA", path: "/t/a" });
});

test("a list of what a file holds tells of a damaged group, and is not given of a truncated file", async () => {
  const warnings: Warning[] = [];
  const onWarning = (warning: Warning) => warnings.push(warning);
  const damaged = failing("/t", new FormatError("bad header"));
  expect((await listContents(damaged, { onWarning })).map(({ path }) => path)).toEqual(["/other"]);
  expect(warnings).toMatchObject([
    { code: "GROUP_UNREADABLE", path: "/t", message: expect.stringContaining("bad header") },
  ]);
  expect((await listInternalPaths(damaged)).map(({ path }) => path)).toEqual(["/other"]);
  const truncated = failing("/t", new TruncatedFileError("1 byte is there"));
  for (const asked of [listContents(truncated), listInternalPaths(truncated), findTables(truncated, "/*")])
    await expect(asked).rejects.toMatchObject({ code: "TRUNCATED_FILE" });
  expect((await openTable(truncated, "/other")).rowCount).toBe(1);
});
