import { describe, expect, test } from "vitest";
import { Memo } from "../../src/hierarchy/memo.ts";

describe("Memo", () => {
  test("callers at one time share the work, later ones the result", async () => {
    const memo = new Memo<string>(100, (value) => value.length);
    let worked = 0;
    const compute = async () => {
      worked++;
      return "value";
    };
    expect(await Promise.all([memo.get(1, compute, {}), memo.get(1, compute, {})])).toEqual(["value", "value"]);
    expect(await memo.get(1, compute, {})).toBe("value");
    expect(worked).toBe(1);
    expect(memo.known(1)).toBe("value");
  });

  test("failures are not kept", async () => {
    const memo = new Memo<string>(100, () => 1);
    await expect(memo.get(1, () => Promise.reject(new Error("first")), {})).rejects.toThrow("first");
    expect(await memo.get(1, async () => "second", {})).toBe("second");
  });

  test("what was not asked for longest goes first; what has no bounds is not kept", async () => {
    const memo = new Memo<number>(10, (value) => value);
    for (const key of [4, 5]) await memo.get(key, async () => key, {});
    memo.known(4);
    await memo.get(3, async () => 3, {});
    expect([memo.known(3), memo.known(4), memo.known(5)]).toEqual([3, 4, undefined]);
    expect(await memo.get(9, async () => Number.POSITIVE_INFINITY, {})).toBe(Number.POSITIVE_INFINITY);
    expect(memo.known(9)).toBeUndefined();
    expect(memo.known(4)).toBe(4);
  });

  test("an abort spares the neighbours; the last one stops the work", async () => {
    const memo = new Memo<string>(100, () => 1);
    let inner: AbortSignal | undefined;
    let finish = (_: string) => {};
    const compute = ({ signal }: { signal?: AbortSignal | undefined }) => {
      inner = signal;
      return new Promise<string>((resolve, reject) => {
        finish = resolve;
        signal?.addEventListener("abort", () => reject(signal.reason));
      });
    };
    const [one, two] = [new AbortController(), new AbortController()];
    const first = memo.get(1, compute, { signal: one.signal });
    const second = memo.get(1, compute, { signal: two.signal });
    one.abort("one");
    await expect(first).rejects.toBe("one");
    expect(inner?.aborted).toBe(false);
    finish("done");
    expect(await second).toBe("done");
    const alone = memo.get(2, compute, { signal: two.signal });
    two.abort("two");
    await expect(alone).rejects.toBe("two");
    expect(inner?.aborted).toBe(true);
    expect(await memo.get(2, async () => "anew", {})).toBe("anew");
  });
});
