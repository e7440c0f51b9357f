import type { ByteSource, ByteWindow } from "../byte-source.ts";
import { check, failureCode, settle, type TestFunction, value } from "./assert.ts";
import { checkWindow } from "./byte-source-contract.ts";
import { patternBytes } from "./pattern.ts";
import { type FetchFaults, type ScriptedFetch, scriptedFetch } from "./scripted-fetch.ts";

export interface HttpSourceContract {
  /** The test function of your runner. */
  readonly test: TestFunction;
  /** A source that reaches its object through this fetch only, and sends a request once: retries belong to a wrapper. */
  readonly make: (fetch: ScriptedFetch) => ByteSource | Promise<ByteSource>;
}

const bytes = patternBytes(20_000);
const range = { offset: 500, length: 100 };

interface Case {
  readonly faults: FetchFaults;
  readonly run: (source: ByteSource, fetch: ScriptedFetch) => Promise<void>;
}

/** A read that may be refused with one of these codes, and otherwise must be right. */
async function rightOrRefused(
  read: Promise<ByteWindow>,
  asked: typeof range | { suffix: number },
  codes: readonly string[],
): Promise<void> {
  const result = await settle(read, "a read");
  if (result.status === "fulfilled") checkWindow(result.value, asked, bytes);
  else await failureCode(Promise.reject(result.reason), codes, "a read");
}

const cases: Readonly<Record<string, Case>> = {
  "asks for ranges, and for no more than it wants": {
    faults: {},
    run: async (source, fetch) => {
      checkWindow(await value(source.read(range), "a read"), range, bytes);
      check(fetch.ranges.length === 1 && fetch.ranges[0] === "bytes=500-599", `one read asked for ${fetch.ranges}`);
    },
  },
  "learns size and etag from the first answer": {
    faults: {},
    run: async (source) => {
      const window = await value(source.read(range), "a read");
      check(window.size === bytes.length, `the size is ${bytes.length}, not ${window.size}`);
      check(window.etag === '"v"', `the etag is "v", not ${window.etag}`);
    },
  },
  "a 200 answer to a ranged request is not the range": {
    faults: { ignoreRange: true },
    run: async (source) => {
      for (const asked of [range, { suffix: 50 }]) await rightOrRefused(source.read(asked), asked, ["RANGE_IGNORED"]);
    },
  },
  "a hidden Content-Range leaves the size unknown; it is not the length of a chunk": {
    faults: { hideHeaders: true },
    run: async (source) => {
      checkWindow(await value(source.read(range), "a read"), range, bytes);
      const tail = { suffix: 50 };
      await rightOrRefused(source.read(tail), tail, ["STORAGE"]);
      const end = { offset: bytes.length - 20, length: 100 };
      await rightOrRefused(source.read(end), end, ["SHORT_READ", "STORAGE"]);
    },
  },
  "a short body is no answer": {
    faults: { shortBy: 7 },
    run: async (source) => {
      await failureCode(source.read(range), ["SHORT_READ", "STORAGE", "NETWORK"], "a read whose body was short");
    },
  },
  "other bytes than those asked for are no answer": {
    faults: { shiftBy: 3 },
    run: async (source) => {
      await failureCode(source.read(range), ["STORAGE", "SHORT_READ"], "a read that was answered with other bytes");
    },
  },
  "an object that was replaced is found out": {
    faults: {
      etag: (count) => (count === 0 ? '"one"' : '"two"'),
      version: (count) => (count === 0 ? bytes : patternBytes(bytes.length, 2)),
    },
    run: async (source) => {
      checkWindow(await value(source.read(range), "the first read"), range, bytes);
      await failureCode(source.read({ offset: 5000, length: 10 }), ["SOURCE_CHANGED"], "a read of the second version");
    },
  },
  "refusals are told apart, and not kept": {
    faults: { statuses: [404, 403, 500, 412] },
    run: async (source) => {
      await failureCode(source.read(range), ["SOURCE_NOT_FOUND"], "HTTP 404");
      await failureCode(source.read(range), ["ACCESS_DENIED"], "HTTP 403");
      await failureCode(source.read(range), ["HTTP_STATUS"], "HTTP 500");
      await failureCode(source.read(range), ["SOURCE_CHANGED"], "HTTP 412");
      checkWindow(await value(source.read(range), "the fifth read"), range, bytes);
    },
  },
  "an object that ends before the range is empty there": {
    faults: {},
    run: async (source) => {
      const behind = { offset: bytes.length + 10, length: 10 };
      checkWindow(await value(source.read(behind), "a read behind the end"), behind, bytes);
    },
  },
};

/**
 * Proves that a byte source over HTTP takes no answer for what it is not. For sources that let a fetch be put in; `byteSourceContract`
 * comes first.
 *
 * @example httpSourceContract({ test, make: (fetch) => new MyBucketSource("bucket", "key", { fetch }) })
 */
export function httpSourceContract({ test, make }: HttpSourceContract): void {
  for (const [title, { faults, run }] of Object.entries(cases))
    test(`http source: ${title}`, async () => {
      const fetch = scriptedFetch(bytes, faults);
      const source = await make(fetch);
      try {
        await run(source, fetch);
      } finally {
        await source.close?.();
      }
    });
}
