import { expect, test } from "vitest";
import type { ByteSource } from "../../src/index.ts";
import { httpSourceContract, type ScriptedFetch } from "../../src/testing/index.ts";
import { failingCases } from "./collect-cases.ts";

/** What a first try at an HTTP source looks like. */
function naiveSource(fetch: ScriptedFetch): ByteSource {
  return {
    id: "naive",
    async read(range) {
      const header = "suffix" in range ? `-${range.suffix}` : `${range.offset}-${range.offset + range.length - 1}`;
      const response = await fetch("https://host.test/x", { headers: { range: `bytes=${header}` } });
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      const bytes = new Uint8Array(await response.arrayBuffer());
      return {
        bytes,
        offset: "suffix" in range ? 0 : range.offset,
        size: Number(response.headers.get("content-length")),
      };
    },
  };
}

test("the http source kit finds nearly everything wrong with a first try", async () => {
  expect(await failingCases((run) => httpSourceContract({ test: run, make: naiveSource }))).toEqual([
    "http source: a 200 answer to a ranged request is not the range",
    "http source: a hidden Content-Range leaves the size unknown; it is not the length of a chunk",
    "http source: a short body is no answer",
    "http source: an object that ends before the range is empty there",
    "http source: an object that was replaced is found out",
    "http source: asks for ranges, and for no more than it wants",
    "http source: learns size and etag from the first answer",
    "http source: other bytes than those asked for are no answer",
    "http source: refusals are told apart, and not kept",
  ]);
});
