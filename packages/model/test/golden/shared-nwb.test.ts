import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sharedFolder, skipReasonWithoutShared } from "@lazynwb/fixtures";
import { type ColumnType, listContents, openTable, readMetadata } from "@lazynwb/model";
import { describe, expect, test } from "vitest";
import { diskFile } from "../support/files.ts";
import { type Plain, plainRows } from "../support/plain-values.ts";

interface SharedColumn {
  readonly dtype: string;
  readonly depth: number;
  readonly values: readonly Plain[];
}

interface SharedSeries {
  readonly shape: readonly number[];
  readonly first: readonly Plain[];
  readonly last: readonly Plain[];
  readonly timestamps?: readonly number[];
  readonly unit?: string;
}

interface SharedAnswers {
  readonly tables: Record<
    string,
    {
      readonly neurodata_type: string;
      readonly rows: number;
      readonly columns: Record<string, SharedColumn>;
      readonly missing: readonly string[];
    }
  >;
  readonly series: Record<string, SharedSeries>;
}

function depthOf(type: ColumnType): number {
  return type.kind === "list" ? 1 + depthOf(type.item) : 0;
}

function testFolder(folder: string): void {
  const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Record<string, SharedAnswers>;
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".nwb")))
    test(`${name}: every table and series equals what h5py read`, async () => {
      const file = diskFile(join(folder, name));
      const answers = expected[name]!;
      for (const [path, answer] of Object.entries(answers.tables)) {
        const table = await openTable(file, path);
        expect(table.rowCount, path).toBe(answer.rows);
        expect(table.neurodataType, path).toBe(answer.neurodata_type);
        expect(table.columns.map((column) => column.name)).toEqual(Object.keys(answer.columns));
        const arrays = await table.read(Object.keys(answer.columns), "all");
        table.columns.forEach(({ name: column, type }, at) => {
          const { values, depth } = answer.columns[column]!;
          expect(depthOf(type), column).toBe(depth);
          expect(plainRows(arrays[at]!, type), `${path} ${column}`).toEqual(values);
        });
      }
      for (const [path, answer] of Object.entries(answers.series)) {
        const series = await openTable(file, path);
        expect(series.kind, path).toBe("time-series");
        expect(series.rowCount, path).toBe(answer.shape[0]);
        const rows = await Promise.all(
          series.columns.map(async ({ name: column, type, metadata }) => {
            const [array] = await series.read([column], "all");
            return [column, { values: plainRows(array!, type), metadata }] as const;
          }),
        );
        const { data, timestamps } = Object.fromEntries(rows);
        expect(data!.values.slice(0, answer.first.length), path).toEqual(answer.first);
        expect(data!.values.slice(-answer.last.length), path).toEqual(answer.last);
        expect(data!.metadata["unit"], path).toBe(answer.unit);
        if (answer.timestamps === undefined) continue;
        const times = timestamps!.values;
        if (
          series.warnings.some(({ code, details }) => code === "COLUMN_LENGTH" && details?.["column"] === "timestamps")
        ) {
          expect(times, path).toEqual(answer.timestamps.slice(0, series.rowCount));
          continue;
        }
        // First three and last two; they overlap in short series.
        expect([...times.slice(0, 3), ...times.slice(-2)], path).toEqual(answer.timestamps);
      }
      const listed = new Set((await listContents(file)).map((content) => content.path));
      for (const path of Object.keys(answers.tables)) expect(listed).toContain(path);
      const { values } = await readMetadata(file);
      expect(values.every((array) => array.shape[0] === 1)).toBe(true);
      await file.close();
    });
}

describe("files that others wrote", () => {
  const folder = sharedFolder();
  if (folder === undefined) {
    test.skip(skipReasonWithoutShared ?? "", () => {});
    return;
  }
  for (const name of readdirSync(join(folder, "nwb"))) {
    const path = join(folder, "nwb", name);
    if (existsSync(join(path, "expected.json"))) testFolder(path);
  }
});
