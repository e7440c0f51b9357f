import {
  type ColumnType,
  columnTypeEquals,
  columnTypeName,
  commonType,
  convertValues,
  nullValues,
} from "@lazynwb/model";
import fc from "fast-check";
import { expect, test } from "vitest";
import { plainRows } from "../support/plain-values.ts";

const seed = Number(process.env["FC_SEED"] ?? Date.now() % 2 ** 31);

const leaf: fc.Arbitrary<ColumnType> = fc.oneof(
  fc.record({ kind: fc.constant("int" as const), bits: fc.constantFrom(8, 16, 32, 64), signed: fc.boolean() }),
  fc.record({ kind: fc.constant("float" as const), bits: fc.constantFrom(16, 32, 64) }),
  fc.constantFrom<ColumnType[]>(
    { kind: "bool" },
    { kind: "text" },
    { kind: "timestamp" },
    { kind: "null" },
    { kind: "dictionary", values: ["a", "b"] },
    { kind: "dictionary", values: ["b"] },
    { kind: "binary", bytes: 2 },
  ),
);

const types: fc.Arbitrary<ColumnType> = fc.letrec<{ type: ColumnType }>((tie) => ({
  type: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.record({ kind: fc.constant("list" as const), item: tie("type") }),
    fc.record({ kind: fc.constant("fixed-list" as const), size: fc.integer({ min: 0, max: 3 }), item: tie("type") }),
    fc
      .uniqueArray(fc.record({ name: fc.constantFrom("a", "b", "c"), type: tie("type") }), {
        selector: ({ name }) => name,
        minLength: 1,
      })
      .map((fields): ColumnType => ({ kind: "struct", fields })),
  ),
})).type;

/** The same type whatever the order of fields. */
function sorted(type: ColumnType): ColumnType {
  if (type.kind === "list") return { ...type, item: sorted(type.item) };
  if (type.kind === "fixed-list") return { ...type, item: sorted(type.item) };
  if (type.kind !== "struct") return type;
  const fields = type.fields.map(({ name, type }) => ({ name, type: sorted(type) }));
  return { kind: "struct", fields: fields.sort((left, right) => (left.name < right.name ? -1 : 1)) };
}

test(`the type of both does not depend on which comes first, and holds itself (seed ${seed})`, () => {
  fc.assert(
    fc.property(types, types, (left, right) => {
      const both = commonType(left, right);
      expect(columnTypeName(sorted(commonType(right, left)))).toBe(columnTypeName(sorted(both)));
      expect(columnTypeEquals(commonType(both, both), both)).toBe(true);
      expect(columnTypeName(sorted(commonType(both, left)))).toBe(columnTypeName(sorted(both)));
    }),
    { seed, numRuns: 500 },
  );
});

test(`values of any type convert to the type of both: nulls stay null, the layout is that of the type (seed ${seed})`, () => {
  fc.assert(
    fc.property(types, types, fc.integer({ min: 0, max: 4 }), (left, right, rows) => {
      const both = commonType(left, right);
      const converted = convertValues(nullValues(left, rows), left, both);
      expect(converted.shape[0]).toBe(rows);
      expect(plainRows(converted, both)).toEqual(new Array(rows).fill(null));
    }),
    { seed, numRuns: 500 },
  );
});
