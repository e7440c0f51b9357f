import { describe, expect, test } from "vitest";
import type { ByteRange, ByteSource, ByteWindow, CallOptions } from "../../src/index.ts";
import { byteSourceContract, ScriptedSource } from "../../src/testing/index.ts";
import { failingCases } from "./collect-cases.ts";

/** The plainest source that keeps the contract. */
function plainSource(bytes: Uint8Array): ByteSource {
  return {
    id: "plain",
    async read(range, options) {
      options?.signal?.throwIfAborted();
      const start = "suffix" in range ? Math.max(0, bytes.length - range.suffix) : Math.min(bytes.length, range.offset);
      const stop = "suffix" in range ? bytes.length : Math.min(bytes.length, start + range.length);
      return { bytes: bytes.subarray(start, stop), offset: start, size: bytes.length };
    },
  };
}

byteSourceContract({ test, make: plainSource, wrap: { nothing: (source) => source } });
byteSourceContract({ test, make: (bytes) => new ScriptedSource(bytes) });

type Read = ByteSource["read"];

/** A source whose read is altered. */
function mutant(alter: (read: Read, bytes: Uint8Array) => Read, rest: Partial<ByteSource> = {}) {
  return (bytes: Uint8Array): ByteSource => {
    const source = plainSource(bytes);
    return { ...source, ...rest, read: alter(source.read, bytes) };
  };
}

const answered = (change: (window: ByteWindow, range: ByteRange, bytes: Uint8Array) => ByteWindow) =>
  mutant((read, bytes) => async (range, options) => change(await read(range, options), range, bytes));

const brokenSources: Readonly<Record<string, { make: (bytes: Uint8Array) => ByteSource; fails: string }>> = {
  "answers a range with the whole object": {
    make: answered((window, _, bytes) => ({ ...window, bytes })),
    fails: "reads ranges inside",
  },
  "is off by one": {
    make: mutant(
      (read) => (range, options) => read("suffix" in range ? range : { ...range, offset: range.offset + 1 }, options),
    ),
    fails: "reads ranges inside",
  },
  "takes the length of a chunk for the size": {
    make: answered((window) => ({ ...window, size: window.bytes.length })),
    fails: "reads ranges inside",
  },
  "does not say where a tail begins": {
    make: answered((window, range) => ("suffix" in range ? { ...window, offset: 0 } : window)),
    fails: "reads the tail",
  },
  "pads what lies behind the end": {
    make: answered((window, range) =>
      "suffix" in range
        ? window
        : {
            ...window,
            bytes: new Uint8Array([...window.bytes, ...new Array(range.length - window.bytes.length).fill(0)]),
          },
    ),
    fails: "gives what there is of a range that crosses the end",
  },
  "fails behind the end": {
    make: mutant((read, bytes) => async (range, options) => {
      if ("offset" in range && range.offset >= bytes.length) throw new Error("416");
      return read(range, options);
    }),
    fails: "gives zero bytes at and behind the end",
  },
  "does not heed signals": {
    make: mutant((read) => (range) => read(range)),
    fails: "rejects with the reason of a signal that was aborted before",
  },
  "wraps the reason of a signal": {
    make: mutant((read) => async (range, options) => {
      if (options?.signal?.aborted) throw new Error("AbortError");
      return read(range, options);
    }),
    fails: "rejects with the reason of a signal that was aborted before",
  },
  "sorts a batch": {
    make: (bytes) => {
      const source = plainSource(bytes);
      return {
        ...source,
        readMany: (ranges, options) =>
          ranges
            .toSorted((left, right) => ("offset" in left && "offset" in right ? left.offset - right.offset : 0))
            .map((range) => source.read(range, options)),
      };
    },
    fails: "keeps the order of ranges that are unsorted, equal, overlapping and empty",
  },
  "changes its etag": {
    make: (bytes) => {
      let count = 0;
      return answered((window) => ({ ...window, etag: `"${count++}"` }))(bytes);
    },
    fails: "names an identity that stays",
  },
  "cannot be closed twice": {
    make: (bytes) => {
      let closed = false;
      return {
        ...plainSource(bytes),
        async close() {
          if (closed) throw new Error("closed already");
          closed = true;
        },
      };
    },
    fails: "can be closed twice",
  },
  hangs: {
    make: mutant(
      (read) => (range, options) => ("suffix" in range ? new Promise<ByteWindow>(() => {}) : read(range, options)),
    ),
    fails: "reads the tail",
  },
};

const wrapping =
  (
    read: (source: ByteSource, range: ByteRange, options?: CallOptions) => Promise<ByteWindow>,
    rest: Partial<ByteSource> = {},
  ) =>
  (source: ByteSource): ByteSource => ({
    id: source.id,
    read: (range, options) => read(source, range, options),
    close: async () => source.close?.(),
    ...rest,
  });

/** A cache by range, as simple and as wrong as they come. */
function naiveCache(source: ByteSource): ByteSource {
  const kept = new Map<string, Promise<ByteWindow>>();
  return wrapping((inner, range, options) => {
    const key = JSON.stringify(range);
    const read = kept.get(key) ?? inner.read(range, options);
    kept.set(key, read);
    return read;
  })(source);
}

const brokenWrappers: Readonly<Record<string, { wrap: (source: ByteSource) => ByteSource; fails: string }>> = {
  "drops the signal": { wrap: wrapping((source, range) => source.read(range)), fails: "the signal reaches the source" },
  "drops the priority": {
    wrap: wrapping((source, range, options) => source.read(range, { signal: options?.signal })),
    fails: "the priority reaches the source",
  },
  "caches failures": { wrap: naiveCache, fails: "a failed read is made again and never cached" },
  "lets one caller's abort end another's read": {
    wrap: naiveCache,
    fails: "one caller's abort spares another who asked for the same",
  },
  "copies an object and loses its private fields": {
    wrap: (source) => Object.assign(Object.create(Object.getPrototypeOf(source)), source),
    fails: "a class with private fields survives",
  },
  "makes up the size": {
    wrap: wrapping(async (source, range, options) => {
      const window = await source.read(range, options);
      return { ...window, size: window.size ?? window.bytes.length };
    }),
    fails: "a size that the source does not tell stays unknown",
  },
  "loses the etag": {
    wrap: wrapping(async (source, range, options) => {
      const { etag: _, ...window } = await source.read(range, options);
      return window;
    }),
    fails: "what the source tells of the object arrives",
  },
  "passes new bytes off as old": {
    wrap: (source) => {
      let first: string | undefined;
      return wrapping(async (inner, range, options) => {
        const window = await inner.read(range, options);
        first ??= window.etag;
        return { ...window, etag: first };
      })(source);
    },
    fails: "bytes of two versions never pass for one",
  },
  "does not close": {
    wrap: wrapping((source, range, options) => source.read(range, options), { close: async () => {} }),
    fails: "close reaches the source, and twice is no fault",
  },
};

describe("the byte source kit", () => {
  test.each(Object.entries(brokenSources))("catches a source that %s", async (_, { make, fails }) => {
    expect(await failingCases((run) => byteSourceContract({ test: run, make }))).toContain(`byte source: ${fails}`);
  });

  test.each(Object.entries(brokenWrappers))("catches a wrapper that %s", async (_, { wrap, fails }) => {
    const failed = await failingCases((run) =>
      byteSourceContract({ test: run, make: plainSource, wrap: { broken: wrap } }),
    );
    expect(failed).toContain(`byte source wrapper broken: ${fails}`);
  });
});
