import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { sampleExpected, sampleSessions } from "@lazynwb/fixtures";
import { afterAll, describe, expect, test } from "vitest";
import { createLazyNwb } from "../../src/index.ts";
import { createLazyNwb as createForWeb, type PlainRow } from "../../src/web.ts";
import { answerOf, columnAnswer, expectedAnswer } from "../support/answers.ts";

const expected = sampleExpected();
const node = createLazyNwb();
// The web's own functions read what a page would: Blobs.
const web = createForWeb();
afterAll(() => Promise.all([node.close(), web.close()]));

const files = new Map<string, Promise<File>>();

/** One File a path: a second one of its name would be told apart by its `_nwb_path`. */
function fileOf(path: string): Promise<File> {
  const known = files.get(path) ?? readFile(path).then((bytes) => new File([bytes], basename(path)));
  files.set(path, known);
  return known;
}

async function rowsOf(path: string, table: string): Promise<PlainRow[]> {
  const scan = await web.scanNwb(await fileOf(path), table);
  const rows: PlainRow[] = [];
  for await (const row of scan.rows()) rows.push(row as PlainRow);
  await scan.close();
  return rows;
}

describe.each(sampleSessions())("%s", (path) => {
  const answers = expected[basename(path)]!;

  test.each(Object.keys(answers.tables))("%s has pynwb's rows and columns", async (table) => {
    const { columns, rows: count } = answers.tables[table]!;
    const rows = await rowsOf(path, table);
    expect(rows.length).toBe(count);
    expect(Object.keys(rows[0]!)).toEqual([...Object.keys(columns), "_nwb_path", "_table_path", "_table_index"]);
    for (const [name, column] of Object.entries(columns))
      expect([
        name,
        columnAnswer(
          rows.map((row) => row[name]!),
          column,
        ),
      ]).toEqual([name, expectedAnswer(column)]);
    expect(rows.at(-1)).toMatchObject({ _nwb_path: basename(path), _table_path: table, _table_index: count - 1 });
  });

  test.each(Object.keys(answers.series))("%s has pynwb's samples and times", async (series) => {
    const { data, timestamps, dtype, shape } = answers.series[series]!;
    const rows = await rowsOf(path, series);
    const compared = { depth: 0, shape: shape!, dtype: dtype! };
    const stored = { ...data!, ...compared };
    expect(
      columnAnswer(
        rows.map((row) => row.data!),
        stored,
      ),
    ).toEqual(expectedAnswer(stored));
    const times = { ...timestamps!, ...compared, dtype: "float64" };
    expect(
      columnAnswer(
        rows.map((row) => row.timestamps!),
        times,
      ),
    ).toEqual(expectedAnswer(times));
  });

  test("polars has the same units as Arrow", async () => {
    const frame = await node.readNwb(path, "units");
    const rows = await rowsOf(path, "units");
    expect(frame.columns).toEqual(Object.keys(rows[0]!));
    for (const name of [
      "unit_id",
      "location",
      "amplitude_cutoff",
      "spike_times",
      "electrodes",
      "electrode_group",
      "default_qc",
    ]) {
      const values = frame.getColumn(name).toArray() as PlainRow[string][];
      expect([name, values.map(answerOf)]).toEqual([name, rows.map((row) => answerOf(row[name]!))]);
    }
    expect(frame.getColumn("_nwb_path").toArray()[0]).toBe(path.replaceAll("\\", "/"));
  });

  test("an open file tells of its session, its subject and what it holds", async () => {
    const nwb = await node.openNwb(path);
    expect(nwb.id).toBe(path.replaceAll("\\", "/"));
    expect(answerOf(await nwb.session())).toEqual(answers.session);
    expect(answerOf(await nwb.subject())).toEqual(answers.subject);
    const paths = await nwb.paths();
    const contents = await nwb.contents();
    for (const table of [...Object.keys(answers.tables), ...Object.keys(answers.series)]) {
      expect(paths).toContain(table);
      expect(contents.find((content) => content.path === table)?.rows).toBe(
        answers.tables[table]?.rows ?? answers.series[table]!.shape![0],
      );
    }
    const trials = await nwb.table("trials");
    expect((await trials.collect()).height).toBe(answers.tables["/intervals/trials"]!.rows);
    await trials.close();
    // Closing a table leaves its file open.
    expect((await (await nwb.table("epochs")).collect()).height).toBe(3);
    await nwb.close();
    await expect(nwb.paths()).rejects.toMatchObject({ code: "STORAGE" });
  });
});

describe("many files", () => {
  const all = sampleSessions();

  test("the metadata of all, in their order, with pynwb's values", async () => {
    const frame = await node.getMetadataDf(all);
    const rows = frame.toRecords();
    expect(rows.map((row) => row._nwb_path)).toEqual(all.map((path) => path.replaceAll("\\", "/")));
    for (const [at, path] of all.entries()) {
      const { session, subject } = expected[basename(path)]!;
      for (const name of [
        "identifier",
        "session_id",
        "session_description",
        "lab",
        "notes",
        "experimenter",
        "keywords",
        "nwb_version",
      ])
        expect([name, answerOf(rows[at]![name] ?? null)]).toEqual([name, session![name] ?? null]);
      for (const name of ["subject_id", "age", "species", "sex", "genotype", "strain", "weight"])
        expect([name, answerOf(rows[at]![name] ?? null)]).toEqual([name, subject![name] ?? null]);
      expect((rows[at]!.session_start_time as unknown as Date).toISOString()).toBe(
        String(session!.session_start_time).replace("000Z", "Z"),
      );
    }
  });

  test("the schema of all is the union of theirs, and absent columns are null", async () => {
    const schema = await node.getTableSchema(all, "units");
    const names = new Set(all.flatMap((path) => Object.keys(expected[basename(path)]!.tables["/units"]!.columns)));
    expect(Object.keys(schema).slice(0, -3)).toEqual([...names]);
    expect(String(schema.peak_channel)).toContain("Float64");
    const frame = await node.readNwb(all, "units");
    const absent = all.filter((path) => !("isolation_distance" in expected[basename(path)]!.tables["/units"]!.columns));
    const nulls = absent.reduce((sum, path) => sum + expected[basename(path)]!.tables["/units"]!.rows, 0);
    expect(nulls).toBeGreaterThan(0);
    expect(frame.getColumn("isolation_distance").nullCount()).toBe(nulls);
  });

  test("a glob, a list and URL objects name the same files", async () => {
    const glob = `${all[0]!.slice(0, -basename(all[0]!).length)}*.nwb`;
    const urls = all.map((path) => new URL(`file://${path}`));
    const ids = async (sources: Parameters<typeof node.readNwb>[0]) =>
      (await node.readNwb(sources, "epochs")).getColumn("_nwb_path").toArray();
    expect(await ids(glob)).toEqual(await ids(all));
    expect(await ids(urls)).toEqual(await ids(all));
  });
});
