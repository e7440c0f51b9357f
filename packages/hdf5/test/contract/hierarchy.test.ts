import { elementOf, type Hierarchy } from "@lazynwb/core";
import { type ExpectedNode, hierarchyContract } from "@lazynwb/core/testing";
import { describe, expect, test } from "vitest";
import { hdf5Backend, type OpenHdf5Options, openHdf5 } from "../../src/index.ts";
import { ownCorpus } from "../support/corpus.ts";
import { countingSource } from "../support/counting-source.ts";

const corpus = ownCorpus();

const counting = (length: number) => Array.from({ length }, (_, at) => at);
/** What h5py wrote into files of this kind: the same objects with `n` rows, in the structures of different versions. */
const expectedOf = (n: number): Readonly<Record<string, ExpectedNode | null>> => ({
  "/": {
    kind: "group",
    attributes: { arr: counting(5), title: "generic" },
    links: {
      be: "hard",
      bool: "hard",
      compound: "hard",
      contig: "hard",
      fixed: "hard",
      grp: "hard",
      hard: "hard",
      one: "hard",
      refs: "hard",
      scalar: "hard",
      soft: { type: "soft", target: "/grp/gzip" },
      str: "hard",
      strs: "hard",
    },
  },
  "/grp": { kind: "group", links: { gzip: "hard", resizable: "hard", sub: "hard", two: "hard" } },
  "/grp/sub": { kind: "group", attributes: { ref: { reference: "/contig" } }, links: { gz: "hard" } },
  "/grp/sub/gz": { kind: "array", dtype: "float32", shape: null },
  "/grp/gzip": { kind: "array", dtype: "int64", shape: [n, 10] },
  "/soft": { kind: "array", dtype: "int64", shape: [n, 10], sameObjectAs: "/grp/gzip" },
  "/hard": { kind: "array", dtype: "int32", shape: [n, 3], sameObjectAs: "/contig", attributes: { unit: "mV" } },
  "/contig": { kind: "array", dtype: "int32", shape: [n, 3] },
  "/one": { kind: "array", dtype: "int64", shape: [n], values: counting(n) },
  "/fixed": { kind: "array", dtype: "uint16", shape: [n], values: counting(n) },
  "/bool": { kind: "array", dtype: "bool", shape: [n] },
  "/be": { kind: "array", dtype: "float64", shape: [3, n] },
  "/compound": { kind: "array", dtype: "struct<id: uint16, v: float32, name: text>", shape: [n] },
  "/scalar": { kind: "array", dtype: "float64", shape: [], values: 42.5 },
  "/str": { kind: "array", dtype: "text", shape: [], values: "héllo wörld" },
  "/strs": { kind: "array", dtype: "text", shape: [4], values: ["a", "", "ünï", "x".repeat(n)] },
  "/refs": {
    kind: "array",
    dtype: "object-reference",
    shape: [3],
    values: [{ reference: "/contig" }, { reference: "/grp" }, { reference: "/" }],
  },
  "/nothing": null,
  "/one/below": null,
});

const open = (file: string, options?: OpenHdf5Options): Promise<Hierarchy> =>
  openHdf5(countingSource(corpus.read(file), { id: file }), options);

const FILES = { "libver_earliest.h5": 24, "libver_v108.h5": 24, "libver_v110.h5": 24, "userblock512_earliest.h5": 9 };

for (const [file, n] of Object.entries(FILES)) {
  const expected = expectedOf(n);
  describe(file, () => hierarchyContract({ test, make: () => open(file), expected }));
  describe(`${file} in small reads`, () =>
    hierarchyContract({ test, make: () => open(file, { headBytes: 128, tailBytes: 0, overReadBytes: 32 }), expected }));
}

describe("hdf5Backend", () => {
  test("takes what is HDF5 and nothing else", async () => {
    const backend = hdf5Backend();
    const bytes = countingSource(corpus.read("libver_v110.h5"));
    const hierarchy = await backend.open({ id: bytes.id, bytes });
    expect(hierarchy?.format).toBe("hdf5");
    const other = countingSource(new TextEncoder().encode("<!doctype html><title>404</title>"));
    expect(await backend.open({ id: other.id, bytes: other })).toBeNull();
    const store = { id: "folder", open: () => other };
    expect(await backend.open({ id: "folder", store })).toBeNull();
  });

  test("finds the signature behind a user block of any size", async () => {
    const plain = corpus.read("libver_v110.h5");
    for (const userBlock of [512, 2048, 65_536, 262_144]) {
      const bytes = new Uint8Array(userBlock + plain.length);
      bytes.set(plain, userBlock);
      const hierarchy = await openHdf5(countingSource(bytes), { headBytes: 1024, tailBytes: 0 });
      expect((await hierarchy.list("/")).length).toBe(13);
      const [one] = await Promise.all(hierarchy.read([{ path: "/one", selection: { rows: Float64Array.of(5, 7) } }]));
      expect([elementOf(one!, 0), elementOf(one!, 1)]).toEqual([5n, 6n]);
    }
  });

  test("what is no HDF5 costs a few bytes beside the head", async () => {
    const source = countingSource(new Uint8Array(5_000_000), { hints: { suffix: false } });
    expect(await hdf5Backend().open({ id: "x", bytes: source }, { headBytes: 16_384, tailBytes: 0 })).toBeNull();
    expect(source.log.bytes).toBeLessThan(16_384 + 200);
  });

  test("closes the source with the hierarchy, once, and rejects what comes later", async () => {
    let closed = 0;
    const source = { ...countingSource(corpus.read("libver_v110.h5")), close: async () => void closed++ };
    const hierarchy = await openHdf5(source);
    await hierarchy.close();
    await hierarchy.close();
    expect(closed).toBe(1);
    await expect(hierarchy.list("/")).rejects.toThrow(/was closed/);
    await expect(hierarchy.describe(["/"])).rejects.toThrow(/was closed/);
    await expect(hierarchy.read([{ path: "/one", selection: { rows: "all" } }])[0]).rejects.toThrow(/was closed/);
    await expect(hierarchy.resolve!([])).rejects.toThrow(/was closed/);
  });

  test("counts where the source counts, and only there", async () => {
    const plain = await openHdf5(countingSource(corpus.read("libver_v110.h5")));
    expect(plain.counters).toBeUndefined();
    const counters = { rounds: 1, requests: 2, bytes: 3, cacheHits: 4 };
    const counted = await openHdf5({ ...countingSource(corpus.read("libver_v110.h5")), counters: () => counters });
    expect(counted.counters?.()).toEqual(counters);
  });
});
