import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodedBytes, nodeWidths } from "../../src/b-tree-v2/node-widths.ts";
import { Cursor } from "../../src/cursor.ts";
import type { FileBytes } from "../../src/file-bytes.ts";
import { placeOf, rowsOfTable } from "../../src/fractal-heap/doubling-table.ts";
import { compareNames } from "../../src/group/link-order.ts";
import { NameBudget } from "../../src/group/name-budget.ts";
import { parseDataspace } from "../../src/object-header/messages/dataspace.ts";
import { parseFilterPipeline } from "../../src/object-header/messages/filter-pipeline.ts";
import { parseLayout } from "../../src/object-header/messages/layout.ts";
import { parseLink } from "../../src/object-header/messages/link.ts";
import { addressOfObjectId, objectIdOfAddress } from "../../src/object-id.ts";
import { hasSignature } from "../../src/superblock.ts";

const cursor = (...bytes: number[]) => new Cursor(Uint8Array.from(bytes), { address: 0, what: "message" });

describe("names", () => {
  test("compare as their UTF-8 bytes do", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 6 }),
        fc.string({ unit: "binary", maxLength: 6 }),
        (left, right) => {
          const expected = Buffer.compare(Buffer.from(left), Buffer.from(right));
          expect(Math.sign(compareNames(left, right))).toBe(expected);
        },
      ),
      {
        numRuns: 2000,
        examples: [
          ["\u{1f600}", "\uffff"],
          ["a", "a\u0000"],
          ["", "a"],
        ],
      },
    );
  });
});

describe("names of a group", () => {
  test("are bounded altogether, as many entries may share one", () => {
    const file = { id: "a.nwb" } as FileBytes;
    const budget = new NameBudget(file, 800);
    budget.spend(64 * 1024 * 1024);
    expect(() => budget.spend(1)).toThrow(expect.objectContaining({ code: "LIMIT", source: "a.nwb" }));
  });
});

describe("object ids", () => {
  test("lead back to addresses; others lead nowhere", () => {
    expect(addressOfObjectId(objectIdOfAddress(2 ** 53 - 1))).toBe(2 ** 53 - 1);
    for (const other of ["h5:", "h5:-1", "h5:01", "h5:1e3", "/units", "h5:99999999999999999"])
      expect(addressOfObjectId(other)).toBeNull();
  });
});

describe("doubling table", () => {
  const table = { tableWidth: 4, startBlockBytes: 512, maxDirectBytes: 65536 };
  test("places of offsets are those of a walk over all blocks", () => {
    let offset = 0;
    for (let row = 0; row < 14; row++) {
      const blockBytes = 512 * 2 ** Math.max(0, row - 1);
      for (let column = 0; column < 4; column++) {
        const place = { row, column, blockBytes, blockOffset: offset };
        expect(placeOf(table, offset)).toEqual(place);
        expect(placeOf(table, offset + blockBytes - 1)).toEqual(place);
        offset += blockBytes;
      }
    }
  });

  test("a table inside of a table has fewer rows", () => {
    expect(rowsOfTable(table, 131072)).toBe(7);
    expect(rowsOfTable({ ...table, tableWidth: 1 }, 131072)).toBe(9);
  });
});

describe("B-tree v2 node sizes", () => {
  test("are those of libhdf5 for names of links", () => {
    // Nodes of 512 bytes, records of 11: 45 in a leaf; pointers of 9 and 11 bytes above.
    expect(nodeWidths(512, 11, 2, 8)).toEqual({
      countBytes: 1,
      levels: [
        { maxRecords: 45, totalBytes: 0 },
        { maxRecords: 24, totalBytes: 0 },
        { maxRecords: 22, totalBytes: 2 },
      ],
    });
    expect([encodedBytes(255n), encodedBytes(256n), encodedBytes(2n ** 64n)]).toEqual([1, 2, 8]);
  });

  test("nodes without room are refused, however deep the tree", () => {
    expect(nodeWidths(20, 11, 0, 8)).toBeNull();
    expect(nodeWidths(512, 0, 0, 8)).toBeNull();
    expect(nodeWidths(44, 11, 32, 8)).toBeNull();
  });
});

describe("messages", () => {
  test("dataspaces: scalar, null, without limit, and ranks beyond reason", () => {
    expect(parseDataspace(cursor(1, 0, 0, 0, 0, 0, 0, 0), 8)).toEqual({ shape: [], maxShape: [] });
    expect(parseDataspace(cursor(2, 0, 0, 2), 8)).toEqual({ shape: null, maxShape: null });
    expect(parseDataspace(cursor(2, 1, 1, 1, 5, 0, 255, 255), 2)).toEqual({
      shape: [5],
      maxShape: [Number.POSITIVE_INFINITY],
    });
    expect(() => parseDataspace(cursor(2, 33, 0, 1), 8)).toThrow(/too many axes/);
    expect(() => parseDataspace(cursor(2, 1, 0, 1, 5), 8)).toThrow(/ends too early/);
  });

  test("filters of both versions: names padded or left out, odd values padded", () => {
    const first = cursor(
      1,
      1,
      0,
      0,
      0,
      0,
      0,
      0,
      1,
      0,
      8,
      0,
      1,
      0,
      1,
      0,
      100,
      101,
      102,
      0,
      0,
      0,
      0,
      0,
      9,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
    );
    expect(parseFilterPipeline(first)).toEqual([{ id: 1, name: "def", flags: 1, clientData: [9] }]);
    expect(first.remaining).toBe(0);
    const second = cursor(2, 2, 2, 0, 0, 0, 0, 0, 0, 1, 3, 0, 0, 0, 1, 0, 97, 98, 0, 7, 0, 0, 0);
    expect(parseFilterPipeline(second)).toEqual([
      { id: 2, name: "", flags: 0, clientData: [] },
      { id: 256, name: "ab", flags: 0, clientData: [7] },
    ]);
    expect(() => parseFilterPipeline(cursor(2, 33))).toThrow(/too many filters/);
  });

  test("layouts of the first versions, which h5py does not write any more", () => {
    const widths = { offsetBytes: 2, lengthBytes: 2 };
    expect(parseLayout(cursor(1, 1, 1, 0, 0, 0, 0, 0, 9, 0, 4, 0, 0, 0), widths)).toEqual({
      kind: "contiguous",
      address: 9,
      size: null,
    });
    expect(parseLayout(cursor(2, 2, 2, 0, 0, 0, 0, 0, 9, 0, 4, 0, 0, 0, 8, 0, 0, 0), widths)).toMatchObject({
      kind: "chunked",
      chunkShape: [4],
      elementBytes: 8,
      index: { kind: "btree1", address: 9 },
    });
    expect(parseLayout(cursor(1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 5, 6), widths)).toEqual({
      kind: "compact",
      bytes: Uint8Array.of(5, 6),
    });
    expect(() => parseLayout(cursor(6), widths)).toThrow(/unknown version/);
  });

  test("links: soft, external, of a kind that an application made up", () => {
    expect(parseLink(cursor(1, 8, 1, 1, 97, 2, 0, 47, 98), 8)).toEqual({ type: "soft", name: "a", target: "/b" });
    expect(parseLink(cursor(1, 8, 64, 1, 97, 6, 0, 0, 102, 0, 47, 98, 0), 8)).toEqual({
      type: "external",
      name: "a",
      file: "f",
      target: "/b",
    });
    expect(parseLink(cursor(1, 8, 65, 1, 97, 0, 0), 8)).toEqual({ type: "user-defined", name: "a", kind: 65 });
    expect(() => parseLink(cursor(1, 0, 1, 97, 255, 255), 2)).toThrow(/leads to no address/);
  });

  test("the signature is looked for where it is asked for", () => {
    const bytes = Uint8Array.of(0, 0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a);
    expect([hasSignature(bytes), hasSignature(bytes, 1), hasSignature(bytes, 2)]).toEqual([false, true, false]);
  });
});
