import { describe, expect, test } from "vitest";
import {
  allocateFixed,
  elementCount,
  elementOf,
  halfToNumber,
  isNull,
  type NdArray,
  rowCount,
  scalarOf,
  stringsOf,
  textArray,
  validityOf,
} from "../../src/index.ts";
import { listOf, ndArrayOf, reference, structOf } from "../../src/testing/index.ts";

describe("shapes", () => {
  test("a scalar has one element and one row", () => {
    expect(elementCount([])).toBe(1);
    expect(rowCount(ndArrayOf(7))).toBe(1);
    expect(rowCount(ndArrayOf([[1, 2]]))).toBe(1);
    expect(elementCount([3, 0, 2])).toBe(0);
  });
});

describe("allocateFixed", () => {
  test.each([
    [{ kind: "int", bits: 8, signed: true }, Int8Array],
    [{ kind: "int", bits: 16, signed: false }, Uint16Array],
    [{ kind: "int", bits: 32, signed: true }, Int32Array],
    [{ kind: "int", bits: 64, signed: false }, BigUint64Array],
    [{ kind: "float", bits: 16 }, Uint16Array],
    [{ kind: "float", bits: 32 }, Float32Array],
    [{ kind: "float", bits: 64 }, Float64Array],
    [{ kind: "bool" }, Uint8Array],
  ] as const)("%o", (dtype, type) => {
    const values = allocateFixed(dtype, 3);
    expect(values).toBeInstanceOf(type);
    expect(values.length).toBe(3);
  });

  test("refuses what fits no typed array", () => {
    expect(() => allocateFixed({ kind: "bool" }, 2 ** 31)).toThrow(expect.objectContaining({ code: "LIMIT" }));
  });
});

describe("text", () => {
  test("comes back as it was, nulls included", () => {
    const texts = ["", "a", null, "grüße", "\u{1F9E0}", "a\0b", "\uFEFFbom"];
    expect(stringsOf(textArray(texts))).toEqual(texts);
  });

  test("invalid UTF-8 arrives as replacement characters", () => {
    const array: NdArray = {
      dtype: { kind: "text" },
      shape: [1],
      data: { kind: "text", offsets: Int32Array.of(0, 1), bytes: Uint8Array.of(0xff) },
    };
    expect(stringsOf(array)).toEqual(["\uFFFD"]);
  });

  test("stringsOf wants text", () => {
    expect(() => stringsOf(ndArrayOf([1]))).toThrow(TypeError);
  });
});

describe("elements", () => {
  test("enum codes become names, unknown ones stay numbers", () => {
    const dtype = {
      kind: "enum",
      base: { kind: "int", bits: 8, signed: false },
      names: ["left", "right"],
      values: [1n, 4n],
    } as const;
    const array = ndArrayOf(Uint8Array.of(4, 1, 9), { dtype });
    expect([0, 1, 2].map((at) => elementOf(array, at))).toEqual(["right", "left", 9]);
  });

  test("float16 is read from its bits", () => {
    const array = ndArrayOf(Uint16Array.of(0x3c00, 0xc000, 0x7c00), { dtype: { kind: "float", bits: 16 } });
    expect([0, 1, 2].map((at) => elementOf(array, at))).toEqual([1, -2, Number.POSITIVE_INFINITY]);
  });

  test("structs, lists and references", () => {
    const target = reference("/x");
    const array = structOf({
      at: Int32Array.of(1, 2),
      pair: [
        [1, 2],
        [3, 4],
      ],
      to: [target, null],
    });
    expect(elementOf(array, 1)).toEqual({ at: 2, pair: [3, 4], to: null });
    expect(elementOf(array, 0)).toEqual({ at: 1, pair: [1, 2], to: target });
    expect(elementOf(listOf([[1], [2, 3]]), 1)).toEqual([2, 3]);
  });

  test("opaque bytes are views", () => {
    const bytes = Uint8Array.of(1, 2, 3, 4);
    const array: NdArray = {
      dtype: { kind: "opaque", itemBytes: 2 },
      shape: [2],
      data: { kind: "opaque", itemBytes: 2, bytes },
    };
    const element = elementOf(array, 1) as Uint8Array;
    expect([...element]).toEqual([3, 4]);
    expect(element.buffer).toBe(bytes.buffer);
  });

  test("a row that is null is so in each of its elements", () => {
    const array = {
      ...ndArrayOf([
        [1, 2],
        [3, 4],
      ]),
      validity: validityOf(2, (row) => row === 1),
    };
    expect([0, 1, 2, 3].map((at) => elementOf(array, at))).toEqual([null, null, 3, 4]);
    expect(isNull(array, 0)).toBe(true);
  });

  test("validity is Arrow's bitmap", () => {
    expect([...validityOf(10, (row) => row % 3 === 0)]).toEqual([0b01001001, 0b00000010]);
  });

  test("scalarOf gives the one value there is", () => {
    expect(scalarOf(ndArrayOf(5n))).toBe(5n);
    expect(scalarOf(ndArrayOf(["x"]))).toBe("x");
    expect(scalarOf(ndArrayOf([true]))).toBe(true);
    expect(scalarOf(ndArrayOf([1, 2]))).toBeNull();
    expect(scalarOf(undefined)).toBeNull();
  });
});

describe("halfToNumber", () => {
  test("is what the platform's own half floats say, for all of them", () => {
    const view = new DataView(new ArrayBuffer(2)) as DataView & { getFloat16?(offset: number): number };
    const judge = view.getFloat16?.bind(view) ?? ((_: number) => viaFloat32(view.getUint16(0)));
    for (let bits = 0; bits < 65_536; bits++) {
      view.setUint16(0, bits);
      expect(Object.is(halfToNumber(bits), judge(0)), `bits ${bits.toString(16)}`).toBe(true);
    }
  });
});

/** A half moved into the fields of a float32, for platforms without half floats. */
function viaFloat32(bits: number): number {
  const view = new DataView(new ArrayBuffer(4));
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return (bits & 0x8000 ? -1 : 1) * (fraction / 2 ** 24);
  view.setUint32(0, ((bits & 0x8000) << 16) | ((exponent === 31 ? 255 : exponent + 112) << 23) | (fraction << 13));
  return view.getFloat32(0);
}
