import type { NdArray } from "@lazynwb/core";
import { array, group, memoryHierarchy } from "@lazynwb/core/testing";
import { nwbFile, openTable, readMetadata } from "@lazynwb/model";
import { describe, expect, test } from "vitest";
import { withValidText } from "../../src/values/valid-text.ts";
import { column, ids, table } from "../support/nwb-tree.ts";
import { plainRows } from "../support/plain-values.ts";

/** Texts of bytes as they may lie in a file. */
function textOf(...rows: readonly (readonly number[])[]): NdArray {
  const offsets = new Int32Array(rows.length + 1);
  rows.forEach((row, at) => {
    offsets[at + 1] = offsets[at]! + row.length;
  });
  const data = { kind: "text" as const, offsets, bytes: Uint8Array.from(rows.flat()) };
  return { dtype: { kind: "text", encoding: "utf8" } as NdArray["dtype"], shape: [rows.length], data };
}

const LATIN1 = [0x35, 0xb5, 0x6d];
const GREEK = [0xce, 0xbc];

describe("text that is no UTF-8", () => {
  test("shows what is none as U+FFFD, and the rest as it is", () => {
    let told = 0;
    const shown = withValidText(textOf(LATIN1, GREEK, []), () => told++);
    expect(plainRows(shown, { kind: "text" })).toEqual(["5\ufffdm", "μ", ""]);
    expect(told).toBe(1);
  });

  test("a character cut by the end of its row does not go on in the next", () => {
    expect(plainRows(withValidText(textOf([0xce], [0xbc])), { kind: "text" })).toEqual(["\ufffd", "\ufffd"]);
  });

  test("is found in lists and compounds; text that is UTF-8 is not copied", () => {
    const list = (values: NdArray): NdArray => ({
      dtype: { kind: "list", item: values.dtype },
      shape: [1],
      data: { kind: "list", offsets: Int32Array.of(0, 1), values },
    });
    const struct = (field: NdArray): NdArray => ({
      dtype: { kind: "struct", fields: [{ name: "a", dtype: field.dtype }] },
      shape: [1],
      data: { kind: "struct", fields: { a: field } },
    });
    const type = { kind: "struct" as const, fields: [{ name: "a", type: { kind: "text" as const } }] };
    const shown = withValidText(list(struct(textOf(LATIN1))));
    expect(plainRows(shown, { kind: "list", item: type })).toEqual([[{ a: "5\ufffdm" }]]);
    for (const sound of [textOf(GREEK), list(struct(textOf(GREEK)))]) expect(withValidText(sound)).toBe(sound);
  });

  test("is warned of where it is read, in tables and in the metadata", async () => {
    const tree = group({
      children: { general: group({ children: { lab: array("L") } }), t: table({ id: ids(1), a: column(["x"]) }) },
    });
    const hierarchy = memoryHierarchy(tree);
    const read = hierarchy.read.bind(hierarchy);
    hierarchy.read = (requests, options) =>
      requests.map((request) => {
        if (request.path === "/t/a") return Promise.resolve(textOf(LATIN1));
        if (request.path === "/general/lab") return Promise.resolve({ ...textOf(LATIN1), shape: [] });
        return read([request], options)[0]!;
      });
    const file = nwbFile({ id: "f.nwb", open: async () => hierarchy });
    const opened = await openTable(file, "/t");
    const [values] = await opened.read(["a"], "all");
    expect(plainRows(values!, { kind: "text" })).toEqual(["5\ufffdm"]);
    expect(opened.warnings).toMatchObject([{ code: "TEXT_NOT_UTF8", path: "/t", details: { column: "a" } }]);
    const { warnings } = await readMetadata(file);
    expect(warnings).toMatchObject([{ code: "TEXT_NOT_UTF8", path: "/general/lab" }]);
  });
});
