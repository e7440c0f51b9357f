import { describe, expect, test } from "vitest";
import { openHdf5 } from "../../src/index.ts";
import { ownCorpus } from "../support/corpus.ts";
import { type CountingOptions, countingSource } from "../support/counting-source.ts";

const corpus = ownCorpus();
const source = (file: string, options: CountingOptions = {}) =>
  countingSource(corpus.read(file), { id: file, ...options });

describe("list", () => {
  test("is sorted by name, even where the file keeps the order of creation", async () => {
    const names = (await (await openHdf5(source("groups_v110_tracked.h5"))).list("/")).map(({ name }) => name);
    expect(names).toEqual(["deleted", "g0", "g1", "g20", "g8", "g9", "level0", "names", "x"]);
  });

  test("tells old groups as such and objects by identity, at no cost", async () => {
    const links = await (await openHdf5(source("libver_earliest.h5"))).list("/");
    expect(links.find(({ name }) => name === "grp")).toMatchObject({ type: "hard", kind: "group" });
    const [contig, hard] = ["contig", "hard"].map((wanted) => links.find(({ name }) => name === wanted));
    expect(contig).toMatchObject({ objectId: expect.stringMatching(/^h5:\d+$/) });
    expect(hard).toEqual({ ...contig, name: "hard" });
  });

  test("what is missing is told with names close by", async () => {
    const hierarchy = await openHdf5(source("libver_earliest.h5"));
    await expect(hierarchy.list("/grb")).rejects.toMatchObject({
      code: "NOT_FOUND",
      path: "/grb",
      candidates: ["/grp"],
    });
    await expect(hierarchy.list("/grp/gzap")).rejects.toMatchObject({ candidates: ["/grp/gzip"] });
    const [missing] = hierarchy.read([{ path: "/grp/tow", selection: { rows: "all" } }]);
    await expect(missing).rejects.toMatchObject({ code: "NOT_FOUND", candidates: ["/grp/two"] });
    const [group] = hierarchy.read([{ path: "/grp", selection: { rows: "all" } }]);
    await expect(group).rejects.toMatchObject({ code: "QUERY", message: expect.stringContaining("is a group") });
  });

  test("a stale note of a parent, left by a group that became a new one, is not believed", async () => {
    const hierarchy = await openHdf5(source("links_earliest.h5"));
    expect((await hierarchy.list("/")).length).toBe(18);
  });
});

describe("describe", () => {
  test("filters and chunks are told; what cannot be read still has type, shape and attributes", async () => {
    const layouts = await openHdf5(source("filt_std_i4.h5"));
    const nodes = await layouts.describe((await layouts.list("/")).map(({ name }) => `/${name}`));
    const names = nodes.map((node) => (node?.kind === "array" ? node.filters?.map(({ name }) => name).join("+") : ""));
    expect(names).toContain("shuffle+deflate+fletcher32");
    const virtual = await openHdf5(source("virtual.h5"));
    const [link] = await virtual.list("/");
    const [node] = await virtual.describe([`/${link!.name}`]);
    expect(node).toMatchObject({ kind: "array" });
    const [values] = virtual.read([{ path: `/${link!.name}`, selection: { rows: "all" } }]);
    await expect(values).rejects.toMatchObject({ code: "UNSUPPORTED", feature: "external link" });
    const raw = await openHdf5(source("external_raw.h5"));
    const [first] = await raw.list("/");
    await expect(raw.read([{ path: `/${first!.name}`, selection: { rows: "all" } }])[0]).rejects.toMatchObject({
      feature: "external link",
    });
  });

  test("links that are not followed reject alone, and are null among others", async () => {
    const hierarchy = await openHdf5(source("links_v110.h5"));
    await expect(hierarchy.describe(["/ext"])).rejects.toMatchObject({ code: "UNSUPPORTED", feature: "external link" });
    const failed: string[] = [];
    const nodes = await hierarchy.describe(["/ext", "/abs", "/a/b/../b", "/dangling"], {
      onFailure: (path) => {
        failed.push(path);
      },
    });
    expect(nodes.map((node) => node?.path ?? null)).toEqual([null, "/abs", null, null]);
    expect(failed).toEqual(["/ext"]);
  });

  test("paths are normalised; `.` is the group itself, `..` a name", async () => {
    const hierarchy = await openHdf5(source("links_v110.h5"));
    const nodes = await hierarchy.describe(["a/./b//here/", "/a/b/dot", "/a/../a"]);
    expect(nodes.map((node) => node?.path ?? null)).toEqual(["/a/b/here", "/a/b/dot", null]);
    expect(nodes[0]!.objectId).toBe(nodes[1]!.objectId);
  });
});

describe("resolve", () => {
  test("an alias resolves to the first path of the walk, however it was reached", async () => {
    const hierarchy = await openHdf5(source("links_v110.h5"));
    const [node] = await hierarchy.describe(["/c2/next/next/next"]);
    expect(await hierarchy.resolve!([{ objectId: node!.objectId }])).toEqual(["/c0/next"]);
  });

  test("null for what no link leads to, and for identities of other files", async () => {
    const hierarchy = await openHdf5(source("libver_earliest.h5"));
    const ids = ["h5:1", "h5:99999999", "/grp", "h5:-4", "h5:800"];
    expect(await hierarchy.resolve!(ids.map((objectId) => ({ objectId })))).toEqual([
      null,
      null,
      null,
      null,
      expect.anything(),
    ]);
  });

  test("an object with one hard link is found without walking the rest of the file", async () => {
    const options = { headBytes: 128, tailBytes: 0, overReadBytes: 0 };
    const counted = source("nwb_libver_latest.h5", { hints: { maxGapBytes: 0 } });
    const hierarchy = await openHdf5(counted, options);
    const [subject] = await hierarchy.describe(["/general/extracellular_ephys"]);
    const before = counted.log.bytes;
    expect(await hierarchy.resolve!([{ objectId: subject!.objectId }])).toEqual(["/general/extracellular_ephys"]);
    expect(counted.log.bytes - before).toBeLessThan(2000);
  });
});

describe("callers side by side", () => {
  test("share reads: the same question twice costs as much as once", async () => {
    const ask = async (times: number) => {
      const counted = source("nwb_libver_latest.h5");
      const hierarchy = await openHdf5(counted, { headBytes: 128, tailBytes: 0 });
      await Promise.all(
        Array.from({ length: times }, () => hierarchy.list("/general").then(() => hierarchy.describe(["/general"]))),
      );
      return counted.log.requests;
    };
    expect(await ask(5)).toBe(await ask(1));
  });

  test("one who leaves rejects with the reason, and takes nothing from the others", async () => {
    let release = () => {};
    let hold = Promise.resolve();
    const held = source("nwb_libver_latest.h5", { before: () => hold });
    const hierarchy = await openHdf5(held, { headBytes: 128, tailBytes: 0 });
    hold = new Promise((resolve) => {
      release = resolve;
    });
    const leaving = new AbortController();
    const gone = hierarchy.describe(["/general/extracellular_ephys"], { signal: leaving.signal });
    const staying = hierarchy.describe(["/general/extracellular_ephys"]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    leaving.abort("enough");
    await expect(gone).rejects.toBe("enough");
    release();
    expect((await staying)[0]?.kind).toBe("group");
    await expect(hierarchy.list("/", { signal: AbortSignal.abort("early") })).rejects.toBe("early");
  });

  test("a failure of the network is not remembered", async () => {
    let broken = false;
    const flaky = source("nwb_libver_latest.h5", {
      before: () => {
        if (broken) throw new Error("connection lost");
      },
    });
    const hierarchy = await openHdf5(flaky, { headBytes: 128, tailBytes: 0 });
    broken = true;
    await expect(hierarchy.describe(["/general/extracellular_ephys"])).rejects.toThrow("connection lost");
    await expect(hierarchy.resolve!([{ objectId: "h5:48" }])).rejects.toThrow("connection lost");
    broken = false;
    expect((await hierarchy.describe(["/general/extracellular_ephys"]))[0]?.kind).toBe("group");
    expect(await hierarchy.resolve!([{ objectId: "h5:48" }])).toEqual(["/"]);
  });
});
