import { expect, test } from "vitest";
import * as storage from "../src/index.ts";
import * as node from "../src/node.ts";

test("the names that @lazynwb/storage exports", () => {
  expect(Object.keys(storage).sort()).toMatchInlineSnapshot(`
    [
      "DEFAULT_CACHE",
      "DEFAULT_HTTP",
      "DEFAULT_LIMITER",
      "DEFAULT_MERGE",
      "DEFAULT_RETRY",
      "RequestLedger",
      "blobSource",
      "blobTransport",
      "cachedSource",
      "countingSource",
      "createStorage",
      "httpSource",
      "httpStore",
      "httpTransport",
      "limitedSource",
      "limiter",
      "memoryCache",
      "memorySource",
      "memoryStore",
      "memoryTransport",
      "mergedSource",
      "openSource",
      "openStore",
      "planMerge",
      "publicUrl",
      "retryingSource",
      "tailSource",
      "totalCounters",
    ]
  `);
});

test("the names that @lazynwb/storage/node exports", () => {
  expect(Object.keys(node).sort()).toMatchInlineSnapshot(`
    [
      "DEFAULT_OPEN_FILES",
      "filePathId",
      "fileSource",
      "fileStore",
      "fileTransport",
      "nodeTransports",
      "openFiles",
    ]
  `);
});
