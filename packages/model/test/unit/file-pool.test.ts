import { type ByteCounters, type Hierarchy, isLazyNwbError } from "@lazynwb/core";
import { group, memoryHierarchy } from "@lazynwb/core/testing";
import { filePool, nwbFile } from "@lazynwb/model";
import { describe, expect, test } from "vitest";

/** A promise to be settled from outside. */
function gate<Value = void>() {
  return Promise.withResolvers<Value>();
}

/** Openers that note what is open. */
function openers() {
  const open = new Set<string>();
  const log: string[] = [];
  let most = 0;
  const opener = (id: string, counters?: ByteCounters) => ({
    id,
    open: async (): Promise<Hierarchy> => {
      open.add(id);
      log.push(`open ${id}`);
      most = Math.max(most, open.size);
      const hierarchy = memoryHierarchy(group());
      const close = hierarchy.close.bind(hierarchy);
      return Object.assign(hierarchy, {
        ...(counters && { counters: () => counters }),
        close: async () => {
          open.delete(id);
          log.push(`close ${id}`);
          await close();
        },
      });
    },
  });
  return { open, log, opener, most: () => most };
}

const nothing = async () => {};

describe("a pool of files", () => {
  test("opens a file when it is first used, once for all who use it", async () => {
    const { log, opener } = openers();
    const file = filePool().file(opener("a"));
    expect(log).toEqual([]);
    await Promise.all([file.use(nothing), file.use(nothing)]);
    await file.use(nothing);
    expect(log).toEqual(["open a"]);
  });

  test("keeps at most so many open, closes the longest unused first, and reopens", async () => {
    const { log, opener, most } = openers();
    const pool = filePool({ maxOpenFiles: 2 });
    const [a, b, c] = ["a", "b", "c"].map((id) => pool.file(opener(id)));
    await a!.use(nothing);
    await b!.use(nothing);
    await a!.use(nothing);
    await c!.use(nothing);
    await b!.use(nothing);
    expect(log).toEqual(["open a", "open b", "close b", "open c", "close a", "open b"]);
    expect([most(), pool.openCount()]).toEqual([2, 2]);
  });

  test("who wants one more than are in use waits for the first that is free", async () => {
    const { log, opener } = openers();
    const pool = filePool({ maxOpenFiles: 1 });
    const [a, b] = [pool.file(opener("a")), pool.file(opener("b"))];
    const work = gate();
    const first = a.use(() => work.promise);
    const second = b.use(async () => "done");
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(log).toEqual(["open a"]);
    work.resolve();
    await first;
    expect(await second).toBe("done");
    expect(log).toEqual(["open a", "close a", "open b"]);
  });

  test("hundreds of files at once stay within the bound and all get done", async () => {
    const { opener, most } = openers();
    const pool = filePool({ maxOpenFiles: 5 });
    const files = Array.from({ length: 200 }, (_, at) => pool.file(opener(String(at))));
    const done = await Promise.all(files.map((file) => file.use(async () => file.id)));
    expect([done.length, most()]).toEqual([200, 5]);
  });

  test("a file that was replaced while it was closed is an error", async () => {
    let etag = "1";
    const pool = filePool({ maxOpenFiles: 1 });
    const { opener } = openers();
    const file = pool.file({ ...opener("a"), identity: () => etag });
    const other = pool.file(opener("b"));
    await file.use(nothing);
    await other.use(nothing);
    await file.use(nothing);
    await other.use(nothing);
    etag = "2";
    await expect(file.use(nothing)).rejects.toMatchObject({ code: "SOURCE_CHANGED", source: "a" });
    expect(pool.openCount()).toBe(0);
    await other.use(nothing);
  });

  test("a failed opening is not remembered, and gives its place back", async () => {
    let attempts = 0;
    const pool = filePool({ maxOpenFiles: 1 });
    const file = pool.file({
      id: "a",
      open: async () => {
        if (attempts++ === 0) throw new Error("no route");
        return memoryHierarchy(group());
      },
    });
    await expect(file.use(nothing)).rejects.toThrow("no route");
    expect(pool.openCount()).toBe(0);
    await file.use(nothing);
    expect(attempts).toBe(2);
  });

  test("one caller's abort leaves the others their opening; the last one's stops it", async () => {
    const opening = gate<Hierarchy>();
    let stopped = 0;
    const file = nwbFile({
      id: "a",
      open: ({ signal }) => {
        signal?.addEventListener("abort", () => stopped++);
        return opening.promise;
      },
    });
    const leaving = new AbortController();
    const left = file.use(nothing, { signal: leaving.signal });
    const stays = file.use(async () => "read");
    leaving.abort("gone");
    await expect(left).rejects.toBe("gone");
    expect(stopped).toBe(0);
    opening.resolve(memoryHierarchy(group()));
    expect(await stays).toBe("read");
  });

  test("an opening that nobody waits for any more is stopped, and what comes of it is closed", async () => {
    const { open, opener } = openers();
    const pool = filePool({ maxOpenFiles: 1 });
    const late = gate();
    const signals: (AbortSignal | undefined)[] = [];
    const file = pool.file({
      id: "a",
      open: async ({ signal }) => {
        signals.push(signal);
        await late.promise;
        return opener("a").open();
      },
    });
    const leaving = new AbortController();
    const left = file.use(nothing, { signal: leaving.signal });
    await new Promise((resolve) => setTimeout(resolve, 1));
    leaving.abort(new Error("enough"));
    await expect(left).rejects.toThrow("enough");
    expect(signals[0]!.aborted).toBe(true);
    const again = file.use(async () => "read");
    late.resolve();
    expect(await again).toBe("read");
    expect([open.size, pool.openCount()]).toEqual([1, 1]);
  });

  test("close waits for work under way, and is for good", async () => {
    const { log, opener } = openers();
    const pool = filePool();
    const [a, b] = [pool.file(opener("a")), pool.file(opener("b"))];
    await a.use(nothing);
    const work = gate();
    const using = b.use(() => work.promise);
    await new Promise((resolve) => setTimeout(resolve, 1));
    const closing = pool.close();
    work.resolve();
    await Promise.all([using, closing]);
    await pool.close();
    expect(log.sort()).toEqual(["close a", "close b", "open a", "open b"]);
    const failure = await a.use(nothing).catch((error: unknown) => error);
    expect(isLazyNwbError(failure, "STORAGE")).toBe(true);
  });

  test("counters are kept over openings", async () => {
    const { opener } = openers();
    const pool = filePool({ maxOpenFiles: 1 });
    const spent = { rounds: 1, requests: 2, bytes: 30, cacheHits: 0 };
    const [a, b] = [pool.file(opener("a", spent)), pool.file(opener("b", spent))];
    await a.use(nothing);
    await b.use(nothing);
    await a.use(nothing);
    expect(a.counters()).toEqual({ rounds: 2, requests: 4, bytes: 60, cacheHits: 0 });
    expect(b.counters()).toEqual(spent);
  });
});
