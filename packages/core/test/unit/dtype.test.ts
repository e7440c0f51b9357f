import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type DType, dtypeBytes, dtypeEquals, dtypeName } from "../../src/index.ts";

const int = fc.record({
  kind: fc.constant("int" as const),
  bits: fc.constantFrom(8, 16, 32, 64),
  signed: fc.boolean(),
});

const dtype = fc.letrec<{ dtype: DType }>((tie) => ({
  dtype: fc.oneof(
    { maxDepth: 3 },
    int as fc.Arbitrary<DType>,
    fc.record({ kind: fc.constant("float"), bits: fc.constantFrom(16, 32, 64) }) as fc.Arbitrary<DType>,
    fc.constantFrom<DType>({ kind: "bool" }, { kind: "text" }),
    fc.record({ kind: fc.constant("reference"), to: fc.constantFrom("object", "region") }) as fc.Arbitrary<DType>,
    fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 3 }).chain((names) =>
      fc.record({
        kind: fc.constant("enum"),
        base: int,
        names: fc.constant(names),
        values: fc.constant(names.map((_, at) => BigInt(at))),
      }),
    ) as fc.Arbitrary<DType>,
    fc.record({ kind: fc.constant("opaque"), itemBytes: fc.nat(9) }) as fc.Arbitrary<DType>,
    fc.record({ kind: fc.constant("list"), item: tie("dtype") }) as fc.Arbitrary<DType>,
    fc.record({
      kind: fc.constant("array"),
      item: tie("dtype"),
      shape: fc.array(fc.nat(4), { maxLength: 2 }),
    }) as fc.Arbitrary<DType>,
    fc.record({
      kind: fc.constant("struct"),
      fields: fc.array(fc.record({ name: fc.string(), dtype: tie("dtype") }), { maxLength: 3 }),
    }) as fc.Arbitrary<DType>,
  ),
})).dtype;

/** Equality as the written-out values have it. */
const written = (value: DType) => JSON.stringify(value, (_, part) => (typeof part === "bigint" ? `${part}n` : part));

describe("dtypes", () => {
  test("are equal where they are written alike, and only there", () => {
    fc.assert(
      fc.property(dtype, dtype, (left, right) => {
        expect(dtypeEquals(left, structuredClone(left))).toBe(true);
        expect(dtypeEquals(left, right)).toBe(written(left) === written(right));
        expect(dtypeEquals(left, right)).toBe(dtypeEquals(right, left));
      }),
    );
  });

  test.each<[DType, string, number]>([
    [{ kind: "int", bits: 16, signed: false }, "uint16", 2],
    [{ kind: "float", bits: 16 }, "float16", 2],
    [{ kind: "bool" }, "bool", 1],
    [{ kind: "text" }, "text", 4],
    [{ kind: "reference", to: "region" }, "region-reference", 4],
    [{ kind: "opaque", itemBytes: 12 }, "opaque<12>", 12],
    [{ kind: "list", item: { kind: "list", item: { kind: "text" } } }, "list<list<text>>", 4],
    [{ kind: "array", item: { kind: "float", bits: 64 }, shape: [2, 3] }, "array<float64, [2, 3]>", 48],
    [
      { kind: "enum", base: { kind: "int", bits: 32, signed: true }, names: ["a", "b"], values: [0n, 1n] },
      "enum<a, b>",
      4,
    ],
    [
      {
        kind: "struct",
        fields: [
          { name: "r", dtype: { kind: "float", bits: 32 } },
          { name: "i", dtype: { kind: "float", bits: 32 } },
        ],
      },
      "struct<r: float32, i: float32>",
      8,
    ],
  ])("%o is named and sized", (given, name, bytes) => {
    expect(dtypeName(given)).toBe(name);
    expect(dtypeBytes(given)).toBe(bytes);
  });
});
