import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Fetch, type FetchOwner, fetchAll } from "../../src/layout/fetch-queue.ts";
import { memoryFile } from "../support/memory-file.ts";

class Owner implements FetchOwner {
  failed = false;
  finished = 0;
  reason: unknown;
  finish(): void {
    this.finished++;
  }
  fail(reason: unknown): void {
    this.failed = true;
    this.reason = reason;
  }
}

describe("fetchAll", () => {
  test("uses all bytes up, never has more under way than allowed, whatever the sizes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 150 }), { maxLength: 30 }), async (lengths) => {
        const owner = new Owner();
        let under = 0;
        const most: number[] = [];
        const file = memoryFile(new Uint8Array(200), {
          beforeData: async ({ length }) => {
            under += length;
            most.push(under);
            if (length % 3 === 0) await new Promise((resolve) => setImmediate(resolve));
          },
        });
        const used: number[] = [];
        const fetches = lengths.map((length): Fetch => {
          const use = async (bytes: Uint8Array) => {
            if (length % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
            used.push(bytes.length);
            under -= length;
          };
          return { address: 0, length, owner, use };
        });
        await fetchAll(file, fetches, undefined, 100);
        expect(used.sort()).toEqual([...lengths].sort());
        expect(owner.finished).toBe(lengths.length);
        // One alone may be larger than what is allowed.
        for (const bytes of most) expect(bytes).toBeLessThanOrEqual(Math.max(100, ...lengths));
      }),
      { verbose: 1, numRuns: 100 },
    );
  });

  test("a fetch that fails stops its owner's later ones, and no others", async () => {
    const [good, bad] = [new Owner(), new Owner()];
    const file = memoryFile(new Uint8Array(100));
    const use = () => {};
    const broken = () => {
      throw new Error("broken");
    };
    const fetches = [
      { address: 0, length: 60, owner: bad, use: broken },
      { address: 0, length: 60, owner: good, use },
      { address: 0, length: 60, owner: bad, use },
      { address: 0, length: 60, owner: good, use },
    ];
    await fetchAll(file, fetches, undefined, 100);
    expect([good.finished, good.failed, bad.finished, bad.failed]).toEqual([2, false, 0, true]);
    expect(bad.reason).toMatchObject({ message: "broken" });
    expect(file.log.dataRequests).toBe(3);
  });
});
