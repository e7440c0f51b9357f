import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { copyRuns } from "../../src/layout/copy-runs.ts";

describe("copyRuns", () => {
  test("equals copying byte by byte, whatever the widths, spacings and alignment", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1, 2, 3, 4, 5, 8, 12, 16, 60),
        fc.integer({ min: 0, max: 9 }),
        fc.integer({ min: 0, max: 9 }),
        fc.nat(9),
        fc.nat(9),
        fc.integer({ min: 1, max: 40 }),
        (run, sourceGap, targetGap, sourceOffset, targetOffset, count) => {
          const sourceStride = run + sourceGap;
          const targetStride = run + targetGap;
          const source = Uint8Array.from(
            { length: sourceOffset + sourceStride * count },
            (_, at) => (at * 37 + 11) % 251,
          );
          const target = new Uint8Array(targetOffset + targetStride * count);
          const expected = target.slice();
          for (let at = 0; at < count; at++)
            for (let byte = 0; byte < run; byte++)
              expected[targetOffset + at * targetStride + byte] = source[sourceOffset + at * sourceStride + byte]!;
          copyRuns({ source, sourceOffset, sourceStride, target, targetOffset, targetStride, run, count });
          expect(target).toEqual(expected);
        },
      ),
      { verbose: 1 },
    );
  });

  test("keeps the bits of a float64 that is not a number", () => {
    const bits = Array.from({ length: 20 }, (_, at) => 0x7ff0_0000_0000_0001n + BigInt(at));
    const source = new Uint8Array(BigUint64Array.from(bits.flatMap((each) => [each, 0n])).buffer);
    const target = new Uint8Array(160);
    copyRuns({
      source,
      sourceOffset: 0,
      sourceStride: 16,
      target,
      targetOffset: 0,
      targetStride: 8,
      run: 8,
      count: 20,
    });
    expect([...new BigUint64Array(target.buffer)]).toEqual(bits);
  });
});
