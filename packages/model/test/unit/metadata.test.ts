import { array, damaged, group, type Tree } from "@lazynwb/core/testing";
import { columnTypeName, metadataColumns, readMetadata } from "@lazynwb/model";
import { expect, test } from "vitest";
import { memoryFile } from "../support/files.ts";
import { typed } from "../support/nwb-tree.ts";
import { plainRows } from "../support/plain-values.ts";

function nwb(general: Readonly<Record<string, Tree>>, root: Readonly<Record<string, Tree>> = {}): Tree {
  return group({
    attributes: typed("NWBFile", { nwb_version: "2.8.0" }, "core"),
    children: { ...root, general: group({ children: general }) },
  });
}

async function metadataOf(tree: Tree) {
  const file = memoryFile(tree, "f.nwb");
  const { values, warnings } = await readMetadata(file);
  const row = metadataColumns.map(({ name, type }, at) => [name, plainRows(values[at]!, type)[0]!] as const);
  return { row: Object.fromEntries(row), warnings, file };
}

test("the columns are those of the Python package in its order, then three more; the same for every file", () => {
  expect(metadataColumns.map(({ name }) => name).join(" ")).toBe(
    "identifier session_start_time session_id session_description experiment_description experimenter lab institution " +
      "related_publications keywords notes data_collection surgery pharmacology virus source_script " +
      "source_script_file_name age age__reference description genotype sex species subject_id weight strain " +
      "date_of_birth _nwb_path file_create_date timestamps_reference_time nwb_version",
  );
  const typeOf = Object.fromEntries(metadataColumns.map(({ name, type }) => [name, columnTypeName(type)]));
  expect(Object.entries(typeOf).filter(([, type]) => type !== "text")).toEqual([
    ["session_start_time", "timestamp"],
    ["experimenter", "list<text>"],
    ["related_publications", "list<text>"],
    ["keywords", "list<text>"],
    ["date_of_birth", "timestamp"],
    ["file_create_date", "list<timestamp>"],
    ["timestamps_reference_time", "timestamp"],
  ]);
});

test("values come from the session, the subject and the root; what is absent is null", async () => {
  const subject = group({
    children: {
      age: array("P90D", { attributes: { reference: "birth" } }),
      subject_id: array("20210101"),
      date_of_birth: array("2021-01-01"),
      weight: array(0.02),
    },
  });
  const source = array("script", { attributes: { file_name: "x.py" } });
  const { row, warnings } = await metadataOf(
    nwb(
      {
        subject,
        source_script: source,
        keywords: array(["a", "b"]),
        experimenter: array("One"),
        session_id: array("20220803"),
      },
      { identifier: array("id"), file_create_date: array(["2024-01-02T03:04:05Z"]) },
    ),
  );
  expect(row).toMatchObject({
    identifier: "id",
    session_id: "20220803",
    keywords: ["a", "b"],
    experimenter: ["One"],
    source_script: "script",
    source_script_file_name: "x.py",
    age: "P90D",
    age__reference: "birth",
    subject_id: "20210101",
    weight: "0.02",
    date_of_birth: "2021-01-01T00:00:00.000000Z",
    _nwb_path: "f.nwb",
    file_create_date: ["2024-01-02T03:04:05.000000Z"],
    nwb_version: "2.8.0",
    lab: null,
    related_publications: null,
    session_start_time: null,
  });
  expect(warnings).toEqual([]);
});

test("nothing in a file is evaluated, and what looks like a date stays text", async () => {
  const { row } = await metadataOf(nwb({ session_id: array("2024-01-02"), lab: array("[__import__('os').getpid()]") }));
  expect(row).toMatchObject({ session_id: "2024-01-02", lab: "[__import__('os').getpid()]" });
});

test("a field of another shape is brought to the one that is declared, with a warning where values are joined", async () => {
  const { row, warnings } = await metadataOf(
    nwb({ lab: array(["A", "B"]), institution: array(["I"]), notes: array([]), keywords: array([]) }),
  );
  expect(row).toMatchObject({ lab: "A, B", institution: "I", notes: null, keywords: [] });
  expect(warnings).toMatchObject([{ code: "METADATA_SHAPE", path: "/general/lab" }]);
});

test("a field that cannot be read is null and told; the others arrive", async () => {
  const { row, warnings } = await metadataOf(nwb({ lab: damaged(new Error("bad header")), session_id: array("s") }));
  expect(row).toMatchObject({ lab: null, session_id: "s" });
  expect(warnings).toMatchObject([{ code: "FIELD_UNREADABLE", path: "/general/lab" }]);
});

test("a file without any of it is a row of nulls", async () => {
  const { row } = await metadataOf(group());
  expect(Object.values(row).filter((value) => value !== null)).toEqual(["f.nwb"]);
});

test("all is described together and read together: two rounds of the hierarchy, no listing", async () => {
  const { file } = await metadataOf(nwb({ lab: array("L"), session_id: array("s") }, { identifier: array("id") }));
  const { calls } = file.hierarchy;
  expect([calls.list.length, calls.describe.length, calls.read.length]).toEqual([0, 1, 1]);
  expect(calls.read.flat().map(({ path }) => path)).toEqual(["/identifier", "/general/session_id", "/general/lab"]);
});
