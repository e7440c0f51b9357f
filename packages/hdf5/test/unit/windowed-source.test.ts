import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { WindowedSource } from "../../src/windows/windowed-source.ts";
import { type CountingOptions, countingSource } from "../support/counting-source.ts";

const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => (at * 31 + (at >> 8)) & 255);
const settings = { overReadBytes: 64, cacheBytes: 1 << 20, maxGapBytes: 128, maxRequestBytes: 1 << 20 };

function open(options: CountingOptions = {}, changed: Partial<typeof settings> = {}) {
  const source = countingSource(bytes, options);
  return { source, windows: new WindowedSource(source, { ...settings, ...changed }) };
}

const slice = (start: number, stop: number) => bytes.slice(start, stop);

describe("WindowedSource", () => {
  test("reads of one turn are one batch, whoever asks; answers are exact", async () => {
    const { source, windows } = open();
    const [one, two] = await Promise.all([
      windows.read([{ start: 1000, stop: 1010 }]),
      Promise.resolve().then(() =>
        windows.read([
          { start: 50_000, stop: 50_500 },
          { start: 1100, stop: 1200 },
        ]),
      ),
    ]);
    expect(one[0]).toEqual(slice(1000, 1010));
    expect(two).toEqual([slice(50_000, 50_500), slice(1100, 1200)]);
    expect(source.log.batches.length).toBe(1);
    expect(source.log.requests).toBe(2);
  });

  test("what windows hold costs nothing, across window edges too", async () => {
    const { source, windows } = open();
    await windows.read([{ start: 1000, stop: 1064 }]);
    await windows.read([{ start: 1064, stop: 1200 }]);
    const asked = source.log.requests;
    expect(await windows.read([{ start: 990, stop: 1150 }])).toEqual([slice(990, 1150)]);
    expect(source.log.requests).toBe(asked);
  });

  test("any reads in any order give the bytes of the file, with the smallest cache as with the largest", async () => {
    const read = fc.array(fc.tuple(fc.nat(99_000), fc.nat(1000)), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(read, { maxLength: 6 }),
        fc.constantFrom(0, 5000, 1 << 20),
        async (reads, cacheBytes) => {
          const { windows } = open({}, { cacheBytes });
          for (const spans of reads) {
            const found = await windows.read(spans.map(([start, length]) => ({ start, stop: start + length })));
            expect(found).toEqual(spans.map(([start, length]) => slice(start, start + length)));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test("head and tail are one round; where suffixes are dear the tail follows, and not at all where the head has all", async () => {
    const both = open();
    await both.windows.readEnds(1000, 2000);
    expect(both.source.log.batches).toEqual([
      [
        { offset: 0, length: 1000 },
        { offset: 98_000, length: 2000 },
      ],
    ]);
    const after = open({ hints: { suffix: false } });
    await after.windows.readEnds(1000, 2000);
    expect(after.source.log.batches.length).toBe(2);
    await after.windows.read([{ start: 98_000, stop: 100_000 }]);
    expect(after.source.log.batches.length).toBe(2);
    const small = open({ hints: { suffix: false } });
    await small.windows.readEnds(200_000, 2000);
    expect(small.source.log.batches.length).toBe(1);
    expect(small.windows.size).toBe(100_000);
  });

  test("a tail that cannot be had is no failure; a head is", async () => {
    const only = (wanted: "head" | "tail") => ({
      before: (range: object) => {
        if ("suffix" in range === (wanted === "tail")) throw new Error(`no ${wanted}`);
      },
    });
    const { windows } = open(only("tail"));
    await windows.readEnds(1000, 2000);
    expect(windows.cached({ start: 0, stop: 1000 })).toEqual(slice(0, 1000));
    await expect(open(only("head")).windows.readEnds(1000, 2000)).rejects.toThrow("no head");
  });

  test("one caller's abort rejects that caller alone, with its reason", async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let signal: AbortSignal | undefined;
    const { windows } = open({
      before: (_, call) => {
        signal = call?.signal;
        return held;
      },
    });
    const leaving = new AbortController();
    const gone = windows.read([{ start: 0, stop: 100 }], { signal: leaving.signal });
    const staying = windows.read([{ start: 50, stop: 150 }]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    leaving.abort(new Error("enough"));
    await expect(gone).rejects.toThrow("enough");
    expect(signal?.aborted).toBe(false);
    release();
    expect(await staying).toEqual([slice(50, 150)]);
  });

  test("the last caller's abort stops the request; who comes later asks anew", async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const { windows } = open({
      before: (_, call) => {
        signals.push(call?.signal);
        return signals.length === 1
          ? new Promise((_, reject) => call?.signal?.addEventListener("abort", reject))
          : undefined;
      },
    });
    const leaving = new AbortController();
    const gone = windows.read([{ start: 0, stop: 100 }], { signal: leaving.signal });
    await new Promise((resolve) => setTimeout(resolve, 5));
    leaving.abort();
    await expect(gone).rejects.toBe(leaving.signal.reason);
    expect(signals[0]?.aborted).toBe(true);
    expect(await windows.read([{ start: 0, stop: 100 }])).toEqual([slice(0, 100)]);
    expect(signals.length).toBe(2);
    await expect(windows.read([], { signal: AbortSignal.abort("early") })).rejects.toBe("early");
  });

  test("a failed read is not kept, and fails only those who need it", async () => {
    let fail = true;
    const { windows } = open({
      before: (range) => {
        if (fail && "offset" in range && range.offset > 40_000) throw new Error("503");
      },
    });
    const bad = windows.read([{ start: 50_000, stop: 50_010 }]);
    const good = windows.read([{ start: 10, stop: 20 }]);
    await expect(bad).rejects.toThrow("503");
    expect(await good).toEqual([slice(10, 20)]);
    fail = false;
    expect(await windows.read([{ start: 50_000, stop: 50_010 }])).toEqual([slice(50_000, 50_010)]);
  });

  test("a source that throws instead of rejecting fails the read, not the process", async () => {
    const source = {
      id: "bad",
      read: () => Promise.reject(new Error("x")),
      readMany: () => {
        throw new TypeError("broken");
      },
    };
    await expect(new WindowedSource(source, settings).read([{ start: 0, stop: 1 }])).rejects.toThrow("broken");
  });

  test("null where the object ends before; its size is learnt from a short answer", async () => {
    const { windows } = open({ tellSize: false });
    expect(
      await windows.read([
        { start: 99_990, stop: 100_010 },
        { start: 99_000, stop: 99_010 },
      ]),
    ).toEqual([null, slice(99_000, 99_010)]);
    expect(windows.size).toBe(100_000);
    expect(await windows.read([{ start: 200_000, stop: 200_001 }])).toEqual([null]);
  });

  test("the cache stays within its bytes", async () => {
    const { source, windows } = open({}, { cacheBytes: 1000, overReadBytes: 0, maxGapBytes: 0 });
    for (let at = 0; at < 10; at++) await windows.read([{ start: at * 500, stop: at * 500 + 400 }]);
    const before = source.log.requests;
    await windows.read([{ start: 4500, stop: 4600 }]);
    expect(source.log.requests).toBe(before);
    await windows.read([{ start: 0, stop: 10 }]);
    expect(source.log.requests).toBe(before + 1);
  });
});
