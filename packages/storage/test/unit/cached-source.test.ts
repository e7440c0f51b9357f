import { patternBytes, ScriptedSource } from "@lazynwb/core/testing";
import { describe, expect, test } from "vitest";
import { cachedSource, countingSource, memoryCache } from "../../src/index.ts";

const bytes = patternBytes(1_000_000);
const merge = { maxGapBytes: 0 };

function scripted(): ScriptedSource {
  return new ScriptedSource(bytes, { answer: (window) => ({ ...window, etag: '"v1"' }) });
}

describe("a cached source", () => {
  test("asks for nothing that it holds, and tells how often that was", async () => {
    const inner = countingSource(scripted());
    const source = cachedSource(inner);
    await source.read({ offset: 1000, length: 1000 });
    const [whole, part] = source.readMany!([
      { offset: 1000, length: 1000 },
      { offset: 1500, length: 100 },
    ]);
    expect((await part)!.bytes.buffer).toBe((await whole)!.bytes.buffer);
    expect(source.counters!()).toEqual({ rounds: 1, requests: 1, bytes: 1000, cacheHits: 2 });
  });

  test("keeps what lay between merged ranges", async () => {
    const inner = scripted();
    const source = cachedSource(inner);
    await Promise.all(
      source.readMany!([
        { offset: 0, length: 10 },
        { offset: 5000, length: 10 },
      ]),
    );
    expect((await source.read({ offset: 2000, length: 100 })).bytes).toEqual(bytes.subarray(2000, 2100));
    expect(inner.reads).toHaveLength(1);
  });

  test("joins neighbouring windows, and fetches only what is missing of a range", async () => {
    const inner = scripted();
    const source = cachedSource(inner, { merge });
    await source.read({ offset: 0, length: 1000 });
    await source.read({ offset: 1000, length: 1000 });
    expect((await source.read({ offset: 900, length: 200 })).bytes).toEqual(bytes.slice(900, 1100));
    expect(inner.reads).toHaveLength(2);
    expect((await source.read({ offset: 1500, length: 1000 })).bytes).toEqual(bytes.slice(1500, 2500));
    expect(inner.reads.at(-1)!.range).toEqual({ offset: 2000, length: 500 });
  });

  test("fetches a range whole where little of it is held: joining would copy much to save little", async () => {
    const inner = scripted();
    const source = cachedSource(inner, { merge });
    await source.read({ offset: 0, length: 100 });
    await source.read({ offset: 50, length: 10_000 });
    expect(inner.reads.at(-1)!.range).toEqual({ offset: 50, length: 10_000 });
  });

  test("does not join what is held with what has become shorter, where no size tells it apart", async () => {
    let object = bytes;
    const source = cachedSource(
      {
        id: "shrinking",
        async read(range) {
          const { offset, length } = range as { offset: number; length: number };
          return { bytes: object.subarray(offset, Math.max(offset, Math.min(object.length, offset + length))), offset };
        },
      },
      { merge },
    );
    await source.read({ offset: 2000, length: 1000 });
    object = bytes.subarray(0, 1500);
    await expect(source.read({ offset: 1000, length: 2000 })).rejects.toMatchObject({ code: "SHORT_READ" });
  });

  test("knows tails and the end once it knows the size", async () => {
    const inner = scripted();
    const source = cachedSource(inner);
    await source.read({ suffix: 1000 });
    await source.read({ suffix: 500 });
    await source.read({ offset: 999_900, length: 500 });
    expect((await source.read({ offset: 1_000_000, length: 10 })).bytes.length).toBe(0);
    expect(inner.reads).toHaveLength(1);
  });
});

describe("a cache shared by readers", () => {
  test("serves the second reader of one version, once its first answer has told the version", async () => {
    const cache = memoryCache();
    const first = scripted();
    const second = scripted();
    await cachedSource(first, { cache }).read({ offset: 0, length: 5000 });
    const reader = cachedSource(second, { cache });
    await reader.read({ offset: 9000, length: 10 });
    expect((await reader.read({ offset: 100, length: 100 })).bytes).toEqual(bytes.subarray(100, 200));
    expect(second.reads).toHaveLength(1);
  });

  test("never serves another version", async () => {
    const cache = memoryCache();
    const changed = patternBytes(1_000_000, 2);
    const later = new ScriptedSource(changed, { answer: (window) => ({ ...window, etag: '"v2"' }) });
    await cachedSource(scripted(), { cache }).read({ offset: 0, length: 5000 });
    const reader = cachedSource(later, { cache });
    await reader.read({ offset: 9000, length: 10 });
    expect((await reader.read({ offset: 100, length: 100 })).bytes).toEqual(changed.subarray(100, 200));
  });

  test("keeps objects without any mark of a version apart, and forgets them when they are closed", async () => {
    const cache = memoryCache();
    const [one, two] = [new ScriptedSource(bytes), new ScriptedSource(patternBytes(1_000_000, 2))];
    const readers = [cachedSource(one, { cache }), cachedSource(two, { cache })];
    for (const reader of readers) await reader.read({ offset: 0, length: 5000 });
    expect((await readers[1]!.read({ offset: 0, length: 5 })).bytes).toEqual(patternBytes(1_000_000, 2).subarray(0, 5));
    for (const reader of readers) await reader.close!();
    expect(cache.bytes).toBe(0);
  });

  test("stays within its bounds, and forgets what was not used for longest", async () => {
    const cache = memoryCache({ maxBytes: 20_000 });
    const inner = new ScriptedSource(bytes, {
      answer: (window) => ({ ...window, etag: '"v1"', bytes: window.bytes.slice() }),
    });
    const source = cachedSource(inner, { cache, merge });
    for (let at = 0; at < 10; at++) await source.read({ offset: at * 2000, length: 2000 });
    await source.read({ offset: 0, length: 10 });
    await source.read({ offset: 50_000, length: 2000 });
    expect(cache.bytes).toBeLessThanOrEqual(20_000);
    for (let at = 0; at < 50; at++) await source.read({ offset: 100_000 + at * 200, length: 100 });
    expect(cache.bytes).toBeLessThanOrEqual(20_000);
    for (const at of [0, 1, 2, 3]) await source.read({ offset: at * 2000, length: 2000 });
    await source.read({ offset: 0, length: 10 });
    for (let at = 5; at < 13; at++) await source.read({ offset: at * 2000, length: 2000 });
    await source.read({ offset: 0, length: 10 });
    await source.read({ offset: 60_000, length: 2000 });
    expect(cache.bytes).toBeGreaterThan(18_000);
    const before = inner.reads.length;
    await source.read({ offset: 0, length: 2000 });
    expect(inner.reads.length).toBe(before);
    await source.read({ offset: 2000, length: 2000 });
    expect(inner.reads.length).toBe(before + 1);
    cache.clear();
    expect(cache.bytes).toBe(0);
  });

  test("takes no window that would push out much else, and copies a small view out of a large buffer", async () => {
    const cache = memoryCache({ maxBytes: 80_000 });
    const source = cachedSource(scripted(), { cache, merge });
    await source.read({ offset: 0, length: 20_000 });
    expect(cache.bytes).toBe(0);
    await source.read({ offset: 0, length: 100 });
    expect(cache.bytes).toBe(100);
  });
});
