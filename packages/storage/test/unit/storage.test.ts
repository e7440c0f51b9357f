import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Source } from "@lazynwb/core";
import { patternBytes, ScriptedSource } from "@lazynwb/core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createStorage, limiter, memorySource, memoryStore, openSource, type Transport } from "../../src/index.ts";
import { filePathId, nodeTransports } from "../../src/node.ts";
import { HttpTestServer } from "../http-test-server.ts";

const bytes = patternBytes(5000);
/** What an asynchronous iteration gives, mapped. */
async function collect<Item, Out>(items: AsyncIterable<Item>, map: (item: Item) => Out): Promise<Out[]> {
  const all: Out[] = [];
  for await (const item of items) all.push(map(item));
  return all;
}

let folder: string;
let server: HttpTestServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lazynwb-registry-"));
  await mkdir(join(folder, "deep", "x.zarr"), { recursive: true });
  for (const name of ["b.nwb", "a.nwb", "notes.txt", "deep/c.nwb", "[odd].nwb", "deep/x.zarr/.zgroup"])
    await writeFile(join(folder, name), bytes);
  server = await HttpTestServer.start();
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const storage = () => createStorage({ transports: nodeTransports() });
const ids = (sources: readonly Source[]) => sources.map(({ id }) => id);
const at = (...names: string[]) => names.map((name) => `${filePathId(folder)}/${name}`);
const first = async (source: Source | undefined) => (await source!.bytes!.read({ offset: 0, length: 4 })).bytes;

describe("resolve", () => {
  test("keeps the order of its inputs, whatever they are", async () => {
    const file = new File([bytes as Uint8Array<ArrayBuffer>], "dropped.nwb", { lastModified: 5 });
    const again = new File([bytes as Uint8Array<ArrayBuffer>], "dropped.nwb");
    const url = server.serve("/remote/a.nwb", bytes);
    const own = memorySource(bytes, { id: "mine" });
    const sources = await storage().resolve([
      url,
      join(folder, "b.nwb"),
      file,
      new Blob([bytes as Uint8Array<ArrayBuffer>]),
      pathToFileURL(join(folder, "a.nwb")),
      again,
      bytes,
      bytes.slice().buffer,
      own,
      file,
      { id: "named", bytes: own },
      pathToFileURL(join(folder, "a.nwb")).href,
    ]);
    expect(ids(sources)).toEqual([
      url,
      ...at("b.nwb"),
      "dropped.nwb",
      "blob",
      ...at("a.nwb"),
      "dropped.nwb#2",
      "memory",
      "memory#2",
      "mine",
      "dropped.nwb",
      "named",
      ...at("a.nwb"),
    ]);
    for (const source of sources) expect(await first(source)).toEqual(bytes.slice(0, 4));
    for (const source of sources) await source.bytes!.close!();
  });

  test("expands globs in the order of paths", async () => {
    expect(ids(await storage().resolve(`${folder}/*.nwb`))).toEqual(at("[odd].nwb", "a.nwb", "b.nwb"));
    expect(ids(await storage().resolve([`${folder}/**/*.{nwb,zarr}`, join(folder, "a.nwb")]))).toEqual(
      at("[odd].nwb", "a.nwb", "b.nwb", "deep/c.nwb", "deep/x.zarr", "a.nwb"),
    );
  });

  test("takes a path that exists for itself, though it looks like a glob", async () => {
    expect(ids(await storage().resolve(join(folder, "[odd].nwb")))).toEqual(at("[odd].nwb"));
  });

  test("of a glob that matches nothing says what is near", async () => {
    const error = await storage()
      .resolve(`${folder}/a*.nbw`)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "SOURCE_NOT_FOUND" });
    expect(String(error)).toContain("a.nwb");
  });

  test("gives folders as stores, and files with their siblings", async () => {
    const [zarr, file] = await storage().resolve([join(folder, "deep", "x.zarr"), join(folder, "a.nwb")]);
    expect(zarr!.bytes).toBeUndefined();
    expect((await zarr!.store!.open(".zgroup").read({ offset: 0, length: 4 })).bytes).toEqual(bytes.slice(0, 4));
    expect((await file!.store!.open("b.nwb").read({ offset: 0, length: 4 })).bytes).toEqual(bytes.slice(0, 4));
    expect(await collect(zarr!.store!.list!(""), ({ key }) => key)).toEqual([".zgroup"]);
  });

  test("gives URLs that end in a slash or .zarr as stores, the query going along", async () => {
    server.serve("/z/x.zarr/.zgroup", bytes);
    server.serve("/z/b.nwb", bytes);
    const [zarr, slashed, file] = await createStorage().resolve([
      `${server.origin}/z/x.zarr?sig=secret&v=1`,
      new URL(`${server.origin}/z/x.zarr/`),
      `${server.origin}/z/a.nwb?v=2`,
    ]);
    expect(ids([zarr!, slashed!])).toEqual([`${server.origin}/z/x.zarr?v=1`, `${server.origin}/z/x.zarr`]);
    expect(zarr!.bytes ?? slashed!.bytes).toBeUndefined();
    await zarr!.store!.open(".zgroup").read({ offset: 0, length: 4 });
    expect(server.requests("/z/x.zarr/.zgroup")[0]!.query).toBe("?sig=secret&v=1");
    await file!.store!.open("b.nwb").read({ offset: 0, length: 4 });
    expect(server.requests("/z/b.nwb")[0]!.query).toBe("?v=2");
    expect(() => zarr!.store!.open("../a.nwb")).toThrow(expect.objectContaining({ code: "STORAGE" }));
  });

  test("finds a missing file out when it is read, so that others are not held up", async () => {
    const [missing, there] = await storage().resolve([join(folder, "c.nwb"), join(folder, "a.nwb")]);
    await expect(first(missing)).rejects.toMatchObject({ code: "SOURCE_NOT_FOUND" });
    expect(await first(there)).toEqual(bytes.slice(0, 4));
  });

  test.each([
    ["s3://bucket/key.nwb", "UNSUPPORTED", "s3:"],
    [new URL("gs://bucket/key.nwb"), "UNSUPPORTED", "gs:"],
    ["dandi://dandi/000363", "UNSUPPORTED", "dandi:"],
    ["data:text/plain,hello", "UNSUPPORTED", "data:"],
    ["", "STORAGE", "empty path"],
    ["http://", "STORAGE", "no URL"],
    ["file://elsewhere%2F/x", "STORAGE", "file: URL"],
    [{} as never, "STORAGE", "no source"],
    [null as never, "STORAGE", "no source"],
    [7 as never, "STORAGE", "no source"],
  ])("refuses %s", async (input, code, message) => {
    const error = await storage()
      .resolve(input)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    expect(String(error)).toContain(message);
  });

  test("without Node's transports says what paths need", async () => {
    const error = await createStorage()
      .resolve("a.nwb")
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "UNSUPPORTED" });
    expect(String(error)).toContain("@lazynwb/storage/node");
  });

  test("takes a name with a colon for a file", async () => {
    const [source] = await storage().resolve("sub:01.nwb");
    expect(source!.id).toBe(filePathId("sub:01.nwb"));
  });

  test("asks transports of the caller's own first", async () => {
    const own: Transport = {
      name: "vault",
      resolve: (input) =>
        typeof input === "string" && input.startsWith("vault:")
          ? [{ id: input, bytes: memorySource(bytes, { id: input }) }]
          : undefined,
    };
    const [source] = await createStorage({ transports: [own] }).resolve("vault://x");
    expect(await first(source)).toEqual(bytes.slice(0, 4));
  });

  test("heeds its signal", async () => {
    await expect(storage().resolve("a.nwb", { signal: AbortSignal.abort("left") })).rejects.toBe("left");
  });
});

describe("a storage", () => {
  test("sends the headers it was given, by URL where they are a function", async () => {
    const url = server.serve("/headers.nwb", bytes);
    for (const headers of [{ "x-one": "1" }, (target: URL) => ({ "x-one": target.pathname })]) {
      const [source] = await createStorage({ headers }).resolve(url);
      await first(source);
    }
    expect(server.requests("/headers.nwb").map((request) => request.headers["x-one"])).toEqual(["1", "/headers.nwb"]);
  });

  test("counts by source and in all, over every opening of a source", async () => {
    const urls = ["/one.nwb", "/two.nwb"].map((path) => server.serve(path, bytes, { etag: '"v"' }));
    const all = createStorage();
    const sources = await all.resolve(urls);
    await Promise.all(sources.map(first));
    await first(sources[0]);
    const [again] = await all.resolve(urls[0]!);
    await first(again);
    const { total, sources: each } = all.counters();
    expect(each.get(urls[0]!)).toEqual({ rounds: 2, requests: 2, bytes: 8, cacheHits: 1 });
    expect(each.get(urls[1]!)).toEqual({ rounds: 1, requests: 1, bytes: 4, cacheHits: 0 });
    expect(total).toEqual({ rounds: 2, requests: 3, bytes: 12, cacheHits: 1 });
    expect([server.rounds("/one.nwb"), server.rounds("/two.nwb")]).toEqual([2, 1]);
  });

  test("counts siblings that were read", async () => {
    server.serve("/s/a.nwb", bytes);
    const sibling = server.serve("/s/b.nwb", bytes);
    const all = createStorage();
    const [source] = await all.resolve(`${server.origin}/s/a.nwb`);
    await source!.store!.open("b.nwb").read({ offset: 0, length: 10 });
    expect(all.counters().sources.get(sibling)).toEqual({ rounds: 1, requests: 1, bytes: 10, cacheHits: 0 });
    expect(all.counters().total.requests).toBe(1);
  });

  test("counts all keys of a folder as one object", async () => {
    for (const key of ["a", "b", "c"]) server.serve(`/count.zarr/${key}`, bytes);
    const all = createStorage();
    const [remote] = await all.resolve(`${server.origin}/count.zarr`);
    const [local] = await all.resolve(memoryStore({ a: bytes, b: bytes, c: bytes }, { id: "folder" }));
    for (const store of [remote!.store!, local!.store!]) {
      const reads = ["a", "b"].map((key) => store.open(key).read({ offset: 0, length: 10 }));
      await Promise.all(reads);
      await store.open("c").read({ offset: 0, length: 10 });
      expect(store.counters!()).toEqual({ rounds: 2, requests: 3, bytes: 30, cacheHits: 0 });
    }
    expect(all.counters().sources.get("folder")).toMatchObject({ requests: 3 });
  });

  test("bounds all its sources together", async () => {
    const urls = ["/x.nwb", "/y.nwb", "/z.nwb"].map((path) => server.serve(path, bytes, { delayMs: 10 }));
    server.maxInFlight = 0;
    const sources = await createStorage({ limiter: limiter({ concurrency: 3 }), merge: { maxGapBytes: 0 } }).resolve(
      urls,
    );
    await Promise.all(
      sources.flatMap(({ bytes: source }) =>
        source!.readMany!([0, 1000, 2000].map((offset) => ({ offset, length: 10 }))),
      ),
    );
    expect(server.maxInFlight).toBe(3);
  });

  test("keeps nothing where it is told so", async () => {
    const url = server.serve("/fresh.nwb", bytes);
    const all = createStorage({ cache: false });
    const [source] = await all.resolve(url);
    await first(source);
    await first(source);
    expect(all.counters().total).toMatchObject({ requests: 2, cacheHits: 0 });
  });

  test("closes what it opened, and not what its caller did", async () => {
    const bare = new ScriptedSource(bytes);
    const theirs = openSource(new ScriptedSource(bytes));
    const inner = new ScriptedSource(bytes);
    const own = openSource(inner);
    {
      await using all = createStorage();
      const [first, second] = await all.resolve([bare, own, theirs]);
      expect(second!.bytes).toBe(own);
      await first!.bytes!.read({ offset: 0, length: 1 });
    }
    expect([bare.closed, inner.closed]).toEqual([1, 0]);
    const closed = createStorage();
    await closed.close();
    await expect(closed.resolve(bytes)).rejects.toMatchObject({ code: "STORAGE" });
  });
});
