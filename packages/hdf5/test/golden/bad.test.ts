import { ALL, type Hierarchy, isLazyNwbError, type NdArray } from "@lazynwb/core";
import { describe, expect, test } from "vitest";
import { type OpenHdf5Options, openHdf5 } from "../../src/index.ts";
import { badFiles, badNames, readBad } from "../support/corpus.ts";
import { countingSource } from "../support/counting-source.ts";

const MAX_REQUESTS = 200;
const MAX_SECONDS = 2;

/** Everything in the windows of head and tail, and next to nothing of it. */
const WINDOWS: Readonly<Record<string, OpenHdf5Options>> = {
  "with head and tail": {},
  "in small reads": { headBytes: 128, tailBytes: 0, overReadBytes: 64 },
};

/** Values that the makers of the files wrote, under the same names in each. */
const WRITTEN: Readonly<Record<string, (length: number) => readonly number[]>> = {
  good: (length) => Array.from({ length }, (_, at) => at),
  last: (length) => Array.from({ length }, (_, at) => at),
};

async function readWhole(hierarchy: Hierarchy, path: string): Promise<NdArray> {
  const [array] = await Promise.all(hierarchy.read([{ path, selection: ALL }]));
  return array!;
}

/** A group by its links, anything else by its values. */
async function visit(hierarchy: Hierarchy, path: string): Promise<NdArray | undefined> {
  const [node] = await hierarchy.describe([path]);
  if (node?.kind !== "group") return readWhole(hierarchy, path);
  await hierarchy.list(path);
  return undefined;
}

describe.each(Object.entries(WINDOWS))("damaged and hostile files, %s", (_, options) => {
  const files = badFiles();

  test("every file of the folder has its expectation", () => {
    expect(Object.keys(files).sort()).toEqual([...badNames()].sort());
  });

  test.each(Object.entries(files))(
    "%s",
    async (name, { expect: expected, readable, unreadable }) => {
      const source = countingSource(readBad(name), { id: name });
      if (expected.startsWith("open must reject")) {
        await expect(openHdf5(source, options)).rejects.toSatisfy((error) => isLazyNwbError(error));
        return;
      }
      const hierarchy = await openHdf5(source, options);
      const root = await hierarchy.list("/").catch((error: unknown) => {
        expect(isLazyNwbError(error)).toBe(true);
        return [];
      });
      for (const path of readable) {
        const array = await visit(hierarchy, `/${path}`);
        const written = WRITTEN[path];
        if (written === undefined || array?.data.kind !== "fixed") continue;
        expect(Array.from(array.data.values, Number), path).toEqual(written(array.shape[0]!));
      }
      for (const path of unreadable)
        await expect(visit(hierarchy, `/${path}`), path).rejects.toSatisfy((error) => isLazyNwbError(error));
      const failures: string[] = [];
      const paths = root.map((link) => `/${link.name}`);
      const nodes = await hierarchy.describe(paths, { onFailure: (path) => failures.push(path) });
      nodes.forEach((node, at) => {
        const link = root[at]!;
        if (node === null && link.type === "hard") expect(failures).toContain(paths[at]);
      });
      await hierarchy.resolve!(nodes.flatMap((node) => (node === null ? [] : [{ objectId: node.objectId }])));
      expect(source.log.requests).toBeLessThanOrEqual(MAX_REQUESTS);
      await hierarchy.close();
    },
    MAX_SECONDS * 1000,
  );
});

const openBad = (name: string) => openHdf5(countingSource(readBad(name), { id: name }));

describe("each kind of damage has its own message", () => {
  test.each([
    ["empty.h5", "EMPTY_FILE", /is empty: 0 bytes/],
    ["html_error_page.h5", "NOT_NWB", /no HDF5 signature/],
    ["not_hdf5.h5", "NOT_NWB", /no HDF5 signature/],
    ["trunc_superblock.h5", "TRUNCATED_FILE", /ends after 20 bytes, inside of its superblock/],
    ["sb_version_9.h5", "FORMAT", /superblock at 0: unknown version/],
    ["sb_offset_size_3.h5", "FORMAT", /impossible width.*found 3/],
    ["sb2_checksum.h5", "FORMAT", /superblock at 0: the checksum does not match/],
    ["root_addr_undef.h5", "FORMAT", /address of the root group is undefined/],
    ["root_addr_negative.h5", "FORMAT", /too large to be an address/],
    ["root_addr_beyond_eof.h5", "FORMAT", /leads out of the file/],
  ])("%s: %s", async (name, code, message) => {
    await expect(openBad(name)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
      source: expect.anything(),
    });
  });

  test("a truncated file still gives what lies before the cut, and says that it is truncated for the rest", async () => {
    const hierarchy = await openBad("trunc_last_chunk.h5");
    expect((await readWhole(hierarchy, "/good")).shape).toEqual([10]);
    await expect(readWhole(hierarchy, "/last")).rejects.toMatchObject({ code: "TRUNCATED_FILE" });
  });

  test("an attribute that cannot be understood is told, and spoils neither the node nor its data", async () => {
    const hierarchy = await openBad("attr_name_size_65535.h5");
    const failures: [string, unknown][] = [];
    const [node] = await hierarchy.describe(["/good"], { onFailure: (path, error) => failures.push([path, error]) });
    expect(node).toMatchObject({ kind: "array", shape: [10] });
    expect(failures).toEqual([["/good", expect.objectContaining({ code: "FORMAT" })]]);
  });

  test("links in a circle lead nowhere; an external link is told by name", async () => {
    const hierarchy = await openBad("link_loops.h5");
    const failures: unknown[] = [];
    const nodes = await hierarchy.describe(["/x", "/y", "/z", "/ext", "/a/b/up/b/c"], {
      onFailure: (_, error) => failures.push(error),
    });
    expect(nodes.map((node) => node?.kind ?? null)).toEqual([null, null, null, null, "array"]);
    expect(failures).toEqual([expect.objectContaining({ code: "UNSUPPORTED", feature: "external link" })]);
    const [c] = await hierarchy.describe(["/a/b/c"]);
    expect(await hierarchy.resolve!([{ objectId: c!.objectId }])).toEqual(["/a/b/c"]);
  });

  test("groups nested 500 deep are walked without recursion", async () => {
    const hierarchy = await openBad("deep_nesting.h5");
    const path = "/d".repeat(500);
    const [node] = await hierarchy.describe([path]);
    expect(node?.kind).toBe("group");
    expect(await hierarchy.resolve!([{ objectId: node!.objectId }])).toEqual([path]);
  });
});
