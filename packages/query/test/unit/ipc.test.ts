import { Table, tableFromIPC } from "apache-arrow";
import pl from "nodejs-polars";
import { describe, expect, test } from "vitest";
import { IpcEncoder, toIpc } from "../../src/arrow/ipc.ts";
import * as arrays from "../support/arrays.ts";
import { batchOfColumns, tableOf } from "../support/batch.ts";

const nothing = [null, null, null];
const allNull = {
  bool: arrays.bool(nothing),
  float: arrays.float64(nothing),
  long: arrays.int64(nothing),
  text: arrays.text(nothing),
  time: arrays.timestamp(nothing),
  list: arrays.list<number>(nothing, arrays.float64),
  bools: arrays.list<boolean | null>([[null], [null, null], []], arrays.bool),
  coded: arrays.dictionary(nothing, ["a", "b"]),
  pair: arrays.struct({ x: arrays.bool(nothing), y: arrays.int8([1, 2, 3]) }, 3),
  row: arrays.fixedList<boolean | null>(
    [
      [true, false],
      [false, false],
      [true, true],
    ],
    2,
    arrays.bool,
  ),
};

describe("toIpc", () => {
  test.each(["file", "stream"] as const)("columns of nulls alone reach polars as an IPC %s", (format) => {
    const batch = batchOfColumns(allNull);
    const bytes = Buffer.from(toIpc(new Table(batch.schema, [batch, batch]), format));
    const frame = format === "file" ? pl.readIPC(bytes) : pl.readIPCStream(bytes);
    expect(frame.height).toBe(6);
    for (const name of ["bool", "float", "long", "text", "time", "list", "coded"])
      expect(frame.getColumn(name).nullCount(), name).toBe(6);
    expect(frame.getColumn("bools").toArray()).toEqual([[null], [null, null], [], [null], [null, null], []]);
    expect(frame.getColumn("pair").toArray()[1]).toEqual({ x: null, y: 2 });
  });

  test("a slice whose booleans are all null", () => {
    const batch = batchOfColumns({ b: arrays.list([[true], [null, null], [false]], arrays.bool) }).slice(1, 2);
    expect(
      pl
        .readIPC(Buffer.from(toIpc(tableOf(batch))))
        .getColumn("b")
        .toArray(),
    ).toEqual([[null, null]]);
  });

  test("an empty table keeps its schema", () => {
    const batch = batchOfColumns(allNull);
    for (const format of ["file", "stream"] as const) {
      const back = tableFromIPC(toIpc(new Table(batch.schema, []), format));
      expect(back.schema.fields.map((field) => field.name)).toEqual(Object.keys(allNull));
      expect(back.numRows).toBe(0);
    }
  });

  test("a dictionary is written once for all batches", () => {
    const values = ["x".repeat(5000), "y".repeat(5000)];
    const batch = batchOfColumns({ coded: arrays.dictionary([0, 1], values) });
    const encoder = new IpcEncoder(batch.schema);
    const sizes = [batch, batch, batch].map((each) =>
      encoder.write(each).reduce((sum, chunk) => sum + chunk.byteLength, 0),
    );
    expect(sizes[0]).toBeGreaterThan(10_000);
    expect(sizes[1]).toBeLessThan(1000);
    expect(sizes[2]).toBe(sizes[1]);
  });
});
