import { byteSourceContract, httpSourceContract, scriptedFetch } from "@lazynwb/core/testing";
import { describe, test } from "vitest";
import { httpSource, httpStore, openSource } from "../../src/index.ts";

const url = "https://host.test/a.nwb";

httpSourceContract({ test, make: (fetch) => httpSource(url, { fetch }) });
describe("opened", () => {
  httpSourceContract({ test, make: (fetch) => openSource(httpSource(url, { fetch }), { retry: false }) });
});
describe("as in a browser", () => {
  httpSourceContract({
    test,
    make: (fetch) => openSource(httpSource(url, { fetch, suffix: false }), { retry: false }),
  });
  byteSourceContract({
    test,
    make: (bytes) => openSource(httpSource(url, { fetch: scriptedFetch(bytes), suffix: false })),
  });
});
describe("in a store", () => {
  httpSourceContract({ test, make: (fetch) => httpStore("https://host.test/folder", { fetch }).open("a/b.nwb") });
});
