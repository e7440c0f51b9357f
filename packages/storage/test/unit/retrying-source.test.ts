import { HttpStatusError, NetworkError, ShortReadError } from "@lazynwb/core";
import { PlanningScriptedSource, patternBytes, ScriptedSource } from "@lazynwb/core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEFAULT_RETRY, httpSource, openSource, retryingSource } from "../../src/index.ts";
import { HttpTestServer } from "../http-test-server.ts";

const bytes = patternBytes(10_000);
const range = { offset: 100, length: 10 };
const quick = { baseDelayMs: 1 };

function failing(times: number, error: () => Error): ScriptedSource {
  return new ScriptedSource(bytes, {
    before: (_, count) => {
      if (count <= times) throw error();
    },
  });
}

describe("a read is made again", () => {
  test.each<[string, () => Error]>([
    ["a broken connection", () => new NetworkError("broken")],
    ...[429, 500, 502, 503, 504].map((status): [string, () => Error] => [
      `HTTP ${status}`,
      () => new HttpStatusError("busy", { status }),
    ]),
  ])("after %s, as often as is allowed", async (_, error) => {
    const passing = failing(DEFAULT_RETRY.attempts - 1, error);
    expect((await retryingSource(passing, quick).read(range)).bytes).toEqual(bytes.subarray(100, 110));
    const lasting = failing(100, error);
    await expect(retryingSource(lasting, quick).read(range)).rejects.toThrow(error().message);
    expect(lasting.reads).toHaveLength(DEFAULT_RETRY.attempts);
  });

  test("by itself, where it was one of a batch", async () => {
    const inner = new PlanningScriptedSource(bytes, {
      before: (_, count) => {
        if (count === 2) throw new NetworkError("broken");
      },
    });
    const ranges = [0, 50, 100].map((offset) => ({ offset, length: 5 }));
    const windows = await Promise.all(retryingSource(inner, quick).readMany!(ranges));
    expect(windows.map(({ offset }) => offset)).toEqual([0, 50, 100]);
    expect(inner.reads.map((read) => read.range)).toEqual([...ranges, ranges[1]]);
  });
});

describe("a read is not made again", () => {
  test.each<[string, () => Error]>([
    ["HTTP 400", () => new HttpStatusError("bad", { status: 400 })],
    ["a short body", () => new ShortReadError("short", { expected: 2, found: 1 })],
    ["an error that is not ours", () => new Error("what")],
  ])("after %s", async (_, error) => {
    const inner = failing(1, error);
    await expect(retryingSource(inner, quick).read(range)).rejects.toThrow(error().message);
    expect(inner.reads).toHaveLength(1);
  });

  test("once its caller has left", async () => {
    const inner = failing(100, () => new NetworkError("broken"));
    const controller = new AbortController();
    const read = retryingSource(inner, { baseDelayMs: 10_000, random: () => 1 }).read(range, {
      signal: controller.signal,
    });
    setTimeout(() => controller.abort("left"), 5);
    await expect(read).rejects.toBe("left");
    expect(inner.reads).toHaveLength(1);
  });
});

describe("a server that is busy", () => {
  let server: HttpTestServer;
  beforeAll(async () => {
    server = await HttpTestServer.start();
  });
  afterAll(() => server.close());

  test("is asked again, and each attempt counted", async () => {
    const source = openSource(httpSource(server.serve("/busy", bytes, { statuses: [503, 0, 429] })), { retry: quick });
    expect((await source.read(range)).bytes).toEqual(bytes.slice(100, 110));
    expect(source.counters()).toEqual({ rounds: 3, requests: 4, bytes: 10, cacheHits: 0 });
    expect(server.requests("/busy")).toHaveLength(4);
  });

  test("is left alone for as long as it asks, or altogether", async () => {
    const waits = async (retryAfter: string, maxDelayMs: number) => {
      const url = server.serve("/wait", bytes, { statuses: [503], retryAfter });
      const started = performance.now();
      const code = await retryingSource(httpSource(url), { ...quick, maxDelayMs })
        .read(range)
        .then(
          () => "answered",
          (error: { code: string }) => error.code,
        );
      return { code, waited: performance.now() - started };
    };
    const asked = await waits("1", 5000);
    expect(asked.code).toBe("answered");
    expect(asked.waited).toBeGreaterThan(950);
    expect((await waits("3600", 5000)).code).toBe("HTTP_STATUS");
    expect((await waits(new Date(Date.now() + 3_600_000).toUTCString(), 5000)).code).toBe("HTTP_STATUS");
    expect((await waits("soon", 5000)).code).toBe("answered");
  });
});
