import { isLazyNwbError } from "@lazynwb/core";
import { patternBytes } from "@lazynwb/core/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { httpSource } from "../../src/index.ts";
import { HttpTestServer, type Serving } from "../http-test-server.ts";

let server: HttpTestServer;
let count = 0;
beforeAll(async () => {
  server = await HttpTestServer.start();
});
afterAll(() => server.close());

const bytes = patternBytes(100_000);

function serve(serving: Serving): { url: string } {
  return { url: server.serve(`/object-${count++}.nwb`, bytes, serving) };
}

describe("a connection", () => {
  test("that is refused is a network error that names the host", async () => {
    const other = await HttpTestServer.start();
    const url = other.serve("/x", bytes);
    const { host } = other;
    await other.close();
    const error = await httpSource(url)
      .read({ offset: 0, length: 10 })
      .catch((reason: unknown) => reason);
    expect(isLazyNwbError(error, "NETWORK")).toBe(true);
    expect(String(error)).toContain(host);
    expect(String(error)).toContain("ECONNREFUSED");
  });

  test("that is silent is given up", async () => {
    const { url } = serve({ delayMs: 500 });
    const error = await httpSource(url, { idleTimeoutMs: 30 })
      .read({ offset: 0, length: 10 })
      .catch((reason: unknown) => reason);
    expect(isLazyNwbError(error, "NETWORK")).toBe(true);
    expect(String(error)).toContain("sent nothing for 30 ms");
  });

  test("is ended by its caller's abort, with the caller's reason", async () => {
    const { url } = serve({ delayMs: 5000 });
    const controller = new AbortController();
    const read = httpSource(url).read({ offset: 0, length: 10 }, { signal: controller.signal });
    const reason = { mine: true };
    setTimeout(() => controller.abort(reason), 20);
    await expect(read).rejects.toBe(reason);
  });

  test("is ended in the middle of its body too", async () => {
    const { url } = serve({ stallAfter: 40 });
    const controller = new AbortController();
    const reason = new Error("left");
    setTimeout(() => controller.abort(reason), 30);
    await expect(httpSource(url).read({ offset: 0, length: 100 }, { signal: controller.signal })).rejects.toBe(reason);
    const silent = await httpSource(url, { idleTimeoutMs: 30 }).read({ offset: 0, length: 100 }).catch(String);
    expect(silent).toContain("sent nothing for 30 ms");
  });
});
