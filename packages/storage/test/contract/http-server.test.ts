import { byteSourceContract } from "@lazynwb/core/testing";
import { afterAll, beforeAll, describe, test } from "vitest";
import { httpSource } from "../../src/index.ts";
import { HttpTestServer, type Serving } from "../http-test-server.ts";
import { wrappers } from "../wrappers.ts";

let server: HttpTestServer;
let count = 0;
beforeAll(async () => {
  server = await HttpTestServer.start();
});
afterAll(() => server.close());

function serve(serving: Serving, object: Uint8Array): { url: string } {
  return { url: server.serve(`/object-${count++}.nwb`, object, serving) };
}

describe("a good server", () => {
  byteSourceContract({ test, make: (given) => httpSource(serve({ etag: '"v1"' }, given).url), wrap: wrappers });
});
describe("a server that ignores ranges", () => {
  byteSourceContract({ test, make: (given) => httpSource(serve({ ignoreRange: true }, given).url) });
});
describe("a server that ignores ranges and does not tell the length", () => {
  byteSourceContract({ test, make: (given) => httpSource(serve({ ignoreRange: true, chunked: true }, given).url) });
});
describe("a server whose Content-Range is hidden", () => {
  byteSourceContract({ test, make: (given) => httpSource(serve({ contentRange: false }, given).url) });
});
describe("a server that does not tell the size", () => {
  const contentRange = (start: number, stop: number) => `bytes ${start}-${stop - 1}/*`;
  byteSourceContract({ test, make: (given) => httpSource(serve({ contentRange }, given).url) });
});
describe("a server that packs whole objects", () => {
  byteSourceContract({ test, make: (given) => httpSource(serve({ ignoreRange: true, gzip: true }, given).url) });
});
