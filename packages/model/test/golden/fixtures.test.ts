import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { NdArray } from "@lazynwb/core";
import {
  type ArrayAnswer,
  type ColumnAnswer,
  type ExpectedAnswers,
  edgeExpected,
  edgeFiles,
  sampleExpected,
  sampleSessions,
} from "@lazynwb/fixtures";
import { type ColumnType, columnTypeName, listContents, type NwbFile, type NwbTable, openTable } from "@lazynwb/model";
import { afterAll, describe, expect, test } from "vitest";
import { diskFile, readAll } from "../support/files.ts";
import { plainRows } from "../support/plain-values.ts";

/** The elements behind lists, in their stored width, little-endian as all machines that run these tests are. */
function digest(array: NdArray): string {
  const { data } = array;
  if (data.kind === "list") return digest(data.values);
  if (data.kind !== "fixed") throw new TypeError(`no digest of ${data.kind}`);
  const { buffer, byteOffset, byteLength } = data.values;
  return createHash("sha256")
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest("hex");
}

function expectArray(array: NdArray, type: ColumnType, answer: ArrayAnswer): void {
  const rows = plainRows(array, type);
  if (answer.values !== undefined) {
    expect(rows).toEqual(answer.values);
    return;
  }
  expect(digest(array)).toBe(answer.sha256);
  expect(rows[0]).toEqual(answer.first);
  expect(rows.at(-1)).toEqual(answer.last);
}

/** Under how many lists, and of what: the outside name of the element type. */
function itemOf(type: ColumnType, depth: number): ColumnType {
  const listed = Array.from({ length: depth }).reduce<ColumnType>((at) => (at.kind === "list" ? at.item : at), type);
  return listed.kind === "fixed-list" ? itemOf(listed.item, 0) : listed;
}

const ITEM_NAMES: Readonly<Record<string, string>> = { enum: "dictionary", reference: "text", complex128: "struct" };

function expectColumn(table: NwbTable, name: string, array: NdArray, answer: ColumnAnswer): void {
  const column = table.columns.find((one) => one.name === name)!;
  const item = itemOf(column.type, answer.depth);
  const expected = ITEM_NAMES[answer.dtype] ?? answer.dtype;
  // EnumData keeps its names in another array: text, as they are not known from headers.
  const isEnumData = answer.dtype === "enum" && column.metadata["neurodata_type"] === "EnumData";
  expect(item.kind === "struct" ? "struct" : columnTypeName(item), name).toBe(isEnumData ? "text" : expected);
  expect(column.metadata["lazynwb.table"], name).toBe(answer.table);
  expectArray(array, column.type, answer);
  if (answer.counts !== undefined && array.data.kind === "list") {
    const { offsets } = array.data;
    expect(answer.counts.map((_, row) => offsets[row + 1]! - offsets[row]!)).toEqual(answer.counts);
  }
}

function testFile(path: string, all: ExpectedAnswers): void {
  const answers = all[basename(path)]!;
  describe(basename(path), () => {
    const file: NwbFile = diskFile(path);
    afterAll(() => file.close());

    test("lists all tables and series, and nothing else as such", async () => {
      const contents = await listContents(file);
      const of = (kind: string) =>
        contents
          .filter((content) => content.kind === kind)
          .map((content) => content.path)
          .sort();
      expect(of("dynamic-table")).toEqual(Object.keys(answers.tables).sort());
      expect(of("time-series")).toEqual(Object.keys(answers.series).sort());
    });

    for (const [at, answer] of Object.entries(answers.tables))
      test(`reads ${at} as h5py does`, async () => {
        const table = await openTable(file, at);
        expect(table.rowCount).toBe(answer.rows);
        expect(table.neurodataType).toBe(answer.neurodata_type);
        expect(table.columns.map(({ name }) => name)).toEqual(Object.keys(answer.columns));
        const missing = table.warnings.filter(({ code }) => code === "COLUMN_MISSING");
        expect(missing.map(({ details }) => details?.["column"])).toEqual(answer.absent);
        const names = Object.keys(answer.columns);
        const arrays = await table.read(names, "all");
        names.forEach((name, column) => {
          expectColumn(table, name, arrays[column]!, answer.columns[name]!);
        });
      });

    for (const [at, answer] of Object.entries(answers.series))
      test(`reads ${at} as pynwb does`, async () => {
        const series = await openTable(file, at);
        const typeOf = (name: string) => series.columns.find((column) => column.name === name)!.type;
        const names = series.columns.map(({ name }) => name);
        expect(names).toEqual([
          ...(answer.timestamps ? ["timestamps"] : []),
          ...(answer.data ? ["data"] : []),
          ...(answer.control ? ["control", "control_description"] : []),
        ]);
        const arrays = new Map((await series.read(names, "all")).map((array, column) => [names[column]!, array]));
        if (answer.timestamps) expectArray(arrays.get("timestamps")!, typeOf("timestamps"), answer.timestamps);
        if (answer.data) expectArray(arrays.get("data")!, typeOf("data"), answer.data);
        if (answer.control) expect(plainRows(arrays.get("control")!, typeOf("control"))).toEqual(answer.control);
        expect(series.rowCount).toBe(answer.shape?.[0] ?? answer.timestamps?.values?.length);
      });

    for (const [at, { in_units: answer, data }] of Object.entries(answers.series))
      if (answer !== undefined && data !== undefined)
        test(`reads ${at} in units as pynwb does, bit for bit`, async () => {
          const series = await openTable(file, at, { inUnits: true });
          const [array] = await series.read(["data"], "all");
          const { type } = series.columns.find(({ name }) => name === "data")!;
          if (answer.values !== undefined || answer.dtype === "float64") return expectArray(array!, type, answer);
          const { values } = array!.data as { values: Float64Array };
          const narrow = Float32Array.from(values);
          expect(Float64Array.from(narrow)).toEqual(values);
          return expect(digest({ ...array!, data: { kind: "fixed", values: narrow } })).toBe(answer.sha256);
        });

    const records = { ...answers.records, ...(answers.subject && { "/general/subject": answers.subject }) };
    for (const [at, { neurodata_type: _, ...answer }] of Object.entries(records))
      test(`reads ${at} as one row`, async () => {
        const table = await openTable(file, at);
        expect(table.rowCount).toBe(1);
        const expected = Object.entries(answer).map(([name, value]) => [name, [value]]);
        expect(await readAll(table)).toEqual(Object.fromEntries(expected));
      });

    if (answers.session)
      test("reads the session as one row", async () => {
        const values = await readAll(await openTable(file, "/general"));
        const expected = Object.entries(answers.session!).map(([name, value]) => [name, [value]]);
        expect(values).toEqual(Object.fromEntries(expected));
      });
  });
}

for (const path of sampleSessions()) testFile(path, sampleExpected());
for (const path of edgeFiles()) testFile(path, edgeExpected());
