import { type ByteRange, type ByteSource, type ByteWindow, readRanges } from "../byte-source.ts";
import { begun, check, failure, settle, type TestFunction, value } from "./assert.ts";
import { patternBytes, seededNumbers } from "./pattern.ts";
import { wrappedSourceCases } from "./wrapped-source-contract.ts";

export interface ByteSourceContract {
  /** The test function of your runner. */
  readonly test: TestFunction;
  /** A source over an object of these bytes. */
  readonly make: (bytes: Uint8Array) => ByteSource | Promise<ByteSource>;
  /** Wrappers to run the same cases through, and to prove in their own right, under the names that tests shall show. */
  readonly wrap?: Readonly<Record<string, (source: ByteSource) => ByteSource>> | undefined;
}

type Case = (source: ByteSource, bytes: Uint8Array) => Promise<void>;

function textOf(range: ByteRange): string {
  return "suffix" in range ? `the last ${range.suffix} bytes` : `${range.length} bytes from ${range.offset}`;
}

/** Throws unless a window holds exactly what a range of these bytes is. */
export function checkWindow(window: ByteWindow, range: ByteRange, bytes: Uint8Array): void {
  const size = bytes.length;
  const start = Math.min(size, "suffix" in range ? Math.max(0, size - range.suffix) : range.offset);
  const stop = "suffix" in range ? size : Math.min(size, start + range.length);
  const what = `reading ${textOf(range)} of ${size}`;
  check(window.bytes instanceof Uint8Array, `${what}: bytes must be a Uint8Array`);
  check(
    window.bytes.length === stop - start,
    `${what} gave ${window.bytes.length} bytes in place of ${stop - start}: never more than asked, fewer only at the end`,
  );
  if (window.bytes.length > 0)
    check(window.offset === start, `${what}: the window says it begins at ${window.offset}, which is ${start}`);
  for (let at = 0; at < window.bytes.length; at++)
    check(window.bytes[at] === bytes[start + at], `${what}: the byte at ${start + at} is not the object's`);
  check(
    window.size === undefined || window.size === size,
    `${what}: the object's size was given as ${window.size}; leave it out where it is not known`,
  );
}

async function readsRight(source: ByteSource, range: ByteRange, bytes: Uint8Array): Promise<void> {
  checkWindow(await value(source.read(range), `reading ${textOf(range)}`), range, bytes);
}

async function readsAllRight(source: ByteSource, ranges: readonly ByteRange[], bytes: Uint8Array): Promise<void> {
  const promises = readRanges(source, ranges).map(begun);
  check(promises.length === ranges.length, `${ranges.length} ranges must give as many promises`);
  const windows = await Promise.all(promises.map((promise, at) => value(promise, `reading ${textOf(ranges[at]!)}`)));
  windows.forEach((window, at) => {
    checkWindow(window, ranges[at]!, bytes);
  });
}

function randomRanges(seed: number, size: number, count: number, longest: number): ByteRange[] {
  const next = seededNumbers(seed);
  return Array.from({ length: count }, () => ({ offset: next(size), length: next(longest) }));
}

const readCases: Readonly<Record<string, Case>> = {
  "reads ranges inside": async (source, bytes) => {
    for (const range of randomRanges(1, bytes.length - 600, 12, 600)) await readsRight(source, range, bytes);
  },
  "reads the whole object": (source, bytes) => readsRight(source, { offset: 0, length: bytes.length }, bytes),
  "gives what there is of a range that crosses the end": (source, bytes) =>
    readsRight(source, { offset: bytes.length - 7, length: 5000 }, bytes),
  "gives zero bytes at and behind the end": async (source, bytes) => {
    await readsRight(source, { offset: bytes.length, length: 10 }, bytes);
    await readsRight(source, { offset: bytes.length + 5000, length: 10 }, bytes);
  },
  "gives zero bytes of a range of length 0": (source, bytes) => readsRight(source, { offset: 40, length: 0 }, bytes),
  "reads the tail": async (source, bytes) => {
    for (const suffix of [1, 600, bytes.length]) await readsRight(source, { suffix }, bytes);
  },
  "reads the whole of an object that is smaller than the tail asked for": (source, bytes) =>
    readsRight(source, { suffix: bytes.length * 3 }, bytes),
  "reads head and tail together": (source, bytes) =>
    readsAllRight(source, [{ offset: 0, length: 512 }, { suffix: 512 }], bytes),
  "keeps the order of ranges that are unsorted, equal, overlapping and empty": (source, bytes) =>
    readsAllRight(
      source,
      [
        { offset: 9000, length: 100 },
        { offset: 10, length: 100 },
        { offset: 60, length: 100 },
        { offset: 10, length: 100 },
        { offset: 500, length: 0 },
        { offset: bytes.length - 3, length: 50 },
        { offset: 9000, length: 4 },
      ],
      bytes,
    ),
  "takes a batch of no ranges": (source, bytes) => readsAllRight(source, [], bytes),
  "reads 200 random ranges as one batch": (source, bytes) =>
    readsAllRight(source, randomRanges(2, bytes.length, 200, 2000), bytes),
  "serves 50 callers at once": async (source, bytes) => {
    const ranges = randomRanges(3, bytes.length, 50, 3000);
    await Promise.all(ranges.map((range) => readsRight(source, range, bytes)));
  },
  "can be read again": async (source, bytes) => {
    for (let time = 0; time < 3; time++) await readsRight(source, { offset: 1000, length: 1000 }, bytes);
  },
};

const abortCases: Readonly<Record<string, Case>> = {
  "rejects with the reason of a signal that was aborted before": async (source, bytes) => {
    const reason = new Error("the caller's own reason");
    const signal = AbortSignal.abort(reason);
    const range = { offset: 0, length: 100 };
    check(
      (await failure(source.read(range, { signal }), "read")) === reason,
      "an abort rejects with signal.reason itself",
    );
    for (const promise of readRanges(source, [range, range], { signal }).map(begun))
      check((await failure(promise, "readMany")) === reason, "an abort rejects with signal.reason itself");
    await readsRight(source, range, bytes);
  },
  "one caller's abort spares its neighbours": async (source, bytes) => {
    const ranges = randomRanges(4, bytes.length, 12, 900);
    const controllers = ranges.map(() => new AbortController());
    const reads = ranges.map((range, at) => source.read(range, { signal: controllers[at]!.signal }));
    const reason = new Error("left");
    for (let at = 0; at < ranges.length; at += 3) controllers[at]!.abort(reason);
    const results = await Promise.all(reads.map((read, at) => settle(read, `reading ${textOf(ranges[at]!)}`)));
    results.forEach((result, at) => {
      if (result.status === "fulfilled") checkWindow(result.value, ranges[at]!, bytes);
      else {
        check(at % 3 === 0, `a caller that did not abort was refused: ${String(result.reason)}`);
        check(result.reason === reason, "an abort rejects with signal.reason itself");
      }
    });
  },
  "an aborted read can be made again": async (source, bytes) => {
    const controller = new AbortController();
    const range = { offset: 2000, length: 2000 };
    const read = source.read(range, { signal: controller.signal });
    controller.abort(new Error("left"));
    await settle(read, "an aborted read");
    await readsRight(source, range, bytes);
  },
};

const lifeCases: Readonly<Record<string, Case>> = {
  "has an id that stays": async (source) => {
    const { id } = source;
    check(typeof id === "string" && id.length > 0, "a source needs an id");
    await value(source.read({ offset: 0, length: 1 }), "a read");
    check(source.id === id, "the id of a source must not change");
  },
  "names an identity that stays": async (source) => {
    const first = await value(source.read({ offset: 0, length: 10 }), "a read");
    const second = await value(source.read({ offset: 5000, length: 10 }), "a read");
    check(first.etag === second.etag, "two reads of one object must give one etag");
    check(first.lastModified === second.lastModified, "two reads of one object must give one lastModified");
  },
  "can be closed twice": async (source) => {
    await value(source.read({ offset: 0, length: 1 }), "a read");
    await value(Promise.resolve(source.close?.()), "close");
    await value(Promise.resolve(source.close?.()), "the second close");
  },
  "can be closed without having been read": async (source) => {
    await value(Promise.resolve(source.close?.()), "close");
  },
};

const emptyCases: Readonly<Record<string, Case>> = {
  "reads an empty object": async (source, bytes) => {
    await readsRight(source, { offset: 0, length: 100 }, bytes);
    await readsRight(source, { suffix: 100 }, bytes);
    await readsAllRight(source, [{ offset: 0, length: 64 }, { suffix: 64 }], bytes);
  },
};

/**
 * Proves that a byte source keeps its contract. A case that an absent optional method makes void runs on what stands in for it.
 *
 * @example
 * import { test } from "vitest"
 * byteSourceContract({ test, make: (bytes) => new MySource(bytes) })
 */
export function byteSourceContract({ test, make, wrap = {} }: ByteSourceContract): void {
  const ways = [["", (source: ByteSource) => source] as const, ...Object.entries(wrap)];
  for (const [name, through] of ways) {
    const suffix = name && `, through ${name}`;
    const define = (cases: Readonly<Record<string, Case>>, size: number) => {
      for (const [title, run] of Object.entries(cases))
        test(`byte source: ${title}${suffix}`, async () => {
          const bytes = patternBytes(size);
          const source = through(await make(bytes));
          try {
            await run(source, bytes);
          } finally {
            await source.close?.();
          }
        });
    };
    define({ ...readCases, ...abortCases, ...lifeCases }, 20_000);
    define(emptyCases, 0);
    if (name) wrappedSourceCases(test, name, through);
  }
}
