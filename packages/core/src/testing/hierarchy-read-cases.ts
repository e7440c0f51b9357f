import { ALL, rowRanges, type Selection } from "../selection.ts";
import { begun, check, failure, failureCode, settle, value } from "./assert.ts";
import { checkValues, type HierarchyCase, NOWHERE, pathsOf, readOne, rowArrays } from "./hierarchy-case.ts";
import { selectPlain } from "./plain-values.ts";

/** Selections that fit an array, each of which has gone wrong somewhere. */
function selectionsOf(shape: readonly number[]): Readonly<Record<string, Selection>> {
  const rows = shape[0]!;
  const middle = rows >> 1;
  const trailing = shape.slice(1).map((size) => ({ start: size > 1 ? 1 : 0, stop: size, step: 2 }));
  return {
    "all rows by range": { rows: rowRanges([0, rows]) },
    "no rows": { rows: new Float64Array(0) },
    "an empty range": { rows: rowRanges([middle, middle]) },
    "the first row": { rows: rowRanges([0, Math.min(1, rows)]) },
    "the last row": { rows: rowRanges([Math.max(0, rows - 1), rows]) },
    "two ranges": { rows: rowRanges([0, middle], [Math.min(rows, middle + 1), rows]) },
    "ranges that touch": { rows: rowRanges([0, middle], [middle, rows]) },
    "every second row": { rows: "all", step: 2 },
    "every second row of two ranges": { rows: rowRanges([0, middle], [middle, rows]), step: 2 },
    ...(shape.length > 1 && {
      "part of the other axes": { rows: "all", trailing },
      "part of everything": { rows: rowRanges([middle, rows]), step: 2, trailing },
      "nothing of the second axis": { rows: "all", trailing: [{ start: 0, stop: 0 }] },
    }),
  };
}

export const readCases: Readonly<Record<string, HierarchyCase>> = {
  "reads whole arrays": async (hierarchy, expected) => {
    for (const path of pathsOf(expected, ({ values }) => values !== undefined)) {
      const read = await readOne(hierarchy, path);
      const { shape, values } = expected[path]!;
      if (shape) check(String(read.shape) === String(shape), `${path} was read with the shape [${read.shape}]`);
      await checkValues(hierarchy, read, values, expected, path);
    }
  },
  "reads parts of arrays": async (hierarchy, expected) => {
    check(rowArrays(expected).length > 0, "the contract needs an array with rows and values to check parts by");
    for (const { path, values, shape } of rowArrays(expected))
      for (const [name, selection] of Object.entries(selectionsOf(shape))) {
        const read = await readOne(hierarchy, path, selection);
        const wanted = selectPlain(values, selection);
        check(
          read.shape[0] === wanted.length,
          `${name} of ${path}: ${read.shape[0]} rows in place of ${wanted.length}`,
        );
        check(read.shape.length === shape.length, `${name} of ${path}: a selection keeps the number of axes`);
        await checkValues(hierarchy, read, wanted, expected, `${name} of ${path}`);
      }
  },
  "keeps the order of requests, and reads one array twice": async (hierarchy, expected) => {
    const arrays = rowArrays(expected);
    const requests = [...arrays, ...arrays.toReversed()].map(({ path }) => ({ path, selection: ALL }));
    const reads = hierarchy.read(requests).map(begun);
    check(reads.length === requests.length, "read gives one promise a request");
    const results = await Promise.all(reads.map((read, at) => value(read, `reading ${requests[at]!.path}`)));
    for (const [at, { path }] of requests.entries())
      await checkValues(hierarchy, results[at]!, expected[path]!.values, expected, `request ${at}, ${path}`);
  },
  "each read settles alone": async (hierarchy, expected) => {
    const { path, shape } = rowArrays(expected)[0]!;
    const reads = hierarchy.read([
      { path, selection: ALL },
      { path: NOWHERE, selection: ALL },
      { path, selection: { rows: rowRanges([0, shape[0]! + 1]) } },
      { path: "/", selection: ALL },
      { path, selection: ALL },
    ]);
    check(reads.length === 5, "read gives one promise a request");
    const [first, missing, outside, group, last] = reads;
    await Promise.all([
      value(first!, `reading ${path}`),
      failureCode(missing!, ["NOT_FOUND"], "reading a path that leads nowhere"),
      failureCode(outside!, ["QUERY"], "reading rows that an array does not have"),
      failureCode(group!, [], "reading a group"),
      value(last!, `reading ${path}`),
    ]);
  },
  "takes no requests": async (hierarchy) => {
    check(hierarchy.read([]).length === 0, "no requests give no promises");
  },
  "reads paths that lead through links": async (hierarchy, expected) => {
    for (const path of pathsOf(
      expected,
      ({ sameObjectAs, values }) => sameObjectAs !== undefined && values !== undefined,
    ))
      await checkValues(hierarchy, await readOne(hierarchy, path), expected[path]!.values, expected, path);
  },
};

export const abortCases: Readonly<Record<string, HierarchyCase>> = {
  "rejects with the reason of a signal that was aborted before": async (hierarchy, expected) => {
    const reason = new Error("the caller's own reason");
    const signal = AbortSignal.abort(reason);
    const { path } = rowArrays(expected)[0]!;
    const calls = [
      hierarchy.list("/", { signal }),
      hierarchy.describe(["/"], { signal }),
      ...hierarchy.read([{ path, selection: ALL }], { signal }),
    ].map((call: Promise<unknown>) => begun(call));
    for (const call of calls)
      check((await failure(call, "an aborted call")) === reason, "an abort rejects with signal.reason itself");
    await value(hierarchy.list("/"), "listing after an abort");
    await readOne(hierarchy, path);
  },
  "one caller's abort spares another's read of the same": async (hierarchy, expected) => {
    const { path, values } = rowArrays(expected)[0]!;
    const controller = new AbortController();
    const reason = new Error("left");
    const [leaving] = hierarchy.read([{ path, selection: ALL }], { signal: controller.signal });
    const [staying] = hierarchy.read([{ path, selection: ALL }]);
    controller.abort(reason);
    const left = await settle(leaving!, "the aborted read");
    if (left.status === "rejected") check(left.reason === reason, "an abort rejects with signal.reason itself");
    await checkValues(hierarchy, await value(staying!, "the other read"), values, expected, path);
  },
};
