import { describe, expect, test } from "vitest";
import { type Hierarchy, type NdArray, type ReadRequest, rowRanges, type Selection } from "../../src/index.ts";
import {
  array,
  type ExpectedNode,
  group,
  hierarchyContract,
  memoryHierarchy,
  reference,
} from "../../src/testing/index.ts";
import { failingCases } from "./collect-cases.ts";

const open = () =>
  memoryHierarchy(
    group({
      attributes: { version: "1" },
      children: {
        x: array([1, 2, 3, 4, 5, 6, 7]),
        y: array([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
        r: array([reference("/x"), null]),
      },
    }),
  );
const expected: Readonly<Record<string, ExpectedNode | null>> = {
  "/": { kind: "group", attributes: { version: "1" }, links: { x: "hard", y: "hard", r: "hard" } },
  "/x": { kind: "array", dtype: "float64", shape: [7], values: [1, 2, 3, 4, 5, 6, 7] },
  "/y": {
    kind: "array",
    dtype: "float64",
    shape: [3, 2],
    values: [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
  },
  "/r": { kind: "array", dtype: "object-reference", shape: [2], values: [{ reference: "/x" }, null] },
  "/z": null,
};

function altered(change: (hierarchy: ReturnType<typeof open>) => Partial<Hierarchy>): () => Hierarchy {
  return () => {
    const inner = open();
    return {
      format: inner.format,
      list: inner.list.bind(inner),
      describe: inner.describe.bind(inner),
      read: inner.read.bind(inner),
      close: inner.close.bind(inner),
      ...change(inner),
    };
  };
}

const selecting = (change: (selection: Selection) => Selection) =>
  altered((inner) => ({
    read: (requests: readonly ReadRequest[], options) =>
      inner.read(
        requests.map(({ path, selection }) => ({ path, selection: change(selection) })),
        options,
      ),
  }));

const broken: Readonly<Record<string, { make: () => Hierarchy; fails: string }>> = {
  "ignores the step": { make: selecting(({ rows, trailing }) => ({ rows, trailing })), fails: "reads parts of arrays" },
  "ignores the other axes": { make: selecting(({ rows, step }) => ({ rows, step })), fails: "reads parts of arrays" },
  "reads one span for two ranges": {
    make: selecting((selection) => {
      const { rows } = selection;
      return rows === "all" || rows.length < 4
        ? selection
        : { ...selection, rows: rowRanges([rows[0]!, rows.at(-1)!]) };
    }),
    fails: "reads parts of arrays",
  },
  "fails a batch as a whole": {
    make: altered((inner) => ({
      read: (requests, options) => {
        const all: Promise<readonly NdArray[]> = Promise.all(inner.read(requests, options));
        return requests.map(async (_, at) => (await all)[at]!);
      },
    })),
    fails: "each read settles alone",
  },
  "throws for a missing path": {
    make: altered((inner) => ({
      describe: async (paths, options) => {
        const nodes = await inner.describe(paths, options);
        if (nodes.includes(null)) throw new Error("no such path");
        return nodes;
      },
    })),
    fails: "gives null for a path that leads nowhere",
  },
  "lists nothing of a missing group": {
    make: altered((inner) => ({ list: (path, options) => inner.list(path, options).catch(() => []) })),
    fails: "refuses to list what is no group",
  },
  "ignores signals": {
    make: altered((inner) => ({ read: (requests) => inner.read(requests) })),
    fails: "rejects with the reason of a signal that was aborted before",
  },
  "gives every object one identity": {
    make: altered((inner) => ({
      describe: async (paths, options) =>
        (await inner.describe(paths, options)).map((node) => node && { ...node, objectId: "same" }),
    })),
    fails: "tells which paths are one object",
  },
  "resolves to another object": {
    make: altered((inner) => ({
      resolve: async (references) => references.map(({ objectId }) => (objectId.startsWith("no ") ? null : "/y")),
      locate: inner.locate.bind(inner),
    })),
    fails: "resolves where it can",
  },
  "cannot be closed twice": {
    make: altered((inner) => {
      let closed = false;
      return {
        close: async () => {
          if (closed) throw new Error("closed already");
          closed = true;
          await inner.close();
        },
      };
    }),
    fails: "can be closed twice",
  },
};

describe("the hierarchy kit", () => {
  test("passes a hierarchy without optional methods", async () => {
    expect(await failingCases((run) => hierarchyContract({ test: run, make: altered(() => ({})), expected }))).toEqual(
      [],
    );
  });

  test.each(Object.entries(broken))("catches one that %s", async (_, { make, fails }) => {
    const failed = await failingCases((run) => hierarchyContract({ test: run, make, expected }));
    expect(failed).toContain(`hierarchy: ${fails}`);
  });

  test.each([
    ["a wrong value", { "/x": { ...expected["/x"], values: [1, 2, 3, 4, 5, 6, 8] } }, "reads whole arrays"],
    [
      "a wrong type",
      { "/x": { ...expected["/x"], dtype: "int32" } },
      "describes everything at once, in the order asked for",
    ],
    ["a missing attribute", { "/": { ...expected["/"], attributes: {} } }, "describes attributes"],
    ["a missing link", { "/": { ...expected["/"], links: { x: "hard" } } }, "lists the links of groups"],
    ["a path that is there", { "/x": null }, "describes everything at once, in the order asked for"],
  ] as const)("catches %s", async (_, change, fails) => {
    const changed = { ...expected, ...(change as Record<string, ExpectedNode | null>) };
    const failed = await failingCases((run) => hierarchyContract({ test: run, make: open, expected: changed }));
    expect(failed).toContain(`hierarchy: ${fails}`);
  });
});
