import { PlanningScriptedSource, patternBytes, ScriptedSource } from "@lazynwb/core/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_LIMITER, type Limiter, limitedSource, limiter } from "../../src/index.ts";
import { turns } from "../turns.ts";

/** Asks for places and tells who was let in, in order. */
function queueAt(queue: Limiter) {
  const inside: { name: string; leave: () => void }[] = [];
  const order: string[] = [];
  const left: unknown[] = [];
  const enter = (
    name: string,
    count: number,
    source: object,
    options: { priority?: number; most?: number; signal?: AbortSignal } = {},
  ) => {
    const { signal, ...entry } = options;
    for (const entered of queue.enter(new Array(count).fill(signal), { source, ...entry }))
      entered.then(
        (leave) => {
          inside.push({ name, leave });
          order.push(name);
        },
        (reason: unknown) => left.push(reason),
      );
  };
  const finish = async (name?: string) => {
    const at = name === undefined ? 0 : inside.findIndex((one) => one.name === name);
    inside.splice(at, 1)[0]!.leave();
    await turns();
  };
  return { enter, finish, order, inside, left };
}

const names = (inside: readonly { name: string }[]) => inside.map(({ name }) => name).join("");

describe("a limiter", () => {
  test("lets in as many as it says, then first come, first served", async () => {
    const queue = limiter({ concurrency: 2 });
    const { enter, finish, order } = queueAt(queue);
    const source = {};
    for (const name of "abcd") enter(name, 1, source);
    await turns();
    expect([order.join(""), queue.active, queue.waiting]).toEqual(["ab", 2, 2]);
    await finish("b");
    expect(order.join("")).toBe("abc");
    await finish();
    await finish();
    await finish();
    expect([order.join(""), queue.active, queue.waiting]).toEqual(["abcd", 0, 0]);
  });

  test("lets a batch that fits in as a whole, and nothing past it", async () => {
    const { enter, finish, inside } = queueAt(limiter({ concurrency: 4 }));
    enter("a", 2, {});
    enter("b", 3, {});
    enter("c", 1, {});
    await turns();
    expect(names(inside)).toBe("aa");
    await finish("a");
    expect(names(inside)).toBe("abbb");
    await finish("a");
    expect(names(inside)).toBe("bbbc");
  });

  test("lets a batch that never fits in piece by piece, and others take their turns", async () => {
    const { enter, finish, inside } = queueAt(limiter({ concurrency: 3 }));
    enter("a", 5, {});
    enter("b", 1, {});
    await turns();
    expect(names(inside)).toBe("aaa");
    await finish("a");
    expect(names(inside)).toBe("aaa");
    await finish("a");
    expect(names(inside)).toBe("aab");
    await finish("a");
    expect(names(inside)).toBe("aba");
  });

  test("lets higher priority go first", async () => {
    const { enter, finish, order } = queueAt(limiter({ concurrency: 1 }));
    const source = {};
    enter("a", 1, source);
    enter("b", 1, source);
    enter("c", 1, source, { priority: 1 });
    await turns();
    for (let at = 0; at < 3; at++) await finish();
    expect(order.join("")).toBe("acb");
  });

  test("takes sources in turn", async () => {
    const { enter, finish, order } = queueAt(limiter({ concurrency: 1 }));
    const [one, two] = [{}, {}];
    for (const name of "abc") enter(name, 1, one);
    for (const name of "xyz") enter(name, 1, two);
    await turns();
    for (let at = 0; at < 6; at++) await finish();
    // The second place was promised before the other source came.
    expect(order.join("")).toBe("abxcyz");
  });

  test("keeps a source to its own limit, and lets others by", async () => {
    const { enter, finish, inside } = queueAt(limiter({ concurrency: 4 }));
    const narrow = {};
    enter("a", 3, narrow, { most: 2 });
    enter("b", 1, {});
    await turns();
    expect(names(inside)).toBe("aab");
    await finish("a");
    expect(names(inside)).toBe("aba");
  });

  test("lets go of those who leave the queue, and counts none of them", async () => {
    const queue = limiter({ concurrency: 1 });
    const { enter, finish, order, left } = queueAt(queue);
    const controller = new AbortController();
    enter("a", 1, {});
    enter("b", 2, {}, { signal: controller.signal });
    enter("c", 1, {});
    enter("d", 1, {}, { signal: AbortSignal.abort("before") });
    await turns();
    controller.abort("gone");
    await turns();
    expect([left, queue.waiting]).toEqual([["before", "gone", "gone"], 1]);
    await finish();
    await finish();
    expect([order.join(""), queue.active]).toEqual(["ac", 0]);
  });

  test("a leaver may make room for the batch it left", async () => {
    const { enter, inside } = queueAt(limiter({ concurrency: 3 }));
    const queue = limiter({ concurrency: 3 });
    const held = await queue.enter([undefined, undefined], { source: {} })[0]!;
    const controller = new AbortController();
    const entered = queue.enter([undefined, controller.signal], { source: {} });
    entered[1]!.catch(() => {});
    controller.abort();
    await entered[0]!;
    expect(queue.active).toBe(3);
    held();
    held();
    expect(queue.active).toBe(2);
    enter("a", 3, {});
    await turns();
    expect(names(inside)).toBe("aaa");
  });

  test("is never exceeded and never stuck", async () => {
    const batch = fc.record({
      count: fc.integer({ min: 1, max: 9 }),
      source: fc.nat(2),
      priority: fc.nat(1),
      most: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
      abort: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(batch, { maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        async (batches, concurrency) => {
          const queue = limiter({ concurrency });
          const sources = [{}, {}, {}];
          const mosts = new Map<number, number>();
          let [inside, most] = [0, 0];
          const runs = batches.flatMap(({ count, source, priority, abort, ...rest }) => {
            const controller = new AbortController();
            if (abort) setTimeout(() => controller.abort(), 1);
            mosts.set(source, Math.max(mosts.get(source) ?? 0, rest.most ?? concurrency));
            const signals = new Array<AbortSignal>(count).fill(controller.signal);
            return queue
              .enter(signals, { source: sources[source]!, priority, most: rest.most })
              .map(async (entered) => {
                const leave = await entered;
                most = Math.max(most, ++inside);
                await new Promise((resolve) => setImmediate(resolve));
                inside--;
                leave();
              });
          });
          await Promise.allSettled(runs);
          expect(most).toBeLessThanOrEqual(concurrency);
          expect([queue.active, queue.waiting, inside]).toEqual([0, 0, 0]);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("wants room for one", () => {
    expect(() => limiter({ concurrency: 0 })).toThrow(RangeError);
    expect(limiter().concurrency).toBe(DEFAULT_LIMITER.concurrency);
  });
});

describe("a limited source", () => {
  const bytes = patternBytes(10_000);

  test("sends reads issued in one go together, or not at all", async () => {
    const queue = limiter({ concurrency: 4 });
    const [other, inner] = [new ScriptedSource(bytes), new ScriptedSource(bytes)];
    other.hold();
    inner.hold();
    const first = limitedSource(other, queue);
    const before = [0, 1].map((offset) => first.read({ offset, length: 1 }));
    const source = limitedSource(inner, queue);
    const reads = [0, 1, 2].map((offset) => source.read({ offset, length: 1 }));
    await turns();
    expect([other.reads.length, inner.reads.length]).toEqual([2, 0]);
    other.release();
    await Promise.all(before);
    await turns();
    expect(inner.reads).toHaveLength(3);
    inner.release();
    await Promise.all(reads);
    expect(queue.active).toBe(0);
  });

  test("frees its places when reads fail", async () => {
    const queue = limiter({ concurrency: 1 });
    const source = limitedSource(
      new ScriptedSource(bytes, {
        before: () => {
          throw new Error("no");
        },
      }),
      queue,
    );
    await Promise.allSettled([source.read({ offset: 0, length: 1 }), source.read({ offset: 1, length: 1 })]);
    expect(queue.active).toBe(0);
  });

  test("leaves the queue when its caller does, and then asks for nothing", async () => {
    const queue = limiter({ concurrency: 1 });
    const inner = new ScriptedSource(bytes);
    inner.hold();
    const source = limitedSource(inner, queue);
    const first = source.read({ offset: 0, length: 1 });
    await turns();
    const controller = new AbortController();
    const second = source.read({ offset: 1, length: 1 }, { signal: controller.signal });
    await turns();
    controller.abort("left");
    await expect(second).rejects.toBe("left");
    inner.release();
    await first;
    expect([inner.reads.length, queue.active, queue.waiting]).toEqual([1, 0, 0]);
  });

  test("hands batches to a source that plans them, each as large as may go at once", async () => {
    const inner = new PlanningScriptedSource(bytes);
    const source = limitedSource(inner, limiter({ concurrency: 4 }));
    const ranges = Array.from({ length: 10 }, (_, offset) => ({ offset, length: 1 }));
    const windows = await Promise.all(source.readMany!(ranges));
    expect(windows.map((window) => window.offset)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(inner.batches).toEqual([4, 4, 2]);
  });

  test("lets go of a batch in the queue without a word to the source", async () => {
    const queue = limiter({ concurrency: 1 });
    const inner = new PlanningScriptedSource(bytes);
    inner.hold();
    const source = limitedSource(inner, queue);
    const first = source.read({ offset: 0, length: 1 });
    await turns();
    const controller = new AbortController();
    const batch = source.readMany!(
      [
        { offset: 0, length: 1 },
        { offset: 1, length: 1 },
      ],
      { signal: controller.signal },
    );
    const unhandled: unknown[] = [];
    const listen = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", listen);
    controller.abort("left");
    expect(await Promise.allSettled(batch)).toEqual([0, 1].map(() => ({ status: "rejected", reason: "left" })));
    await turns();
    process.off("unhandledRejection", listen);
    inner.release();
    await first;
    expect([inner.batches, unhandled]).toEqual([[], []]);
  });

  test("heeds the limit that a source asks for", async () => {
    let [inside, most] = [0, 0];
    const source = limitedSource(
      {
        id: "narrow",
        hints: { concurrency: 2 },
        async read() {
          most = Math.max(most, ++inside);
          await turns();
          inside--;
          return { bytes: new Uint8Array(1), offset: 0 };
        },
      },
      limiter(),
    );
    await Promise.all([0, 1, 2, 3, 4].map((offset) => source.read({ offset, length: 1 })));
    expect(most).toBe(2);
  });
});
