import { array, group, softLink, type Tree } from "@lazynwb/core/testing";
import { type ColumnType, columnTypeName, openTable } from "@lazynwb/model";
import { describe, expect, test } from "vitest";
import { memoryFile, readAll } from "../support/files.ts";
import { ids, table, typed } from "../support/nwb-tree.ts";

function nwb(general: Readonly<Record<string, Tree>>, root: Readonly<Record<string, Tree>> = {}): Tree {
  return group({
    attributes: typed("NWBFile", { nwb_version: "2.8.0" }, "core"),
    children: {
      identifier: array("id-1"),
      session_start_time: array("2024-01-02T03:04:05.5+01:00"),
      ...root,
      general: group({ children: general }),
    },
  });
}

const typesOf = ({ columns }: { readonly columns: readonly { readonly name: string; readonly type: ColumnType }[] }) =>
  Object.fromEntries(columns.map(({ name, type }) => [name, columnTypeName(type)]));

const codes = ({ warnings }: { readonly warnings: readonly { readonly code: string }[] }) =>
  warnings.map((one) => one.code);

describe("the session", () => {
  test("is what stands in /general itself, then the fields of the root, then nwb_version", async () => {
    const script = array("x.py", { attributes: { file_name: "x.py", object_id: "u" } });
    const subject = group({ children: { age: array("P1D") } });
    const general = { session_id: array("s1"), source_script: script, subject, keywords: array(["a", "b"]) };
    const opened = await openTable(memoryFile(nwb(general)), "/general");
    expect(opened.path).toBe("/general");
    expect(await readAll(opened)).toEqual({
      session_id: ["s1"],
      source_script: ["x.py"],
      source_script__file_name: ["x.py"],
      keywords: [["a", "b"]],
      session_start_time: ["2024-01-02T02:04:05.500000Z"],
      session_start_time_text: ["2024-01-02T03:04:05.5+01:00"],
      identifier: ["id-1"],
      nwb_version: ["2.8.0"],
    });
    expect(opened.columns.map(({ name }) => name)).toEqual([
      "session_id",
      "source_script",
      "source_script__file_name",
      "keywords",
      "session_start_time",
      "session_start_time_text",
      "identifier",
      "nwb_version",
    ]);
    expect(opened.rowCount).toBe(1);
  });

  test("keywords, experimenter and related_publications always are lists, other declared fields always single", async () => {
    const single = await openTable(
      memoryFile(
        nwb({ keywords: array("one"), experimenter: array("A"), related_publications: array("doi"), lab: array("L") }),
      ),
      "/general",
    );
    const many = await openTable(
      memoryFile(
        nwb({
          keywords: array(["one"]),
          experimenter: array(["A"]),
          related_publications: array(["doi"]),
          lab: array(["L"]),
        }),
      ),
      "/general",
    );
    expect(typesOf(single)).toEqual(typesOf(many));
    expect(typesOf(single)).toMatchObject({ keywords: "list<text>", experimenter: "list<text>", lab: "text" });
    expect(await readAll(single)).toEqual(await readAll(many));
  });

  test("only the fields declared as dates are dates; file_create_date is a list of them", async () => {
    const tree = nwb(
      { session_id: array("20220803"), notes: array("2024-01-02"), lab: array("[__import__('os').getpid()]") },
      {
        file_create_date: array(["2024-01-02T03:04:05Z", "yesterday"]),
        timestamps_reference_time: array("2024-01-02"),
      },
    );
    const opened = await openTable(memoryFile(tree), "/general");
    expect(typesOf(opened)).toMatchObject({
      session_id: "text",
      notes: "text",
      lab: "text",
      file_create_date: "list<timestamp>",
      file_create_date_text: "list<text>",
      timestamps_reference_time: "timestamp",
    });
    expect(await readAll(opened)).toMatchObject({
      session_id: ["20220803"],
      lab: ["[__import__('os').getpid()]"],
      file_create_date: [["2024-01-02T03:04:05.000000Z", null]],
      file_create_date_text: [["2024-01-02T03:04:05Z", "yesterday"]],
      timestamps_reference_time: ["2024-01-02T00:00:00.000000Z"],
    });
    expect(codes(opened)).toEqual(["DATE_UNREADABLE"]);
  });

  test("a date without offset is read as UTC, with a warning", async () => {
    const opened = await openTable(
      memoryFile(nwb({}, { session_start_time: array("2024-05-06T07:08:09") })),
      "/general",
    );
    expect((await readAll(opened))["session_start_time"]).toEqual(["2024-05-06T07:08:09.000000Z"]);
    expect(opened.warnings).toMatchObject([{ code: "DATE_WITHOUT_OFFSET", path: "/session_start_time" }]);
  });

  test("costs two rounds of the hierarchy to open and one to read", async () => {
    const file = memoryFile(nwb({ session_id: array("s1"), lab: array("L") }));
    await readAll(await openTable(file, "/general"));
    const { calls } = file.hierarchy;
    expect([calls.list.length, calls.describe.length, calls.read.length]).toEqual([1, 2, 1]);
  });
});

describe("other groups as tables of one row", () => {
  test("datasets with their attributes, own attributes, links as paths", async () => {
    const tree = group({
      children: {
        device: group({ attributes: typed("Device", { manufacturer: "imec", object_id: "u" }, "core") }),
        shank: group({
          attributes: typed("ElectrodeGroup", { description: "d", counts: Int32Array.of(1, 2) }, "core"),
          children: {
            position: array([1, 2, 3]),
            image: array([
              [1, 2],
              [3, 4],
            ]),
            depth: array(5.5, { attributes: { unit: "um" } }),
            device: softLink("../device"),
            probe: softLink("/device"),
          },
        }),
      },
    });
    const file = memoryFile(tree);
    const opened = await openTable(file, "/shank");
    expect(await readAll(opened)).toEqual({
      position: [[1, 2, 3]],
      depth: [5.5],
      depth__unit: ["um"],
      description: ["d"],
      counts: [[1, 2]],
      device: ["/shank/../device"],
      probe: ["/device"],
    });
    expect(opened.kind).toBe("group");
    expect(opened.neurodataType).toBe("ElectrodeGroup");
    expect(await readAll(await openTable(file, "/device"))).toEqual({ manufacturer: ["imec"] });
  });

  test("the subject has date_of_birth as a date beside its text, and ids stay text", async () => {
    const subject = group({
      attributes: typed("Subject", {}, "core"),
      children: {
        subject_id: array("20210101"),
        age: array("P90D", { attributes: { reference: "birth" } }),
        date_of_birth: array("2021-01-01T00:00:00+00:00"),
        sex: array(["U"]),
      },
    });
    expect(await readAll(await openTable(memoryFile(nwb({ subject })), "/general/subject"))).toEqual({
      subject_id: ["20210101"],
      age: ["P90D"],
      age__reference: ["birth"],
      date_of_birth: ["2021-01-01T00:00:00.000000Z"],
      date_of_birth_text: ["2021-01-01T00:00:00+00:00"],
      sex: ["U"],
    });
  });

  test("a device that bears nothing but its type is a row; a folder is none, and tells what it holds", async () => {
    const tree = group({
      children: {
        device: group({ attributes: typed("Device", {}, "core") }),
        folder: group({ children: { a: table({ id: ids(1) }), b: table({ id: ids(1) }) } }),
      },
    });
    const file = memoryFile(tree);
    const device = await openTable(file, "/device");
    expect([device.rowCount, device.columns]).toEqual([1, []]);
    await expect(openTable(file, "/folder")).rejects.toMatchObject({
      code: "NOT_FOUND",
      candidates: ["/folder/a", "/folder/b"],
    });
  });

  test("no rows asked for are no rows given", async () => {
    const file = memoryFile(nwb({ keywords: array(["a"]), session_id: array("s") }));
    const opened = await openTable(file, "/general");
    const arrays = await opened.read(
      opened.columns.map(({ name }) => name),
      new Float64Array(0),
    );
    expect(arrays.map(({ shape }) => shape[0])).toEqual(opened.columns.map(() => 0));
    expect(file.hierarchy.calls.read).toHaveLength(0);
  });

  test("a file without /general or any field has no session", async () => {
    await expect(openTable(memoryFile(group()), "/general")).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
