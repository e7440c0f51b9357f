import { basename } from "node:path";
import { edgeExpected, edgeFiles, sampleExpected, sampleSessions } from "@lazynwb/fixtures";
import { metadataColumns, readMetadata } from "@lazynwb/model";
import { expect, test } from "vitest";
import { diskFile } from "../support/files.ts";
import { plainRows } from "../support/plain-values.ts";

const expected = { ...edgeExpected(), ...sampleExpected() };

test.each([...sampleSessions(), ...edgeFiles()].map((path) => [basename(path), path]))(
  "metadata of %s is what h5py reads of the session and the subject",
  async (name, path) => {
    const file = diskFile(path);
    const { values } = await readMetadata(file);
    await file.close();
    const { session = {}, subject = {} } = expected[name]!;
    const stored = { ...session, ...subject, source_script_file_name: session["source_script__file_name"] };
    const row = metadataColumns.map((column, at) => [column.name, plainRows(values[at]!, column.type)[0]]);
    const wanted = metadataColumns.map((column) => [
      column.name,
      column.name === "_nwb_path" ? name : ((stored as Record<string, unknown>)[column.name] ?? null),
    ]);
    expect(Object.fromEntries(row)).toEqual(Object.fromEntries(wanted));
  },
);
