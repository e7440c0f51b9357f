import { isLazyNwbError } from "@lazynwb/core";
import { patternBytes } from "@lazynwb/core/testing";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { httpSource } from "../../src/index.ts";
import { HttpTestServer, type Serving } from "../http-test-server.ts";

let server: HttpTestServer;
let count = 0;
beforeAll(async () => {
  server = await HttpTestServer.start();
});
afterAll(() => server.close());

const bytes = patternBytes(100_000);

function serve(serving: Serving = {}, object = bytes): { url: string; path: string } {
  const path = `/object-${count++}.nwb`;
  return { url: server.serve(path, object, serving), path };
}

function slice(offset: number, length: number, of = bytes): Uint8Array {
  return of.slice(offset, offset + length);
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(isLazyNwbError(error), String(error)).toBe(true);
  return (error as { code: string }).code;
}

describe("a ranged read", () => {
  test("costs one GET, no HEAD, and learns size and identity from it", async () => {
    const { url, path } = serve({ etag: '"v1"', lastModified: "Wed, 21 Oct 2026 07:28:00 GMT" });
    const window = await httpSource(url).read({ offset: 5000, length: 300 });
    expect(window).toEqual({
      bytes: slice(5000, 300),
      offset: 5000,
      size: 100_000,
      etag: '"v1"',
      lastModified: Date.UTC(2026, 9, 21, 7, 28),
    });
    expect(
      server.requests(path).map(({ method, headers }) => [method, headers.range, headers["accept-encoding"]]),
    ).toEqual([["GET", "bytes=5000-5299", "identity"]]);
  });

  test("sends no conditional headers", async () => {
    const { url, path } = serve({ etag: '"v1"' });
    const source = httpSource(url);
    await source.read({ offset: 0, length: 10 });
    await source.read({ offset: 50, length: 10 });
    for (const { headers } of server.requests(path)) {
      expect(headers["if-match"]).toBeUndefined();
      expect(headers["if-range"]).toBeUndefined();
    }
  });

  test("asks for tails by suffix while the size is unknown, and for nothing behind a known end", async () => {
    const { url, path } = serve();
    const source = httpSource(url);
    await source.read({ suffix: 100 });
    await source.read({ suffix: 200 });
    await source.read({ offset: 100_000, length: 10 });
    await source.read({ offset: 99_990, length: 50 });
    await source.read({ offset: 5, length: 0 });
    expect(server.requests(path).map(({ headers }) => headers.range)).toEqual([
      "bytes=-100",
      "bytes=99800-99999",
      "bytes=99990-99999",
    ]);
  });

  test("behind an unknown end gives zero bytes and the size", async () => {
    const { url } = serve();
    expect(await httpSource(url).read({ offset: 200_000, length: 10 })).toMatchObject({
      bytes: new Uint8Array(0),
      size: 100_000,
    });
  });

  test("reuses connections", async () => {
    const { url } = serve();
    const source = httpSource(url);
    await source.read({ offset: 0, length: 10 });
    const before = server.connections;
    for (let at = 0; at < 20; at++) await source.read({ offset: at * 100, length: 10 });
    expect(server.connections - before).toBeLessThanOrEqual(1);
  });

  test("sends a batch of 40 at once", async () => {
    const { url, path } = serve({ delayMs: 60 });
    const source = httpSource(url);
    server.maxInFlight = 0;
    await Promise.all(Array.from({ length: 40 }, (_, at) => source.read({ offset: at * 1000, length: 10 })));
    expect(server.maxInFlight).toBe(40);
    expect(server.rounds(path)).toBe(1);
    expect(source.counters()).toEqual({ rounds: 1, requests: 40, bytes: 400, cacheHits: 0 });
  });

  test.each([
    [{ offset: -1, length: 5 }],
    [{ offset: 0, length: -5 }],
    [{ offset: 0.5, length: 5 }],
    [{ offset: Number.NaN, length: 5 }],
    [{ offset: Number.MAX_SAFE_INTEGER, length: 5 }],
    [{ suffix: -1 }],
    [{ suffix: Number.POSITIVE_INFINITY }],
  ])("refuses the range %o without asking", async (range) => {
    const { url, path } = serve();
    expect(await codeOf(httpSource(url).read(range))).toBe("STORAGE");
    expect(server.requests(path)).toEqual([]);
  });
});

describe("a server that ignores ranges", () => {
  test("is asked once, and the small object kept", async () => {
    const { url, path } = serve({ ignoreRange: true, etag: '"v1"' });
    const source = httpSource(url);
    for (const offset of [50, 99_000, 7])
      expect((await source.read({ offset, length: 40 })).bytes).toEqual(slice(offset, 40));
    expect((await source.read({ suffix: 40 })).bytes).toEqual(slice(99_960, 40));
    expect(server.requests(path)).toHaveLength(1);
    expect(source.counters()).toEqual({ rounds: 1, requests: 1, bytes: 100_000, cacheHits: 0 });
  });

  test("is read once by reads made together, of which one leaves", async () => {
    const { url } = serve({ ignoreRange: true, delayMs: 20 });
    const source = httpSource(url);
    const controller = new AbortController();
    const leaving = source.read({ offset: 0, length: 10 }, { signal: controller.signal });
    const staying = source.read({ suffix: 10 });
    controller.abort(new Error("left"));
    await expect(leaving).rejects.toThrow("left");
    expect((await staying).bytes).toEqual(slice(99_990, 10));
  });

  test.each([
    ["told", false],
    ["not told", true],
  ])("with an object too large to take, its length %s, is an error at once", async (_, chunked) => {
    const { url } = serve({ ignoreRange: true, chunked });
    const source = httpSource(url, { wholeBodyBytes: 50_000 });
    const error = await source.read({ offset: 0, length: 10 }).catch((reason: unknown) => reason);
    expect(isLazyNwbError(error, "RANGE_IGNORED")).toBe(true);
    expect(String(error)).toContain("ignores Range");
    expect(source.counters().bytes).toBeLessThanOrEqual(50_000 + 65_536);
  });

  test("later is seen too", async () => {
    const { url } = serve({ ignoreRange: (request) => request > 0 });
    const source = httpSource(url, { wholeBodyBytes: 50_000 });
    await source.read({ offset: 0, length: 10 });
    expect(await codeOf(source.read({ offset: 10, length: 10 }))).toBe("RANGE_IGNORED");
  });

  test("a whole object that is cut short is no object", async () => {
    const { url } = serve({ ignoreRange: true, cutAfter: 500 });
    expect(await codeOf(httpSource(url).read({ offset: 0, length: 10 }))).toBe("NETWORK");
  });
});

describe("a short body", () => {
  test("of the promised length is an error", async () => {
    expect(await codeOf(httpSource(serve({ shortBy: 7 }).url).read({ offset: 0, length: 100 }))).toBe("SHORT_READ");
    expect(await codeOf(httpSource(serve({ shortBy: 7, chunked: true }).url).read({ offset: 0, length: 100 }))).toBe(
      "SHORT_READ",
    );
    expect(await codeOf(httpSource(serve({ shortBy: 7 }).url).read({ suffix: 100 }))).toBe("SHORT_READ");
  });

  test("behind a hidden Content-Range is an error, unless the object ends there", async () => {
    const hidden = { contentRange: false } as const;
    expect(await codeOf(httpSource(serve({ ...hidden, shortBy: 7 }).url).read({ offset: 0, length: 100 }))).toBe(
      "SHORT_READ",
    );
    const { url, path } = serve(hidden);
    const source = httpSource(url);
    const window = await source.read({ offset: 99_950, length: 100 });
    expect(window).toMatchObject({ bytes: slice(99_950, 50), size: 100_000 });
    expect(server.requests(path).map(({ headers }) => headers.range)).toEqual([
      "bytes=99950-100049",
      "bytes=100000-100000",
    ]);
  });

  test("of fewer bytes than asked for, as Content-Range says too, is an error away from the end", async () => {
    const contentRange = (start: number, stop: number, size: number) => `bytes ${start}-${stop - 8}/${size}`;
    expect(await codeOf(httpSource(serve({ contentRange, shortBy: 7 }).url).read({ offset: 0, length: 100 }))).toBe(
      "SHORT_READ",
    );
  });

  test("of a broken connection is a network error", async () => {
    expect(await codeOf(httpSource(serve({ cutAfter: 30 }).url).read({ offset: 0, length: 1000 }))).toBe("NETWORK");
  });
});

describe("a Content-Range", () => {
  test.each<[string, Serving["contentRange"] | undefined, number]>([
    ["of other bytes", undefined, 1],
    ["that begins elsewhere", (start, stop, size) => `bytes ${start + 1}-${stop}/${size}`, 0],
    ["of more bytes", (start, stop, size) => `bytes ${start}-${stop + 5}/${size}`, 0],
    ["that ends behind the object", (start, stop) => `bytes ${start}-${stop - 1}/${stop - 5}`, 0],
    ["that is no range", () => "bytes garbage", 0],
    ["of another unit", (start, stop, size) => `items ${start}-${stop - 1}/${size}`, 0],
    ["with a size beyond all numbers", (start, stop) => `bytes ${start}-${stop - 1}/99999999999999999999`, 0],
    ["without a range", (_start, _stop, size) => `bytes */${size}`, 0],
  ])("%s is an error", async (_, contentRange, shiftBy) => {
    const { url } = serve({ shiftBy, ...(contentRange !== undefined && { contentRange }) });
    expect(await codeOf(httpSource(url).read({ offset: 500, length: 100 }))).toBe("STORAGE");
  });

  test("of a tail that is not the tail is an error", async () => {
    const { url } = serve({ contentRange: (start, stop, size) => `bytes ${start - 5}-${stop - 6}/${size}` });
    expect(await codeOf(httpSource(url).read({ suffix: 100 }))).toBe("STORAGE");
  });

  test("that is hidden leaves the size unknown", async () => {
    const { url } = serve({ contentRange: false });
    const window = await httpSource(url).read({ offset: 10, length: 100 });
    expect(window.bytes).toEqual(slice(10, 100));
    expect(window.size).toBeUndefined();
  });

  test("that is hidden does not hide where a tail lies", async () => {
    const { url } = serve({ contentRange: false });
    expect(await httpSource(url).read({ suffix: 100 })).toMatchObject({ bytes: slice(99_900, 100), offset: 99_900 });
  });

  test("that is hidden together with every length makes tails impossible, and says so", async () => {
    const { url } = serve({ contentRange: false, chunked: true });
    const error = await httpSource(url)
      .read({ suffix: 100 })
      .catch((reason: unknown) => reason);
    expect(String(error)).toContain("Access-Control-Expose-Headers");
  });

  test("does not save a body that is larger than asked for", async () => {
    const { url } = serve({ contentRange: false, shortBy: -50 });
    const source = httpSource(url, {
      fetch: async (target, init) => {
        const response = await fetch(target, { ...init, headers: { range: "bytes=0-999" } });
        return new Response(response.body, { status: 206 });
      },
    });
    expect(await codeOf(source.read({ offset: 0, length: 100 }))).toBe("STORAGE");
  });
});

describe("an object that changes", () => {
  test.each<[string, Serving]>([
    ["its ETag", { etag: (request) => (request === 0 ? '"v1"' : '"v2"') }],
    ["its size", { contentRange: (start, stop) => `bytes ${start}-${stop - 1}/${100_000 + start}` }],
    ["its status to 412", { etag: '"v1"', statuses: [] }],
  ])("%s between reads is an error", async (_, serving) => {
    const { url, path } = serve(serving);
    const source = httpSource(url);
    await source.read({ offset: 0, length: 10 });
    if (serving.statuses) server.serve(path, bytes, { statuses: [412] });
    expect(await codeOf(source.read({ offset: 20, length: 10 }))).toBe("SOURCE_CHANGED");
  });

  test("its date is an error, where it has no ETag", async () => {
    const { url, path } = serve({ lastModified: "Wed, 21 Oct 2026 07:28:00 GMT" });
    const source = httpSource(url);
    await source.read({ offset: 0, length: 10 });
    server.serve(path, bytes, { lastModified: "Wed, 21 Oct 2026 07:28:01 GMT" });
    expect(await codeOf(source.read({ offset: 20, length: 10 }))).toBe("SOURCE_CHANGED");
  });

  test("only its date is the same, where its ETag stays", async () => {
    const { url, path } = serve({ etag: '"v1"', lastModified: "Wed, 21 Oct 2026 07:28:00 GMT" });
    const source = httpSource(url);
    await source.read({ offset: 0, length: 10 });
    server.serve(path, bytes, { etag: '"v1"', lastModified: "Wed, 21 Oct 2026 07:28:01 GMT" });
    expect((await source.read({ offset: 20, length: 10 })).bytes).toEqual(slice(20, 10));
  });

  test("into a web page is an error too", async () => {
    const { url, path } = serve({ etag: '"v1"' });
    const source = httpSource(url);
    await source.read({ offset: 0, length: 10 });
    server.serve(path, new TextEncoder().encode("<!doctype html>log in"), { ignoreRange: true });
    expect(await codeOf(source.read({ offset: 3, length: 10 }))).toBe("SOURCE_CHANGED");
  });

  test("only from a strong to a weak ETag is the same", async () => {
    const { url } = serve({ etag: (request) => (request === 0 ? '"v1"' : 'W/"v1"') });
    const source = httpSource(url);
    await source.read({ offset: 0, length: 10 });
    expect((await source.read({ offset: 20, length: 10 })).bytes).toEqual(slice(20, 10));
  });
});

describe("a status", () => {
  test.each([
    [401, "ACCESS_DENIED"],
    [403, "ACCESS_DENIED"],
    [404, "SOURCE_NOT_FOUND"],
    [410, "SOURCE_NOT_FOUND"],
    [400, "HTTP_STATUS"],
    [418, "HTTP_STATUS"],
    [500, "HTTP_STATUS"],
    [503, "HTTP_STATUS"],
  ])("%i is %s", async (status, code) => {
    const { url } = serve({ statuses: [status] });
    const source = httpSource(url);
    const error = await source.read({ offset: 0, length: 10 }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, source: url });
    expect(String(error)).toContain(`HTTP ${status}`);
    expect((await source.read({ offset: 0, length: 10 })).bytes).toEqual(slice(0, 10));
  });

  test("416 inside of the object is an error", async () => {
    const { url, path } = serve();
    const source = httpSource(url);
    await source.read({ offset: 0, length: 10 });
    server.serve(path, bytes, { statuses: [416] });
    expect(await codeOf(source.read({ offset: 20, length: 10 }))).toBe("STORAGE");
  });

  test.each([[{ suffix: 10 }], [{ offset: 0, length: 10 }]])(
    "416 for %o does not make an object empty",
    async (range) => {
      const { url } = serve({ statuses: [416] });
      expect(await codeOf(httpSource(url).read(range))).toBe("STORAGE");
    },
  );
});

describe("an answer that cannot be used", () => {
  test.each<[string, Serving]>([
    ["compressed", { gzip: true }],
    ["in several parts", { headers: { "content-type": "multipart/byteranges; boundary=x" } }],
  ])("%s is an error", async (_, serving) => {
    expect(await codeOf(httpSource(serve(serving).url).read({ offset: 0, length: 100 }))).toBe("STORAGE");
  });
});

describe("httpSource", () => {
  test("wants an HTTP address", () => {
    expect(() => httpSource("not a url")).toThrow(expect.objectContaining({ code: "STORAGE" }));
    expect(() => httpSource("ftp://host/x")).toThrow(expect.objectContaining({ code: "STORAGE" }));
  });

  test("copies the URL and headers that it is given", async () => {
    const { url, path } = serve();
    const given = new URL(url);
    const headers = new Headers({ "x-one": "1" });
    const source = httpSource(given, { headers });
    given.pathname = "/elsewhere";
    headers.set("x-one", "2");
    await source.read({ offset: 0, length: 10 });
    expect(server.requests(path)[0]!.headers["x-one"]).toBe("1");
  });
});

afterEach(() => {
  expect(server.log.filter(({ method }) => method !== "GET")).toEqual([]);
});
