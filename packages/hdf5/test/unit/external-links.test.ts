import { ALL, type ByteSource, type ByteStore, type Hierarchy, SourceNotFoundError } from "@lazynwb/core";
import { describe, expect, test } from "vitest";
import { lookup3 } from "../../src/checksum.ts";
import { type Hdf5Options, hdf5Backend } from "../../src/index.ts";
import { ownCorpus, readBad } from "../support/corpus.ts";
import { countingSource } from "../support/counting-source.ts";

const NAME = "links_earliest.h5";
const TARGET = "links_earliest__target.h5.bin";
const corpus = ownCorpus();

interface Opened {
  readonly hierarchy: Hierarchy;
  readonly opened: string[];
  readonly closed: string[];
}

/** A file among others, which are known by their keys. */
async function open(bytes: Uint8Array, files: Record<string, Uint8Array>, options: Hdf5Options = {}, name = NAME) {
  const opened: string[] = [];
  const closed: string[] = [];
  const sourceOf = (key: string): ByteSource => {
    const found = files[key];
    const read: ByteSource["read"] = async (range, call) => {
      opened.push(key);
      if (found === undefined) throw new SourceNotFoundError(`there is nothing at ${key}`, { source: key });
      return countingSource(found, { id: key }).read(range, call);
    };
    const close = async () => {
      closed.push(key);
    };
    return { id: key, read, close };
  };
  const store: ByteStore = { id: "memory", open: sourceOf };
  const source = { id: name, bytes: countingSource(bytes, { id: name }), store };
  const hierarchy = (await hdf5Backend(options).open(source))!;
  return { hierarchy, opened, closed } satisfies Opened;
}

const openCorpus = (options?: Hdf5Options) =>
  open(corpus.read(NAME), { [TARGET]: corpus.read(TARGET), [NAME]: corpus.read(NAME) }, options);

const numbers = async (hierarchy: Hierarchy, path: string) => {
  const [array] = await Promise.all(hierarchy.read([{ path, selection: ALL }]));
  return array!.data.kind === "fixed" ? [...array!.data.values].map(Number) : [];
};

/** The block of the heap that holds the links of the root. Bytes. */
const BLOCK = { start: 10_530, length: 512, checksumAt: 17 };

/** The same file with another name, of the same length, in its external links. */
function renamed(name: string): Uint8Array {
  const bytes = corpus.read(NAME);
  const text = Buffer.from(bytes).toString("latin1").replaceAll(TARGET, name);
  expect(name).toHaveLength(TARGET.length);
  const changed = new Uint8Array(Buffer.from(text, "latin1"));
  const block = changed.subarray(BLOCK.start, BLOCK.start + BLOCK.length);
  const view = new DataView(block.buffer, block.byteOffset);
  view.setUint32(BLOCK.checksumAt, 0, true);
  view.setUint32(BLOCK.checksumAt, lookup3(block), true);
  return changed;
}

describe("external links", () => {
  test("are listed, described and read like what they lead to, and the other file is opened once", async () => {
    const { hierarchy, opened } = await openCorpus();
    expect((await hierarchy.list("/extg")).map(({ name }) => name)).toEqual(["back", "data"]);
    const [data, same] = await hierarchy.describe(["/ext", "/extg/data"]);
    expect(data).toMatchObject({ kind: "array", path: "/ext" });
    expect(data!.objectId).toBe(same!.objectId);
    const [direct] = await Promise.all([numbers(hierarchy, "/ext"), numbers(hierarchy, "/extg/data")]);
    expect(data).toMatchObject({ shape: [direct.length] });
    // Head and tail together, and one look at the data where they do not hold it.
    expect(opened.length).toBeLessThanOrEqual(3);
    expect(new Set(opened)).toEqual(new Set([TARGET]));
  });

  test("objects of the other file are others than those at the same address of this one", async () => {
    const { hierarchy } = await openCorpus();
    const [here, there] = await hierarchy.describe(["/data", "/ext"]);
    expect([here!.objectId, there!.objectId]).toEqual(["h5:800", `h5:800@${TARGET}`]);
    const listed = await hierarchy.list("/extg");
    expect(listed.find(({ name }) => name === "data")).toMatchObject({ objectId: `h5:800@${TARGET}` });
    expect(await hierarchy.resolve!([here!, there!, { objectId: "h5:800@other" }])).toEqual(["/data", "/ext", null]);
  });

  test("objects below a link have paths through it", async () => {
    const { hierarchy } = await openCorpus();
    const [group] = await hierarchy.describe(["/extg"]);
    const [data] = await hierarchy.list("/extg").then((links) => links.filter(({ name }) => name === "data"));
    expect(data?.type === "hard" && (await hierarchy.resolve!([group!, { objectId: data.objectId! }]))).toEqual([
      "/extg",
      "/extg/data",
    ]);
  });

  test("a link back leads to the file that was opened, not to a copy of it", async () => {
    const { hierarchy, opened } = await openCorpus();
    const [here, back] = await hierarchy.describe(["/data", "/ext_chain"]);
    expect(back!.objectId).toBe(here!.objectId);
    expect(opened).not.toContain(NAME);
  });

  test("a missing file or object leads nowhere, and is looked for again", async () => {
    const { hierarchy, opened } = await openCorpus();
    expect(await hierarchy.describe(["/ext_missing", "/ext_bad"])).toEqual([null, null]);
    const looks = opened.filter((key) => key === "no_such_file.h5").length;
    expect(await hierarchy.describe(["/ext_missing", "/"])).toMatchObject([null, {}]);
    expect(opened.filter((key) => key === "no_such_file.h5").length).toBeGreaterThan(looks);
    await expect(hierarchy.read([{ path: "/ext_missing", selection: ALL }])[0]).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  test("in a circle lead nowhere", async () => {
    const bytes = readBad("link_loops.h5");
    const copy = await open(bytes, { "link_loops.h5": bytes }, {}, "a copy under another name");
    expect(await copy.hierarchy.describe(["/ext"])).toEqual([null]);
    const same = await open(bytes, {}, {}, "link_loops.h5");
    expect(await same.hierarchy.describe(["/ext"])).toEqual([null]);
    expect(same.opened).toEqual([]);
  });

  test("a file that is no HDF5 file is told by its name", async () => {
    const { hierarchy } = await open(corpus.read(NAME), { [TARGET]: new Uint8Array(5000) });
    await expect(hierarchy.describe(["/ext"])).rejects.toMatchObject({ code: "NOT_NWB", source: TARGET });
  });

  test("files that links led to are closed with the file", async () => {
    const { hierarchy, closed } = await openCorpus();
    await hierarchy.describe(["/ext"]);
    expect(closed).toEqual([]);
    await hierarchy.close();
    expect(closed).toEqual([TARGET]);
  });

  test("without a store they are refused by name", async () => {
    const hierarchy = (await hdf5Backend().open({ id: NAME, bytes: countingSource(corpus.read(NAME)) }))!;
    await expect(hierarchy.describe(["/ext"])).rejects.toMatchObject({ code: "UNSUPPORTED", feature: "external link" });
  });

  test("more files than allowed are a LimitError", async () => {
    const { hierarchy } = await openCorpus({ maxLinkedFiles: 0 });
    await expect(hierarchy.describe(["/ext"])).rejects.toMatchObject({ code: "LIMIT", limit: "maxLinkedFiles" });
  });
});

describe("links to places outside of the folder", () => {
  const names = [
    "../ks_earliest__target.h5.bin",
    "/inks_earliest__target.h5.bin",
    "C:/ks_earliest__target.h5.bin",
    "a\\b/../../iest_target.h5.binn",
    "https://est__target.h5/../bin",
    "a/b/../../../_target.h5.bin.h",
  ];

  test.each(names)("%s is refused, and nothing is opened", async (name) => {
    const { hierarchy, opened } = await open(renamed(name), {});
    await expect(hierarchy.describe(["/ext"])).rejects.toMatchObject({ code: "UNSUPPORTED", feature: "external link" });
    expect(opened).toEqual([]);
  });

  test.each(names)("%s is opened where the option opens it", async (name) => {
    const asked: string[][] = [];
    const openLinked = (...call: [string, string]) => {
      asked.push(call);
      return { id: "elsewhere", bytes: countingSource(corpus.read(TARGET), { id: "elsewhere" }) };
    };
    const { hierarchy } = await open(renamed(name), {}, { openLinked });
    expect((await hierarchy.describe(["/ext"]))[0]).toMatchObject({ kind: "array", objectId: "h5:800@elsewhere" });
    expect(asked[0]).toEqual([name, NAME]);
  });

  test("a name that goes up and stays inside is a sibling", async () => {
    const name = "./sub/..//arliest__target.bin";
    const { hierarchy } = await open(renamed(name), { "arliest__target.bin": corpus.read(TARGET) });
    expect((await hierarchy.describe(["/ext"]))[0]).toMatchObject({ kind: "array" });
  });
});
