import { ALL, type ByteStore, rowRanges, type Selection, SourceNotFoundError } from "@lazynwb/core";
import { describe, expect, test } from "vitest";
import { Cursor } from "../../src/cursor.ts";
import { ExternalBytes, parseExternalFiles } from "../../src/external-storage.ts";
import { hdf5Backend } from "../../src/index.ts";
import { ownCorpus } from "../support/corpus.ts";
import { countingSource } from "../support/counting-source.ts";
import { memoryFile } from "../support/memory-file.ts";

const NAME = "external_raw.h5";
const RAW = ["external_raw__raw1.bin", "external_raw__raw2.bin"] as const;
const corpus = ownCorpus();

/** Reads /ext; `cut` bytes of each raw file are there. */
async function read(selection: Selection, cut: readonly (number | null)[] = [1000, 1000]) {
  const asked: string[] = [];
  const closed: string[] = [];
  const store: ByteStore = {
    id: "raw",
    open: (key) => ({
      id: key,
      async read(range, call) {
        const length = cut[RAW.indexOf(key as (typeof RAW)[number])];
        if (length == null) throw new SourceNotFoundError(`there is nothing at ${key}`, { source: key });
        asked.push(`${key} ${"suffix" in range ? "" : `${range.offset}+${range.length}`}`);
        return countingSource(corpus.read(key).subarray(0, length), { id: key }).read(range, call);
      },
      close: async () => void closed.push(key),
    }),
  };
  const hierarchy = (await hdf5Backend().open({ id: NAME, bytes: countingSource(corpus.read(NAME)), store }))!;
  try {
    const array = await hierarchy.read([{ path: "/ext", selection }])[0]!;
    return { values: array.data.kind === "fixed" ? [...array.data.values] : [], asked, closed };
  } finally {
    await hierarchy.close();
  }
}

const counting = Array.from({ length: 30 }, (_, at) => at);

describe("external raw files", () => {
  test("are read one after another, only what is wanted of each, and closed", async () => {
    const { values, asked, closed } = await read({ rows: rowRanges([8, 13]) });
    expect(values).toEqual([8, 9, 10, 11, 12]);
    // The first holds 40 bytes from 16, ten elements.
    expect(asked).toEqual([`${RAW[0]} 48+8`, `${RAW[1]} 0+12`]);
    expect(closed).toEqual([...RAW]);
    expect((await read(ALL)).values).toEqual(counting);
  });

  test("that end too early read as zeros, as libhdf5 reads them", async () => {
    const { values } = await read(ALL, [16 + 4, 8]);
    expect(values).toEqual([0, ...new Array(9).fill(0), 10, 11, ...new Array(18).fill(0)]);
  });

  test("that are missing are told by name", async () => {
    await expect(read(ALL, [1000, null])).rejects.toMatchObject({ code: "SOURCE_NOT_FOUND", source: RAW[1] });
    expect((await read({ rows: rowRanges([0, 5]) }, [1000, null])).values).toEqual(counting.slice(0, 5));
  });

  test("are refused where the folder is not known; the other datasets are not", async () => {
    const hierarchy = (await hdf5Backend().open({ id: NAME, bytes: countingSource(corpus.read(NAME)) }))!;
    const [ext, inside] = await Promise.allSettled(
      hierarchy.read(["/ext", "/inside"].map((path) => ({ path, selection: ALL }))),
    );
    expect(ext).toMatchObject({ status: "rejected", reason: { code: "UNSUPPORTED" } });
    expect(inside).toMatchObject({ status: "fulfilled" });
    expect(await hierarchy.locate!([{ path: "/ext", selection: ALL }])).toMatchObject([
      { decodedBytes: 120, exact: false },
    ]);
  });

  test("that hold less than the dataset needs are a FormatError", async () => {
    const slot = { source: countingSource(new Uint8Array(8)), offset: 0, length: 8 };
    const bytes = new ExternalBytes(memoryFile(new Uint8Array(0)), [slot]);
    await expect(bytes.readData([{ address: 4, length: 8 }])[0]).rejects.toMatchObject({ code: "FORMAT" });
    expect(await bytes.readData([{ address: 4, length: 4 }])[0]).toEqual(new Uint8Array(4));
  });

  test("more slots than the message has bytes for are a FormatError", () => {
    const message = Uint8Array.of(1, 0, 0, 0, 255, 255, 255, 255, ...new Array<number>(20).fill(0));
    const cursor = new Cursor(message, { address: 0, what: "external files message" });
    expect(() => parseExternalFiles(cursor, 8, 8)).toThrow(/ends too early/);
  });
});
