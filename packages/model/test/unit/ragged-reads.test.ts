import { isLazyNwbError, type NdArray, rowRanges, type TypedArray } from "@lazynwb/core";
import { array, group, reference, type Tree } from "@lazynwb/core/testing";
import { openTable } from "@lazynwb/model";
import { describe, expect, test } from "vitest";
import { memoryFile } from "../support/files.ts";
import { at, column, ids, index, table } from "../support/nwb-tree.ts";
import { plainRows } from "../support/plain-values.ts";

/** A table of `times`, its ends given; other columns beside. */
function ragged(ends: readonly number[] | TypedArray, elements: number, more: Readonly<Record<string, Tree>> = {}) {
  const children = {
    id: ids(ends.length),
    times: column(Float64Array.from({ length: elements }, (_, element) => element)),
    times_index: index(ends, "/t/times"),
    ...more,
  };
  return memoryFile(
    at("/t", table(children, { colnames: ["times", ...Object.keys(more).filter((name) => !name.endsWith("_index"))] })),
  );
}

async function read(file: ReturnType<typeof ragged>, ...rows: (readonly [number, number])[]) {
  const opened = await openTable(file, "/t");
  const [values] = await opened.read(["times"], rowRanges(...rows));
  return plainRows(values!, opened.columns[1]!.type);
}

function asked(file: ReturnType<typeof ragged>, path: string) {
  return file.hierarchy.calls.read.flat().flatMap((request) => (request.path === path ? [request.selection.rows] : []));
}

describe("only the spans of the wanted rows are read", () => {
  test("spans that touch are one", async () => {
    const file = ragged([2, 5, 5, 9, 10], 10);
    expect(await read(file, [0, 1], [1, 4])).toEqual([[0, 1], [2, 3, 4], [], [5, 6, 7, 8]]);
    expect(asked(file, "/t/times")).toEqual([Float64Array.of(0, 9)]);
  });

  test("rows apart are spans apart", async () => {
    const file = ragged([2, 5, 5, 9, 10], 10);
    expect(await read(file, [0, 1], [4, 5])).toEqual([[0, 1], [9]]);
    expect(asked(file, "/t/times")).toEqual([Float64Array.of(0, 2, 9, 10)]);
  });

  test("rows without elements ask for none", async () => {
    const file = ragged([0, 0, 3], 3);
    expect(await read(file, [0, 2])).toEqual([[], []]);
    expect(asked(file, "/t/times")).toEqual([]);
  });

  test("of an index too large to be read whole, only the cells of the wanted rows", async () => {
    const rows = 70_000;
    const ends = Int32Array.from({ length: rows }, (_, row) => 2 * (row + 1));
    const file = ragged(ends, 2 * rows);
    expect(await read(file, [0, 1], [10, 12], [12, 12], [69_999, 70_000])).toEqual([
      [0, 1],
      [20, 21],
      [22, 23],
      [139_998, 139_999],
    ]);
    expect(asked(file, "/t/times_index")).toEqual([Float64Array.of(0, 1, 9, 12, 69_999 - 1, 70_000)]);
  });

  test("ends that prepare has read are not read again", async () => {
    const file = ragged([2, 5, 5, 9, 10], 10);
    const opened = await openTable(file, "/t");
    await opened.prepare(["times"], "all");
    expect(asked(file, "/t/times_index")).toHaveLength(1);
    expect(asked(file, "/t/times")).toEqual([]);
    await opened.read(["times"], rowRanges([1, 2]));
    await opened.read(["times"], rowRanges([3, 5]));
    expect(asked(file, "/t/times_index")).toHaveLength(1);
    expect(asked(file, "/t/times")).toEqual([Float64Array.of(2, 5), Float64Array.of(5, 10)]);
  });

  test("plain columns do not wait, and nested levels are a stage each", async () => {
    const file = ragged([1, 3], 3, {
      plain: column([7, 8]),
      deep: column([1, 2, 3, 4]),
      deep_index: index([1, 2, 4], "/t/deep"),
      deep_index_index: index([1, 3], "/t/deep_index"),
    });
    const opened = await openTable(file, "/t");
    const values = await opened.read(["plain", "times", "deep"], rowRanges([1, 2]));
    expect(plainRows(values[2]!, opened.columns[3]!.type)).toEqual([[[2], [3, 4]]]);
    expect(file.hierarchy.calls.read.map((requests) => requests.map(({ path }) => path))).toEqual([
      ["/t/plain", "/t/times_index", "/t/deep_index_index"],
      ["/t/times", "/t/deep_index"],
      ["/t/deep"],
    ]);
  });

  test("chunk indexes of targets are looked up beside the ends, whole where they are small", async () => {
    const chunked = (length: number, chunk: number) =>
      memoryFile(
        at(
          "/t",
          table(
            {
              id: ids(2),
              times: column(new Float64Array(length), { chunks: [chunk] }),
              times_index: index([1, 3], "/t/times"),
            },
            { colnames: ["times"] },
          ),
        ),
      );
    const few = chunked(100, 10);
    await read(few, [0, 2]);
    expect(few.hierarchy.calls.locate.flat()).toEqual([{ path: "/t/times", selection: { rows: "all" } }]);
    const many = chunked(5000, 1);
    await read(many, [0, 2]);
    expect(many.hierarchy.calls.locate).toEqual([]);
  });
});

describe("an index that is damaged", () => {
  test("a row that ends behind its target, or before its start, is an error that names path and row", async () => {
    await expect(read(ragged([2, 12], 10), [0, 2])).rejects.toThrow(
      "/t/times_index is damaged: row 1 ends at 12, behind the 10 elements",
    );
    await expect(read(ragged([5, 3, 10], 10), [0, 3])).rejects.toThrow("row 1 ends at 3, before its start at 5");
    await expect(read(ragged([5, 3, 10], 10), [1, 2])).rejects.toMatchObject({
      code: "FORMAT",
      path: "/t/times_index",
    });
  });

  test("rows that it tells soundly arrive, and never the elements of another row", async () => {
    const file = ragged([2, 5, 3, 12], 10);
    expect(await read(file, [0, 2])).toEqual([
      [0, 1],
      [2, 3, 4],
    ]);
    await expect(read(file, [0, 2], [3, 4])).rejects.toThrow("row 3");
    await expect(read(file, [2, 3])).rejects.toThrow("row 2");
  });

  test("ends below zero, fractions and NaN are errors", async () => {
    await expect(read(ragged(Int32Array.of(-1, 2), 10), [0, 1])).rejects.toThrow("before its start");
    await expect(read(ragged(Float64Array.of(0.5, 2), 10), [0, 1])).rejects.toThrow("damaged");
    await expect(read(ragged(Float64Array.of(Number.NaN, 2), 10), [1, 2])).rejects.toThrow("damaged");
  });

  test("ends of any width are read, large ones exactly", async () => {
    for (const ends of [Uint8Array.of(1, 3), Int16Array.of(1, 3), BigUint64Array.of(1n, 3n), Float64Array.of(1, 3)]) {
      expect(await read(ragged(ends, 3), [0, 2])).toEqual([[0], [1, 2]]);
    }
    await expect(read(ragged(BigUint64Array.of(1n, 2n ** 63n), 3), [1, 2])).rejects.toThrow("row 1 ends at");
  });
});

describe("bytes before they are read", () => {
  test("rows of a ragged column are counted exactly once their ends are known", async () => {
    const opened = await openTable(ragged([2, 5, 5, 9, 10], 10), "/t");
    const rows = rowRanges([1, 4]);
    expect(opened.estimateBytes(["times"], rows)).toBe(3 * opened.columns[1]!.rowBytes);
    await opened.prepare(["times"], "all");
    expect(opened.estimateBytes(["times"], rows)).toBe(7 * 8 + 3 * 4);
    expect(opened.estimateBytes(["id", "times"], rows)).toBe(7 * 8 + 3 * 4 + 3 * 8);
  });

  test("locate tells the whole target until the ends are known; with exact it reads them", async () => {
    const file = ragged([2, 5, 5, 9, 10], 10);
    const opened = await openTable(file, "/t");
    const rows = rowRanges([0, 1]);
    const [before] = await opened.locate(["times"], rows);
    expect(before!.exact).toBe(false);
    expect(before!.lengths.at(-1)! + before!.lengths[0]!).toBeGreaterThanOrEqual(80);
    const [after] = await opened.locate(["times"], rows, { exact: true });
    expect([after!.exact, Array.from(after!.lengths), after!.decodedBytes]).toEqual([true, [16], 2 * 8 + 4]);
    expect(asked(file, "/t/times")).toEqual([]);
  });
});

test("references are resolved in one call for all columns of a stage, each target once", async () => {
  const tree = group({
    children: {
      a: group(),
      b: group(),
      t: table({
        id: ids(2),
        x: column([reference("/a"), reference("/b")]),
        y: column([reference("/b"), reference("/b")]),
      }),
    },
  });
  const file = memoryFile(tree);
  const opened = await openTable(file, "/t");
  await opened.read(["x", "y"], "all");
  await opened.read(["y"], "all");
  expect(file.hierarchy.calls.resolve.map((references) => references.length)).toEqual([2]);
});

test("a hierarchy that cannot resolve, locate or tell identities is walked instead", async () => {
  const file = memoryFile(
    group({
      children: {
        deep: group({ children: { a: array([1]) } }),
        t: table({ id: ids(1), x: column([reference("/deep/a")]) }),
      },
    }),
  );
  Object.assign(file.hierarchy, { resolve: undefined, locate: undefined });
  const list = file.hierarchy.list.bind(file.hierarchy);
  file.hierarchy.list = async (path, options) =>
    (await list(path, options)).map((link) => (link.type === "hard" ? { type: link.type, name: link.name } : link));
  const opened = await openTable(file, "/t");
  const [values] = await opened.read(["x"], "all");
  expect(plainRows(values!, { kind: "text" })).toEqual(["/deep/a"]);
  const [extent] = await opened.locate(["x"], "all");
  expect(extent!.exact).toBe(false);
});

test("a column that fails fails the read with its own error, and nothing stays unhandled", async () => {
  const broken: Tree = array([1, 2], { readError: new Error("bad chunk") });
  const file = memoryFile(at("/t", table({ id: ids(2), good: column([1, 2]), broken })));
  const opened = await openTable(file, "/t");
  await expect(opened.read(["good", "broken"], "all")).rejects.toThrow("bad chunk");
  const [good] = await opened.read(["good"], "all");
  expect((good as NdArray).shape).toEqual([2]);
});

test("unknown columns and rows behind the end are told with what there is", async () => {
  const opened = await openTable(ragged([1, 2], 2), "/t");
  const failure = await opened.read(["tmes"], "all").catch((error: unknown) => error);
  expect(isLazyNwbError(failure, "UNKNOWN_COLUMN")).toBe(true);
  expect(failure).toMatchObject({
    column: "tmes",
    available: ["id", "times"],
    message: expect.stringContaining("did you mean 'times'"),
  });
  await expect(opened.read(["id"], rowRanges([0, 3]))).rejects.toThrow("/t has 2 rows; row 2 was asked for");
});

test("an aborted read rejects with the reason, untouched", async () => {
  const opened = await openTable(ragged([1, 2], 2), "/t");
  const reason = { why: "enough" };
  await expect(opened.read(["times"], "all", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});
