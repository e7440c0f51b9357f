import { isLazyNwbError } from "@lazynwb/core";
import { patternBytes } from "@lazynwb/core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { httpSource } from "../../src/index.ts";
import { HttpTestServer } from "../http-test-server.ts";

let here: HttpTestServer;
let there: HttpTestServer;
let count = 0;
beforeAll(async () => {
  here = await HttpTestServer.start();
  there = await HttpTestServer.start();
});
afterAll(() => Promise.all([here.close(), there.close()]));

const bytes = patternBytes(10_000);
const range = { offset: 100, length: 50 };
const secrets = {
  authorization: "Bearer secret-token",
  cookie: "session=secret-cookie",
  "x-api-key": "secret-key",
  "proxy-authorization": "Basic secret",
};
const fresh = (name: string) => `/${name}-${count++}`;

function seen(server: HttpTestServer, path: string): string[] {
  return server
    .requests(path)
    .map(({ headers }) =>
      Object.keys(secrets)
        .filter((name) => name in headers)
        .sort()
        .join(),
    )
    .sort();
}

describe("a redirect", () => {
  test("to another origin gets none of the caller's headers", async () => {
    const target = fresh("target");
    const path = fresh("object");
    const url = here.serve(path, bytes, { redirectTo: there.serve(target, bytes) });
    const window = await httpSource(url, { headers: secrets }).read(range);
    expect(window.bytes).toEqual(bytes.slice(100, 150));
    expect(seen(here, path)).toEqual(["authorization,cookie,proxy-authorization,x-api-key"]);
    expect(seen(there, target)).toEqual([""]);
    expect(there.requests(target)[0]!.headers.range).toBe("bytes=100-149");
  });

  test("back again gets none either: who came by way of strangers is one", async () => {
    const [target, back, path] = [fresh("target"), fresh("back"), fresh("object")];
    const final = here.serve(target, bytes);
    const url = here.serve(path, bytes, { redirectTo: there.serve(back, bytes, { redirectTo: final }) });
    await httpSource(url, { headers: secrets }).read(range);
    expect(seen(here, target)).toEqual([""]);
  });

  test("within the origin keeps them", async () => {
    const [target, path] = [fresh("target"), fresh("object")];
    here.serve(target, bytes);
    const url = here.serve(path, bytes, { redirectTo: target });
    await httpSource(url, { headers: secrets }).read(range);
    expect(seen(here, target)).toEqual(["authorization,cookie,proxy-authorization,x-api-key"]);
  });

  test("of a URL with user and password sends them to its own origin only", async () => {
    const [target, path] = [fresh("target"), fresh("object")];
    const url = new URL(here.serve(path, bytes, { redirectTo: there.serve(target, bytes) }));
    url.username = "us%20er";
    url.password = "pass:word";
    const source = httpSource(url);
    await source.read(range);
    expect(here.requests(path)[0]!.headers.authorization).toBe(`Basic ${btoa("us er:pass:word")}`);
    expect(there.requests(target)[0]!.headers.authorization).toBeUndefined();
    expect(source.id).toBe(here.origin + path);
  });

  test("is remembered, and asked for again when its target has expired", async () => {
    const [target, path] = [fresh("target"), fresh("object")];
    const url = here.serve(path, bytes, { redirectTo: (asked) => `${there.origin}${target}?X-Amz-Signature=${asked}` });
    there.serve(target, bytes, { statuses: [] });
    const source = httpSource(url);
    await source.read(range);
    await source.read(range);
    expect(here.requests(path)).toHaveLength(1);
    there.serve(target, bytes, { statuses: [403] });
    expect((await source.read(range)).bytes).toEqual(bytes.slice(100, 150));
    expect(here.requests(path)).toHaveLength(2);
    expect(there.requests(target).map(({ query }) => query)).toEqual([
      "?X-Amz-Signature=0",
      "?X-Amz-Signature=0",
      "?X-Amz-Signature=0",
      "?X-Amz-Signature=1",
    ]);
    // Each trip counts, the redirect's own included.
    expect(source.counters()).toMatchObject({ requests: 6, rounds: 6 });
  });

  test("is asked for again after its target could not be reached", async () => {
    const gone = await HttpTestServer.start();
    const [target, path] = [fresh("target"), fresh("object")];
    const dead = gone.serve(target, bytes);
    const url = here.serve(path, bytes, { redirectTo: (asked) => (asked === 0 ? dead : there.origin + target) });
    there.serve(target, bytes);
    const source = httpSource(url);
    await source.read(range);
    await gone.close();
    await expect(source.read(range)).rejects.toMatchObject({ code: "NETWORK" });
    expect((await source.read(range)).bytes).toEqual(bytes.slice(100, 150));
  });

  test("to an error is that error, under the name of the source", async () => {
    const url = here.serve(fresh("object"), bytes, { redirectTo: `${there.origin}/nothing?token=secret-token` });
    const error = await httpSource(url)
      .read(range)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "SOURCE_NOT_FOUND", source: url });
    expect(String(error)).not.toContain("secret-token");
  });

  test.each([
    ["in a circle", (path: string) => path, "redirects more than 5 times"],
    ["to a file", () => "file:///etc/passwd", "no HTTP address"],
    ["to data", () => "data:text/plain,hello", "no HTTP address"],
    ["to nonsense", () => "http://[", "no HTTP address"],
  ])("%s is refused", async (_, location, message) => {
    const path = fresh("object");
    const url = here.serve(path, bytes, { redirectTo: location(path) });
    const error = await httpSource(url)
      .read(range)
      .catch((reason: unknown) => reason);
    expect(isLazyNwbError(error, "STORAGE")).toBe(true);
    expect(String(error)).toContain(message);
  });

  test("from https to http is refused", async () => {
    const source = httpSource("https://example.test/x", {
      fetch: async () => new Response(null, { status: 302, headers: { location: "http://example.test/x" } }),
    });
    await expect(source.read(range)).rejects.toThrow("from https to http");
  });
});

describe("a redirect that the platform hides, as browsers do", () => {
  const opaque = () => Object.defineProperty(new Response(null), "type", { value: "opaqueredirect" });

  test("is followed by the platform where there are no headers to give away", async () => {
    const modes: unknown[] = [];
    const source = httpSource("http://example.test/x", {
      fetch: async (_, init) => {
        modes.push(init.redirect);
        if (init.redirect === "manual") return opaque();
        return new Response(bytes.slice(100, 150), {
          status: 206,
          headers: { "content-range": "bytes 100-149/10000" },
        });
      },
    });
    expect((await source.read(range)).bytes).toEqual(bytes.slice(100, 150));
    await source.read({ offset: 100, length: 50 });
    expect(modes).toEqual(["manual", "follow", "follow"]);
  });

  test("is refused where there are", async () => {
    const source = httpSource("http://example.test/x", { headers: secrets, fetch: async () => opaque() });
    await expect(source.read(range)).rejects.toThrow("give the final URL");
  });
});
