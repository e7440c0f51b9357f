import { describe, expect, test } from "vitest";
import type { CodecContext } from "../../src/filter-pipeline/codec.ts";
import { lazyCodec } from "../../src/filter-pipeline/lazy-codec.ts";

describe("a codec that is loaded when it is needed", () => {
  const where = { source: "memory", path: "/data", offset: 0 };
  const context: CodecContext = { clientData: [], outputBytes: 3, maxOutputBytes: 3, where };
  const bytes = Uint8Array.of(1, 2, 3);

  test("is not loaded before, and works at once after", async () => {
    let loads = 0;
    const codec = lazyCodec(29999, "late", async () => {
      loads++;
      return (stored) => stored.map((byte) => byte + 1);
    });
    expect(loads).toBe(0);
    const first = codec.decode(bytes, context);
    expect(first).toBeInstanceOf(Promise);
    expect(await first).toEqual(Uint8Array.of(2, 3, 4));
    expect(codec.decode(bytes, context)).toEqual(Uint8Array.of(2, 3, 4));
    expect(loads).toBe(1);
  });

  test("is loaded again where the first time failed", async () => {
    let loads = 0;
    const codec = lazyCodec(29999, "late", async () => {
      if (loads++ === 0) throw new TypeError("the network is away");
      return (stored) => stored;
    });
    await expect(codec.decode(bytes, context)).rejects.toThrow("the network is away");
    expect(await codec.decode(bytes, context)).toBe(bytes);
  });
});
