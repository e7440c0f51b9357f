import { inspect } from "node:util";
import { byteSourceContract, patternBytes } from "@lazynwb/core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createStorage, httpSource, httpStore, memoryCache, openSource, publicUrl } from "../../src/index.ts";
import { HttpTestServer, type Serving } from "../http-test-server.ts";

let server: HttpTestServer;
let other: HttpTestServer;
let count = 0;
beforeAll(async () => {
  server = await HttpTestServer.start();
  other = await HttpTestServer.start();
});
afterAll(() => Promise.all([server.close(), other.close()]));

const bytes = patternBytes(5000);

describe("publicUrl", () => {
  test.each([
    ["https://h/a.nwb", "https://h/a.nwb"],
    ["https://user:pass@h/a.nwb#part", "https://h/a.nwb"],
    ["https://h/a?versionId=3&X-Amz-Signature=s&x-amz-date=d&X-Amz-Credential=c", "https://h/a?versionId=3"],
    ["https://h/a?X-Goog-Signature=s&generation=7", "https://h/a?generation=7"],
    ["https://h/a?AWSAccessKeyId=k&Expires=9&Signature=s", "https://h/a"],
    ["https://h/a?sv=1&se=2&sp=r&sig=abc&comp=block", "https://h/a?comp=block"],
    ["https://h/a?token=t&access_token=u&q=%20x+y", "https://h/a?q=%20x+y"],
    ["https://h/a?%74oken=t&b=", "https://h/a?b="],
    [
      "https://h/a?response-content-disposition=attachment&Key-Pair-Id=K&Policy=p",
      "https://h/a?response-content-disposition=attachment",
    ],
    ["https://h/a?", "https://h/a"],
    ["https://h/a?%zz=1", "https://h/a?%zz=1"],
  ])("%s", (url, expected) => {
    expect(publicUrl(url)).toBe(expected);
    expect(publicUrl(new URL(url))).toBe(expected);
    expect(publicUrl(publicUrl(url))).toBe(expected);
  });
});

const SECRETS = [
  "s3cret-signature",
  "s3cret-token",
  "s3cret-password",
  "s3cret-user",
  "s3cret-header",
  "s3cret-redirect",
];
const query = "?X-Amz-Signature=s3cret-signature&token=s3cret-token&versionId=7";

/** Everything that a program could print of a value, its hidden parts included. */
function printed(value: unknown): string {
  const shown = inspect(value, { depth: 10, showHidden: true, getters: true });
  const own =
    value instanceof Error
      ? `${value.stack} ${String(value)} ${inspect(value.cause, { showHidden: true, depth: 10 })}`
      : "";
  return `${shown} ${own} ${JSON.stringify(value) ?? ""}`;
}

function expectClean(value: unknown): void {
  const text = printed(value);
  for (const secret of SECRETS) expect(text).not.toContain(secret);
  expect(text).not.toContain(btoa("s3cret-user:s3cret-password"));
}

function secretUrl(base: string): URL {
  const url = new URL(base + query);
  url.username = "s3cret-user";
  url.password = "s3cret-password";
  return url;
}

const faults: Readonly<Record<string, Serving>> = {
  "401": { statuses: [401, 401, 401, 401] },
  "403": { statuses: [403] },
  "404": { statuses: [404] },
  "412": { statuses: [412] },
  "416 of an object that is not empty": { statuses: [416] },
  "418": { statuses: [418] },
  "500": { statuses: [500] },
  "broken before the answer": { statuses: [0] },
  "broken in the body": { cutAfter: 10 },
  "short body": { shortBy: 5 },
  "wrong Content-Range": { contentRange: () => "bytes 1-2/3" },
  "no Content-Range, no length": { contentRange: false, chunked: true },
  compressed: { gzip: true },
  "too large to take whole": { ignoreRange: true },
  "redirect to nowhere": { redirectTo: "http://nowhere.invalid/?sig=s3cret-redirect" },
  "redirect to an error": { redirectTo: "REPLACED" },
  "redirect to a file": { redirectTo: "file:///s3cret-redirect" },
  "redirect in a circle": { redirectTo: "CIRCLE" },
  silent: { delayMs: 300 },
};

describe("no credential is in an error", () => {
  test.each(Object.entries(faults))("%s", async (_, serving) => {
    const path = `/secret-${count++}`;
    const redirectTo =
      serving.redirectTo === "REPLACED"
        ? `${other.origin}/none?Signature=s3cret-redirect`
        : serving.redirectTo === "CIRCLE"
          ? `${path}?token=s3cret-redirect`
          : serving.redirectTo;
    const url = secretUrl(server.serve(path, bytes, { ...serving, ...(redirectTo && { redirectTo }) }));
    const headers = { authorization: "Bearer s3cret-header", "x-api-key": "s3cret-header" };
    const source = httpSource(url, { headers, wholeBodyBytes: 100, idleTimeoutMs: 50 });
    const suffix = await source.read({ suffix: 100 }).catch((error: unknown) => error);
    const error = await source.read({ offset: 0, length: 100 }).catch((reason: unknown) => reason);
    expect([suffix, error].some((result) => result instanceof Error)).toBe(true);
    for (const value of [suffix, error, source, source.id, source.counters()]) expectClean(value);
    expect(source.id).toBe(`${server.origin}${path}?versionId=7`);
  });

  test("of a fetch that talks", async () => {
    const url = secretUrl("https://host.test/a.nwb");
    const source = httpSource(url, {
      headers: { authorization: "Bearer s3cret-header" },
      fetch: async (target, init) => {
        const details = `${target} ${decodeURIComponent(url.href)} ${new Headers(init.headers).get("authorization")} ${url.password}`;
        throw Object.assign(new TypeError(`cannot fetch ${details}`, { cause: new Error(details) }), {
          request: init,
          url: details,
        });
      },
    });
    const error = await source.read({ offset: 0, length: 10 }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "NETWORK" });
    expectClean(error);
  });

  test("of a URL that is none", async () => {
    for (const bad of ["http://s3cret-user:s3cret-password@[/a?token=s3cret-token", "s3cret-token"]) {
      let thrown: unknown;
      try {
        httpSource(bad);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBeInstanceOf(Error);
      expectClean(thrown);
    }
  });

  test("of an input that a storage cannot resolve", async () => {
    const storage = createStorage();
    for (const bad of [`s3://bucket/x${query}`, "http://s3cret-user:s3cret-password@[/x", "s3cret-token/path.nwb"]) {
      const error = await storage.resolve(bad).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(Error);
      expectClean(error);
    }
  });
});

describe("no credential is in what is shown or kept", () => {
  test("of sources, stores, caches and storages", async () => {
    const path = `/folder-${count++}/a.nwb`;
    const url = secretUrl(server.serve(path, bytes, { etag: '"v1"' }));
    const cache = memoryCache();
    const storage = createStorage({ cache, headers: { authorization: "Bearer s3cret-header" } });
    const [source] = await storage.resolve(url.href);
    await source!.bytes!.read({ offset: 0, length: 10 });
    await source!.store!.open("a.nwb").read({ offset: 0, length: 10 });
    for (const value of [source, storage, cache, storage.counters(), httpStore(url), openSource(httpSource(url))])
      expectClean(value);
    expect(server.requests(path).map(({ query: sent }) => sent)).toEqual([query, query]);
    expect(server.requests(path)[0]!.headers.authorization).toBe("Bearer s3cret-header");
  });
});

describe("a source with credentials is a source", () => {
  byteSourceContract({ test, make: (given) => httpSource(secretUrl(server.serve(`/kit-${count++}`, given))) });
});
