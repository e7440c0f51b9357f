import { PlanningScriptedSource, patternBytes, ScriptedSource } from "@lazynwb/core/testing";
import { describe, expect, test } from "vitest";
import { countingSource, RequestLedger, tailSource, totalCounters } from "../../src/index.ts";

const bytes = patternBytes(10_000);

describe("counters", () => {
  test("a round is one more than the deepest answered when a request was sent", () => {
    const ledger = new RequestLedger();
    const first = ledger.send();
    const second = ledger.send();
    first(10);
    const third = ledger.send();
    second(20);
    third(30);
    const fourth = ledger.send();
    expect(ledger.counters()).toEqual({ rounds: 3, requests: 4, bytes: 60, cacheHits: 0 });
    fourth(0, false);
    ledger.send();
    expect(ledger.counters().rounds).toBe(3);
  });

  test("what is read together is one round, what waits for it the next", async () => {
    for (const inner of [new ScriptedSource(bytes), new PlanningScriptedSource(bytes)]) {
      const source = countingSource(inner);
      await Promise.all([source.read({ offset: 0, length: 10 }), source.read({ offset: 100, length: 20 })]);
      await Promise.all(source.readMany?.([{ suffix: 5 }]) ?? [source.read({ suffix: 5 })]);
      expect(source.counters()).toEqual({ rounds: 2, requests: 3, bytes: 35, cacheHits: 0 });
    }
  });

  test("of a source that counts for itself are believed", () => {
    const own = { rounds: 7, requests: 7, bytes: 7, cacheHits: 7 };
    expect(
      countingSource({
        ...new ScriptedSource(bytes),
        id: "x",
        read: async () => ({ bytes, offset: 0 }),
        counters: () => own,
      }).counters(),
    ).toBe(own);
  });

  test("of objects read side by side add up, but for rounds", () => {
    const one = { rounds: 3, requests: 4, bytes: 10, cacheHits: 1 };
    const two = { rounds: 2, requests: 9, bytes: 20, cacheHits: 2 };
    expect(totalCounters([one, two])).toEqual({ rounds: 3, requests: 13, bytes: 30, cacheHits: 3 });
  });
});

describe("tails of a source to which they are dear", () => {
  const dear = (answer = (window: Awaited<ReturnType<ScriptedSource["read"]>>) => window) => {
    const inner = new ScriptedSource(bytes, { hints: { suffix: false }, answer });
    const counted = countingSource(inner);
    return { inner, counted, source: tailSource(counted) };
  };

  test("follow the head that is asked for with them, in whatever order", async () => {
    for (const order of [0, 1]) {
      const { inner, counted, source } = dear();
      const head = () => source.read({ offset: 0, length: 64 });
      const tail = () => source.read({ suffix: 100 });
      const windows = await Promise.all(order === 0 ? [head(), tail()] : [tail(), head()]);
      expect(windows.map(({ offset }) => offset).sort()).toEqual([0, 9900]);
      expect(inner.reads.map((read) => read.range)).toEqual([
        { offset: 0, length: 64 },
        { offset: 9900, length: 100 },
      ]);
      expect(counted.counters().rounds).toBe(2);
    }
  });

  test("alone learn the size from one byte, once", async () => {
    const { inner, source } = dear();
    await source.read({ suffix: 100 });
    await source.read({ suffix: 200 });
    expect(inner.reads.map((read) => read.range)).toEqual([
      { offset: 0, length: 1 },
      { offset: 9900, length: 100 },
      { offset: 9800, length: 200 },
    ]);
  });

  test("are asked for as such where the size stays hidden", async () => {
    const { inner, source } = dear(({ bytes: read, offset }) => ({ bytes: read, offset }));
    expect((await source.read({ suffix: 100 })).bytes).toEqual(bytes.subarray(9900));
    expect(inner.reads.at(-1)!.range).toEqual({ suffix: 100 });
  });
});
