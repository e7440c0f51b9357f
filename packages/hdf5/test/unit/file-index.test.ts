import { ALL, type ByteSource, type Hierarchy, isLazyNwbError, joinPath } from "@lazynwb/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lookup3 } from "../../src/checksum.ts";
import { type OpenHdf5Options, openHdf5 } from "../../src/index.ts";
import { decodeIndex, encodeIndex, planIndex } from "../../src/windows/file-index.ts";
import { ownCorpus } from "../support/corpus.ts";
import { countingSource } from "../support/counting-source.ts";

const corpus = ownCorpus();
const small: OpenHdf5Options = { headBytes: 128, tailBytes: 0, overReadBytes: 64 };

interface Version {
  readonly etag?: string;
  readonly lastModified?: number;
}

function versioned(name: string, version: Version, id = name) {
  const counted = countingSource(corpus.read(name), { id });
  const read: ByteSource["read"] = async (range, call) => ({ ...(await counted.read(range, call)), ...version });
  return { source: { id, read } satisfies ByteSource, log: counted.log };
}

/** All objects of a file, with their attributes. */
async function walk(hierarchy: Hierarchy): Promise<string[]> {
  const found: string[] = [];
  const visit = async (path: string): Promise<void> => {
    const paths = (await hierarchy.list(path)).map(({ name }) => joinPath(path, name));
    const nodes = await hierarchy.describe(paths, { onFailure: () => {} });
    for (const [at, node] of nodes.entries()) {
      if (node === null || found.includes(node.objectId)) continue;
      found.push(
        node.objectId,
        JSON.stringify(node, (_, value) => (typeof value === "bigint" ? `${value}` : value)),
      );
      if (node.kind === "group") await visit(paths[at]!);
    }
  };
  await visit("/");
  return found;
}

const arraysOf = (name: string) =>
  Object.entries(corpus.files[name]!.objects)
    .filter(([, { kind, data }]) => kind === "dataset" && data)
    .map(([path]) => ({ path, selection: ALL }));

const NAMES = [
  "nwb_libver_latest.h5",
  "groups_earliest.h5",
  "idx_bt2.h5",
  "userblock1024_v110.h5",
  "sohm_btree_v110.h5",
];

describe("an index", () => {
  test.each(NAMES)("%s: a second open, and all that was asked for before, take no request", async (name) => {
    for (const options of [{}, small]) {
      const first = await openHdf5(countingSource(corpus.read(name), { id: name }), options);
      const [expected, extents] = [await walk(first), await first.locate!(arraysOf(name))];
      const index = await first.exportIndex!();
      const source = countingSource(corpus.read(name), { id: name });
      const second = await openHdf5(source, { ...options, index });
      expect(await walk(second)).toEqual(expected);
      expect(await second.locate!(arraysOf(name))).toEqual(extents);
      expect(source.log.requests).toBe(0);
      expect(await second.exportIndex!()).toEqual(index);
    }
  });

  test("data is read beside it, and is the same", async () => {
    const name = "idx_fixed_filtered.h5";
    const first = await openHdf5(countingSource(corpus.read(name), { id: name }), small);
    const expected = await Promise.all(first.read(arraysOf(name)));
    const index = await first.exportIndex!();
    const second = await openHdf5(countingSource(corpus.read(name), { id: name }), { index });
    expect(await Promise.all(second.read(arraysOf(name)))).toEqual(expected);
  });

  test("what was not asked for before is fetched", async () => {
    const name = "groups_earliest.h5";
    const index = await (await openHdf5(countingSource(corpus.read(name), { id: name }), small)).exportIndex!();
    const source = countingSource(corpus.read(name), { id: name });
    const second = await openHdf5(source, { ...small, index });
    expect(source.log.requests).toBe(0);
    expect(await walk(second)).toEqual(await walk(await openHdf5(countingSource(corpus.read(name), { id: name }))));
    expect(source.log.requests).toBeGreaterThan(0);
  });

  test.each<[string, Version, Version, boolean]>([
    ["the same ETag", { etag: '"a"' }, { etag: '"a"' }, true],
    ["another ETag", { etag: '"a"' }, { etag: '"b"' }, false],
    ["the same time", { lastModified: 1000 }, { lastModified: 1000 }, true],
    ["another time", { lastModified: 1000 }, { lastModified: 2000 }, false],
  ])("%s: the first answer decides, and costs no request of its own", async (_, before, after, isGood) => {
    const name = "idx_fixed_filtered.h5";
    const first = await openHdf5(versioned(name, before).source, small);
    await first.locate!(arraysOf(name));
    const index = await first.exportIndex!();
    const { source, log } = versioned(name, after, "under another name");
    const second = await openHdf5(source, { ...small, index });
    await second.locate!(arraysOf(name));
    expect(log.requests).toBe(0);
    const read = Promise.all(second.read(arraysOf(name)));
    if (isGood) await read;
    else await expect(read).rejects.toMatchObject({ code: "SOURCE_CHANGED", message: expect.stringMatching(/index/) });
  });

  test("another size is refused; metadata that has to be fetched is checked too", async () => {
    const name = "groups_earliest.h5";
    const index = await (await openHdf5(countingSource(corpus.read(name), { id: name }), small)).exportIndex!();
    const longer = new Uint8Array([...corpus.read(name), 0]);
    const second = await openHdf5(countingSource(longer, { id: name }), { ...small, index });
    await expect(walk(second)).rejects.toMatchObject({ code: "SOURCE_CHANGED" });
  });

  test("of a source that tells no version is good for that source only", async () => {
    const index = await (await openHdf5(countingSource(corpus.read("idx_bt2.h5"), { id: "one" }))).exportIndex!();
    const other = openHdf5(countingSource(corpus.read("idx_bt2.h5"), { id: "other" }), { index });
    await expect(other).rejects.toMatchObject({ code: "SOURCE_CHANGED" });
  });
});

describe("the bytes of an index", () => {
  const identity = { id: "é.nwb", size: 2 ** 52, etag: '"x"', lastModified: 1.5e12 };
  const pieces = [
    { start: 0, bytes: Uint8Array.of(1, 2, 3) },
    { start: 2 ** 40, bytes: Uint8Array.of(4) },
  ];

  test("hold what was put in, and what is unknown stays so", () => {
    expect(decodeIndex(encodeIndex({ identity, pieces }), "s")).toEqual({ identity, pieces });
    const unknown = { id: "a", size: undefined, etag: undefined, lastModified: undefined };
    expect(decodeIndex(encodeIndex({ identity: unknown, pieces: [] }), "s")).toEqual({ identity: unknown, pieces: [] });
  });

  test.each([
    ["behind the end", [{ start: 2 ** 52, bytes: Uint8Array.of(1) }]],
    [
      "before another",
      [
        { start: 9, bytes: Uint8Array.of(1) },
        { start: 5, bytes: Uint8Array.of(1) },
      ],
    ],
    [
      "over another",
      [
        { start: 9, bytes: Uint8Array.of(1, 2) },
        { start: 10, bytes: Uint8Array.of(1) },
      ],
    ],
    ["before the beginning", [{ start: -1, bytes: Uint8Array.of(1) }]],
    ["nowhere", [{ start: Number.NaN, bytes: Uint8Array.of(1) }]],
    ["nothing", [{ start: 5, bytes: new Uint8Array(0) }]],
  ])("a piece that lies %s is refused", (_, bad) => {
    expect(() => decodeIndex(encodeIndex({ identity, pieces: bad }), "s")).toThrow(/piece \d lies nowhere/);
  });

  test("any damage is a FormatError, with a checksum that fits too", () => {
    const good = encodeIndex({ identity, pieces });
    const damage = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(damage, fc.nat(good.length), fc.boolean(), (changes, length, isSigned) => {
        const bytes = good.slice(0, length % 3 === 0 ? length : good.length);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        if (isSigned && bytes.length > 4)
          new DataView(bytes.buffer).setUint32(bytes.length - 4, lookup3(bytes.subarray(0, -4)), true);
        try {
          const found = decodeIndex(bytes, "s");
          const total = found.pieces.reduce((sum, piece) => sum + piece.bytes.length, 0);
          expect(total).toBeLessThan(good.length);
        } catch (error) {
          expect(isLazyNwbError(error, "FORMAT")).toBe(true);
        }
      }),
      { seed: 20_261_123, numRuns: 2000 },
    );
  });

  test("keep the small pieces where all are too many", () => {
    const mega = 1024 * 1024;
    const spans = [
      { start: 0, stop: 12 * mega },
      { start: 20 * mega, stop: 20 * mega + 100 },
      { start: 20 * mega + 110, stop: 20 * mega + 200 },
      { start: 30 * mega, stop: 40 * mega },
    ];
    expect(planIndex(spans)).toEqual([
      { start: 20 * mega, stop: 20 * mega + 200 },
      { start: 30 * mega, stop: 40 * mega },
    ]);
  });
});
