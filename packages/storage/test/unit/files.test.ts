import { mkdir, mkdtemp, rename, rm, symlink, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { patternBytes } from "@lazynwb/core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { memoryStore } from "../../src/index.ts";
import { fileError } from "../../src/node/file-errors.ts";
import { filePathId, fileSource, fileStore, openFiles } from "../../src/node.ts";

/** What an asynchronous iteration gives, mapped. */
async function collect<Item, Out>(items: AsyncIterable<Item>, map: (item: Item) => Out): Promise<Out[]> {
  const all: Out[] = [];
  for await (const item of items) all.push(map(item));
  return all;
}

let folder: string;
let count = 0;
const bytes = patternBytes(5000);
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lazynwb-files-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function fresh(content = bytes): Promise<string> {
  const path = join(folder, `file-${count++}.nwb`);
  await writeFile(path, content);
  return path;
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: Error & { code: string }) => error,
  );

describe("a file", () => {
  test("has its absolute path for an id, and its size and date for an identity", async () => {
    const path = await fresh();
    await utimes(path, 1e9, 1e9);
    const source = fileSource(path);
    expect(source.id).toBe(filePathId(path));
    expect(await source.read({ offset: 10, length: 5 })).toEqual({
      bytes: bytes.slice(10, 15),
      offset: 10,
      size: 5000,
      lastModified: 1e12,
    });
    await source.close!();
  });

  test.each([
    ["its size", (path: string) => truncate(path, 4000)],
    ["its date", (path: string) => utimes(path, 5, 5)],
  ])("that changes %s while it is read is an error", async (_, change) => {
    const path = await fresh();
    const source = fileSource(path);
    await source.read({ offset: 0, length: 10 });
    await change(path);
    expect(await failure(source.read({ offset: 0, length: 10 }))).toMatchObject({
      code: "SOURCE_CHANGED",
      source: source.id,
    });
    await source.close!();
    expect(await failure(source.read({ offset: 0, length: 10 }))).toMatchObject({ code: "SOURCE_CHANGED" });
  });

  test("that was replaced under its name is read on, until it has to be opened again", async () => {
    const path = await fresh();
    const other = await fresh(patternBytes(6000, 2));
    const source = fileSource(path);
    await source.read({ offset: 0, length: 10 });
    await rename(other, path);
    expect((await source.read({ offset: 4000, length: 10 })).bytes).toEqual(bytes.slice(4000, 4010));
    await source.close!();
    expect(await failure(source.read({ offset: 0, length: 10 }))).toMatchObject({ code: "SOURCE_CHANGED" });
  });

  test("that is missing says so, and what is near", async () => {
    const path = await fresh();
    const error = await failure(fileSource(path.replace(".nwb", ".nbw")).read({ offset: 0, length: 1 }));
    expect(error).toMatchObject({ code: "SOURCE_NOT_FOUND" });
    expect(error!.message).toContain(path.slice(folder.length + 1));
    const lost = await failure(fileSource(join(folder, "no", "such.nwb")).read({ offset: 0, length: 1 }));
    expect(lost!.message).toContain("there is no folder");
    const below = await failure(fileSource(join(path, "below")).read({ offset: 0, length: 1 }));
    expect(below).toMatchObject({ code: "SOURCE_NOT_FOUND" });
  });

  test("that appears later can be read then: failures are not kept", async () => {
    const path = join(folder, "later.nwb");
    const source = fileSource(path);
    await failure(source.read({ offset: 0, length: 1 }));
    await writeFile(path, bytes);
    expect((await source.read({ offset: 0, length: 1 })).size).toBe(5000);
    await source.close!();
  });

  test("that is a folder, or a device, is none", async () => {
    const error = await failure(fileSource(folder).read({ offset: 0, length: 1 }));
    expect(error).toMatchObject({ code: "STORAGE" });
    expect(error!.message).toContain("is a folder");
    expect(await failure(fileSource("/dev/null").read({ offset: 0, length: 1 }))).toMatchObject({ code: "STORAGE" });
  });

  test.each([
    ["EACCES", "ACCESS_DENIED"],
    ["EPERM", "ACCESS_DENIED"],
    ["EISDIR", "STORAGE"],
    ["EMFILE", "STORAGE"],
    ["EIO", "STORAGE"],
  ])("that the system refuses with %s is %s", async (system, code) => {
    const cause = Object.assign(new Error(`${system}: refused`), { code: system });
    expect(await fileError(cause, "/x/a.nwb", "/x/a.nwb")).toMatchObject({ code, source: "/x/a.nwb" });
  });
});

describe("open files", () => {
  test("are at most so many, and are opened again", async () => {
    const files = openFiles({ maxOpenFiles: 2 });
    const sources = await Promise.all(Array.from({ length: 5 }, async () => fileSource(await fresh(), { files })));
    for (let time = 0; time < 2; time++)
      for (const source of sources)
        expect((await source.read({ offset: time, length: 2 })).bytes).toEqual(bytes.slice(time, time + 2));
    await Promise.all(sources.map((source) => source.read({ offset: 100, length: 2 })));
    for (const source of sources) await source.close!();
  });

  test("are closed when nobody reads from them any more, not before", async () => {
    const files = openFiles({ maxOpenFiles: 1 });
    const log: string[] = [];
    const handle = (name: string) => async () => ({ close: async () => void log.push(`${name} closed`) }) as never;
    const [one, two] = [{}, {}];
    let finish = () => {};
    const using = files.use(
      one,
      handle("one"),
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    );
    await files.use(two, handle("two"), async () => {});
    await files.close(one);
    expect(log).not.toContain("one closed");
    finish();
    await using;
    expect(log).toContain("one closed");
    await files.close(two);
    expect(log.sort()).toEqual(["one closed", "two closed"]);
  });
});

test("a handle that nobody reads from is closed after a while, and opened again", async () => {
  const files = openFiles({ idleMs: 20 });
  let closed = 0;
  let opened = 0;
  const owner = {};
  const use = () =>
    files.use(
      owner,
      async () => {
        opened++;
        return { close: async () => void closed++ } as never;
      },
      async () => {},
    );
  await use();
  await new Promise((resolve) => setTimeout(resolve, 80));
  expect([opened, closed]).toEqual([1, 1]);
  await use();
  expect([opened, closed]).toEqual([2, 1]);
});

describe("stores", () => {
  const bad = ["..", "../x", "a/../../x", "/etc/passwd", "a//b", "", "./a", "a/.", "C:\\x", "C:/x", "a\\b", "a\0b"];

  test.each(bad)("refuse the key %j", async (key) => {
    const inside = memoryStore({ [key]: bytes });
    expect(() => inside.open(key)).toThrow(expect.objectContaining({ code: "STORAGE" }));
    expect(() => fileStore(folder).open(key)).toThrow(expect.objectContaining({ code: "STORAGE" }));
  });

  test("of files list keys in order, below a prefix, and through a link that leads round once", async () => {
    const root = join(folder, "store");
    await mkdir(join(root, "b", "c"), { recursive: true });
    for (const name of ["z", "b/1", "b/c/2", "a"]) await writeFile(join(root, name), bytes);
    await symlink(root, join(root, "b", "round"));
    await symlink(join(root, "nowhere"), join(root, "lost"));
    const list = async (prefix: string) => collect(fileStore(root).list!(prefix), ({ key, size }) => `${key} ${size}`);
    expect(await list("")).toEqual(["a 5000", "b/1 5000", "b/c/2 5000", "z 5000"]);
    expect(await list("b")).toEqual(["b/1 5000", "b/c/2 5000"]);
    expect(await list("b/c/")).toEqual(["b/c/2 5000"]);
    await expect(list("../store")).rejects.toMatchObject({ code: "STORAGE" });
    await expect(list("nothing")).rejects.toMatchObject({ code: "SOURCE_NOT_FOUND" });
  });

  test("of memory list keys in order, below a prefix", async () => {
    const store = memoryStore(
      new Map([
        ["b/1", bytes],
        ["a", bytes],
        ["bc", bytes],
      ]),
      { id: "m" },
    );
    const list = async (prefix: string) => collect(store.list!(prefix), ({ key }) => key);
    expect(await list("")).toEqual(["a", "b/1", "bc"]);
    expect(await list("b/")).toEqual(["b/1"]);
    await expect(store.open("gone").read({ offset: 0, length: 1 })).rejects.toMatchObject({
      code: "SOURCE_NOT_FOUND",
      source: "m/gone",
    });
  });

  test("can be left while they are listed", async () => {
    const reason = new Error("left");
    const list = collect(fileStore(folder).list!("", { signal: AbortSignal.abort(reason) }), ({ key }) => key);
    await expect(list).rejects.toBe(reason);
  });
});
