import { array, damaged, group, reference, softLink } from "@lazynwb/core/testing";
import { openTable } from "@lazynwb/model";
import { describe, expect, test } from "vitest";
import { memoryFile, readAll } from "../support/files.ts";
import { at, column, ids, index, table, typed } from "../support/nwb-tree.ts";

const numbers = (...values: number[]) => column(Float64Array.from(values));

async function open(tree: Parameters<typeof at>[1], options = {}) {
  return openTable(memoryFile(at("/t", tree)), "/t", options);
}

function namesOf({ columns }: { readonly columns: readonly { readonly name: string }[] }): string[] {
  return columns.map(({ name }) => name);
}

function codesOf({ warnings }: { readonly warnings: readonly { readonly code: string }[] }): string[] {
  return warnings.map(({ code }) => code);
}

describe("which columns a DynamicTable has", () => {
  test("id first, then the order of colnames, not that of the file", async () => {
    const opened = await open(table({ a: numbers(1, 2), b: numbers(3, 4), id: ids(2) }, { colnames: ["b", "a"] }));
    expect(namesOf(opened)).toEqual(["id", "b", "a"]);
    expect(opened.kind).toBe("dynamic-table");
    expect(opened.warnings).toEqual([]);
  });

  test("a name counts once, names of indexes do not count, id is no second time a column", async () => {
    const children = { id: ids(2), a: numbers(1, 2), times: numbers(1, 2, 3), times_index: index([1, 3], "/t/times") };
    const opened = await open(table(children, { colnames: ["a", "times_index", "times", "a", "id"] }));
    expect(namesOf(opened)).toEqual(["id", "a", "times"]);
  });

  test("a name without a dataset is a warning that names it", async () => {
    const opened = await open(table({ id: ids(1), a: numbers(1) }, { colnames: ["a", "gone"] }));
    expect(namesOf(opened)).toEqual(["id", "a"]);
    expect(opened.warnings).toMatchObject([
      { code: "COLUMN_MISSING", source: "memory.nwb", path: "/t", details: { column: "gone" } },
    ]);
  });

  test("other datasets count only where colnames is empty or missing, in the order of the file, of the table's length", async () => {
    const children = { z: numbers(1, 2), id: ids(2), a: numbers(3, 4), long: numbers(1, 2, 3), note: array("text") };
    expect(namesOf(await open(table(children, { colnames: ["a"] })))).toEqual(["id", "a"]);
    expect(namesOf(await open(table(children, { colnames: [] })))).toEqual(["id", "z", "a"]);
    expect(namesOf(await open(table(children, { colnames: null })))).toEqual(["id", "z", "a"]);
  });

  test("allDatasets adds the other datasets of the table's length, ragged ones by their index", async () => {
    const children = {
      id: ids(2),
      a: numbers(3, 4),
      extra: numbers(5, 6),
      long: numbers(1, 2, 3),
      times: numbers(1, 2, 3),
      times_index: index([1, 3], "/t/times"),
    };
    const opened = await open(table(children, { colnames: ["a"] }), { allDatasets: true });
    expect(namesOf(opened)).toEqual(["id", "a", "extra", "times"]);
  });

  test("target, meanings_tables and reference_images are columns only where colnames says so", async () => {
    const children = {
      id: ids(2),
      a: numbers(1, 2),
      target: numbers(1, 2),
      reference_images: numbers(1, 2),
      meanings_tables: group(),
    };
    expect(namesOf(await open(table(children, { colnames: null })))).toEqual(["id", "a"]);
    expect(namesOf(await open(table(children, { colnames: ["a", "target"] })))).toEqual(["id", "a", "target"]);
  });

  test("scalars and groups never are columns, though colnames lists them", async () => {
    const children = { id: ids(2), a: numbers(1, 2), one: array(5), folder: group() };
    const opened = await open(table(children, { colnames: ["a", "one", "folder"] }));
    expect(namesOf(opened)).toEqual(["id", "a"]);
    expect(opened.rowCount).toBe(2);
    expect(opened.warnings.map(({ message }) => message)).toEqual([
      "colnames of /t lists 'one', which is a scalar",
      "colnames of /t lists 'folder', which is a group",
    ]);
  });

  test("without id rows are numbered from 0, with a warning", async () => {
    const opened = await open(table({ a: numbers(5, 6, 7) }));
    expect(await readAll(opened)).toEqual({ id: [0, 1, 2], a: [5, 6, 7] });
    expect(codesOf(opened)).toEqual(["ID_MISSING"]);
    const [some] = await opened.read(["id"], Float64Array.of(0, 1, 2, 3));
    expect(some!.data).toMatchObject({ values: BigInt64Array.of(0n, 2n) });
  });

  test("without id the rows are those that most columns have", async () => {
    const children = { a: numbers(1, 2, 3), b: numbers(1, 2, 3), short: numbers(1) };
    const opened = await open(table(children));
    expect(opened.rowCount).toBe(3);
    expect((await readAll(opened))["short"]).toEqual([1, null, null]);
  });

  test("a shorter column is filled with nulls, a longer one cut, each with a warning that names it", async () => {
    const children = { id: ids(3), short: column(["a", "b"]), long: numbers(1, 2, 3, 4) };
    const opened = await open(table(children));
    expect(await readAll(opened)).toEqual({ id: [0, 1, 2], short: ["a", "b", null], long: [1, 2, 3] });
    expect(opened.warnings).toMatchObject([
      { code: "COLUMN_LENGTH", path: "/t/short", details: { column: "short", rows: 2, rowCount: 3 } },
      { code: "COLUMN_LENGTH", path: "/t/long", details: { column: "long", rows: 4, rowCount: 3 } },
    ]);
  });

  test("a ragged column that is too short is filled with nulls, not with empty lists", async () => {
    const children = { id: ids(3), times: numbers(1, 2), times_index: index([1, 2], "/t/times") };
    expect(await readAll(await open(table(children)))).toEqual({ id: [0, 1, 2], times: [[1], [2], null] });
  });

  test("stored columns of the names that every table has arrive as <name>_file", async () => {
    const children = { id: ids(1), _nwb_path: column(["x"]), _table_index: numbers(9), _nwb_path_file: column(["y"]) };
    const opened = await open(table(children, { colnames: Object.keys(children) }));
    expect(await readAll(opened)).toEqual({
      id: [0],
      _nwb_path_file_file: ["x"],
      _table_index_file: [9],
      _nwb_path_file: ["y"],
    });
    expect(codesOf(opened)).toEqual(["COLUMN_RENAMED", "COLUMN_RENAMED"]);
  });

  test("a column that cannot be understood is left out with a warning; the others arrive", async () => {
    const children = { id: ids(1), a: numbers(1), bad: damaged(new Error("class 11 datatype")) };
    const opened = await open(table(children, { colnames: ["bad", "a"] }));
    expect(namesOf(opened)).toEqual(["id", "a"]);
    expect(opened.warnings).toMatchObject([{ code: "COLUMN_UNREADABLE", path: "/t/bad" }]);
    expect(opened.warnings[0]!.message).toContain("class 11 datatype");
  });

  test("a column may be a soft link, and one that leads nowhere is as missing", async () => {
    const children = { id: ids(2), real: numbers(1, 2), linked: softLink("/t/real"), lost: softLink("/t/nothing") };
    const opened = await open(table(children));
    expect(await readAll(opened)).toEqual({ id: [0, 1], real: [1, 2], linked: [1, 2] });
    expect(codesOf(opened)).toEqual(["COLUMN_MISSING"]);
  });

  test("warnings go to onWarning as well", async () => {
    const told: string[] = [];
    const opened = await open(table({ a: numbers(1) }), { onWarning: ({ code }: { code: string }) => told.push(code) });
    expect(told).toEqual(codesOf(opened));
  });

  test("an empty table has its columns and no rows", async () => {
    const opened = await open(table({ id: ids(0), a: numbers() }));
    expect(opened.rowCount).toBe(0);
    expect(await readAll(opened)).toEqual({ id: [], a: [] });
  });
});

describe("which array is an index, and of what", () => {
  test("the target attribute decides, whatever the name", async () => {
    const children = {
      id: ids(2),
      a: numbers(1, 2, 3),
      b: numbers(4, 5),
      a_index: index([1, 2], "/t/b"),
      ends: index([2, 3], "/t/a"),
    };
    const opened = await open(table(children, { colnames: ["a", "b"] }));
    expect(await readAll(opened)).toEqual({ id: [0, 1], a: [[1, 2], [3]], b: [[4], [5]] });
  });

  test("the exact name decides where target is missing, and never a prefix", async () => {
    const untargeted = array(Uint8Array.of(1, 3), { attributes: typed("VectorIndex") });
    const children = { id: ids(2), spike: numbers(1, 2), spike_times: numbers(1, 2, 3), spike_times_index: untargeted };
    const opened = await open(table(children));
    expect(await readAll(opened)).toEqual({ id: [0, 1], spike: [1, 2], spike_times: [[1], [2, 3]] });
    expect(opened.warnings).toEqual([]);
  });

  test("names with _index inside pair with their own index alone", async () => {
    const children = {
      id: ids(2),
      a: numbers(7, 8),
      a_index_b: numbers(1, 2, 3),
      a_index_b_index: index([0, 3], "/t/a_index_b"),
    };
    expect(await readAll(await open(table(children, { colnames: ["a", "a_index_b"] })))).toEqual({
      id: [0, 1],
      a: [7, 8],
      a_index_b: [[], [1, 2, 3]],
    });
  });

  test("a plain column may end in _index", async () => {
    const children = { id: ids(2), trial: numbers(7, 8), trial_index: numbers(1, 2) };
    const opened = await open(table(children, { colnames: ["trial", "trial_index"] }));
    expect(await readAll(opened)).toEqual({ id: [0, 1], trial: [7, 8], trial_index: [1, 2] });
  });

  test("without any type the exact name and a differing length make an index", async () => {
    const bare = (...ends: number[]) => array(Int32Array.from(ends));
    const children = { id: ids(2), x: numbers(1, 2, 3), x_index: bare(2, 3), y: numbers(5, 6), y_index: bare(8, 9) };
    const opened = await open(table(children, { colnames: ["x", "x_index", "y", "y_index"] }));
    expect(await readAll(opened)).toEqual({ id: [0, 1], x: [[1, 2], [3]], y: [5, 6], y_index: [8, 9] });
  });

  test("a target outside of the table is told, and the exact name taken instead", async () => {
    const children = { id: ids(2), x: numbers(1, 2, 3), x_index: index([2, 3], "/elsewhere") };
    const opened = await open(table(children, { colnames: ["x"] }));
    expect((await readAll(opened))["x"]).toEqual([[1, 2], [3]]);
    expect(codesOf(opened)).toEqual(["INDEX_TARGET_LOST"]);
  });

  test("indexes of indexes nest to any depth", async () => {
    const children = {
      id: ids(3),
      x: column(["a", "b", "c", "d", "e"]),
      x_index: index([2, 2, 3, 5], "/t/x"),
      x_index_index: index([0, 3, 4], "/t/x_index"),
    };
    const opened = await open(table(children, { colnames: ["x"] }));
    expect(opened.columns[1]!.type).toEqual({ kind: "list", item: { kind: "list", item: { kind: "text" } } });
    expect((await readAll(opened))["x"]).toEqual([[], [["a", "b"], [], ["c"]], [["d", "e"]]]);
  });

  test("indexes that point at each other are no columns and hang nothing", async () => {
    const children = { id: ids(1), a: numbers(1), p: index([1], "/t/q"), q: index([1], "/t/p") };
    expect(namesOf(await open(table(children, { colnames: ["a"] })))).toEqual(["id", "a"]);
  });

  test("of two indexes of one column the one with the exact name counts, with a warning", async () => {
    const children = {
      id: ids(2),
      x: numbers(1, 2, 3),
      other: index([3, 3], "/t/x"),
      x_index: index([1, 3], "/t/x"),
    };
    const opened = await open(table(children, { colnames: ["x"] }));
    expect((await readAll(opened))["x"]).toEqual([[1], [2, 3]]);
    expect(codesOf(opened)).toEqual(["INDEX_REPEATED"]);
  });
});

describe("AlignedDynamicTable", () => {
  const category = (name: string, ...values: number[]) => table({ id: ids(values.length), [name]: numbers(...values) });

  test("main columns, then each category in the order of the attribute, id first", async () => {
    const children = { id: ids(2), main: numbers(1, 2), a: category("x", 3, 4), b: category("y", 5, 6) };
    const opened = await open(
      table(children, { colnames: ["main"], type: "AlignedDynamicTable", attributes: { categories: ["b", "a"] } }),
    );
    expect(namesOf(opened)).toEqual(["id", "main", "b.id", "b.y", "a.id", "a.x"]);
    expect((await readAll(opened))["b.y"]).toEqual([5, 6]);
    expect(opened.columns[3]!.metadata["category"]).toBe("b");
    expect(opened.columns[1]!.metadata["category"]).toBeUndefined();
  });

  test("a category that is missing or of another length is told", async () => {
    const children = { id: ids(2), a: category("x", 3) };
    const opened = await open(
      table(children, { colnames: [], type: "AlignedDynamicTable", attributes: { categories: ["a", "gone"] } }),
    );
    expect((await readAll(opened))["a.x"]).toEqual([3, null]);
    expect(codesOf(opened)).toEqual(["CATEGORY_MISSING", "CATEGORY_LENGTH"]);
  });
});

describe("metadata of columns", () => {
  test("description, unit and type of the array, the kind of reference, the table of a region", async () => {
    const tree = group({
      children: {
        other: table({ id: ids(2) }),
        t: table({
          id: ids(1),
          a: column([1], { attributes: { description: "a thing", unit: "volts" } }),
          who: column([reference("/other")]),
          rows: array(Int32Array.of(0), { attributes: typed("DynamicTableRegion", { table: reference("/other") }) }),
          self: array(Int32Array.of(0), { attributes: typed("DynamicTableRegion", { table: reference("/t") }) }),
          lost: array(Int32Array.of(0), { attributes: typed("DynamicTableRegion", { table: reference("/gone") }) }),
        }),
      },
    });
    const opened = await openTable(memoryFile(tree), "t");
    const metadata = Object.fromEntries(opened.columns.map((one) => [one.name, one.metadata]));
    expect(metadata).toEqual({
      id: { neurodata_type: "ElementIdentifiers" },
      a: { description: "a thing", unit: "volts", neurodata_type: "VectorData" },
      who: { neurodata_type: "VectorData", "lazynwb.reference": "object" },
      rows: { neurodata_type: "DynamicTableRegion", "lazynwb.table": "/other" },
      self: { neurodata_type: "DynamicTableRegion", "lazynwb.table": "/t" },
      lost: { neurodata_type: "DynamicTableRegion" },
    });
  });
});
