import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { FilterMessage } from "../../src/dataset.ts";
import { codecRegistry, decodeChunk } from "../../src/filter-pipeline/pipeline.ts";

/** A chunk as libhdf5 2.0 wrote it through h5py 3.16, and as it read it from the file again; both in hexadecimal. */
interface PackedChunk {
  readonly name: string;
  readonly filter: number;
  readonly clientData: readonly number[];
  readonly stored: string;
  readonly decoded: string;
}

const CHUNKS = JSON.parse(
  readFileSync(join(import.meta.dirname, "../support/packed-chunks.json"), "utf8"),
) as readonly PackedChunk[];

const where = { source: "memory", path: "/data", offset: 48 };
const registry = codecRegistry();

async function decode(filter: number, clientData: readonly number[], stored: Uint8Array, chunkBytes: number) {
  const filters: FilterMessage[] = [{ id: filter, name: "", flags: 0, clientData }];
  return new Uint8Array(await decodeChunk(stored, { filters, filterMask: 0, chunkBytes, where }, registry));
}

describe("scaleoffset and nbit give what libhdf5 gives", () => {
  // Of every width, sign and byte order; with and without fill value; of all ranges; compounds and arrays inside each other.
  test.each(CHUNKS)("$name", async ({ filter, clientData, stored, decoded }) => {
    const expected = Buffer.from(decoded, "hex");
    const found = await decode(filter, clientData, Buffer.from(stored, "hex"), expected.length);
    expect(Buffer.from(found).toString("hex")).toBe(decoded);
  });
});

describe("parameters that cannot be", () => {
  const corrupt = (filter: string) => ({ code: "CORRUPT_CHUNK", filter });

  test.each([
    ["none", []],
    ["another number of them", [9, 0, 4, 1, 4, 0, 20, 7]],
    ["a number of no bits", [8, 0, 4, 1, 4, 0, 0, 7]],
    ["more bits than bytes", [8, 0, 4, 1, 4, 0, 20, 13]],
    ["an unknown kind", [8, 0, 4, 7, 4, 0, 20, 7]],
    ["an order that is none", [8, 0, 4, 1, 4, 2, 20, 7]],
    ["a member outside of its compound", [12, 0, 4, 3, 4, 1, 1, 1, 4, 0, 20, 7]],
    ["members that are not there", [7, 0, 4, 3, 4, 9, 0]],
    ["another chunk size", [8, 0, 5, 1, 4, 0, 20, 7]],
    ["a gigantic chunk", [8, 0, 2 ** 32 - 1, 1, 2 ** 31, 0, 20, 7]],
  ])("nbit: %s", async (_, clientData) => {
    await expect(decode(5, clientData, new Uint8Array(10), 16)).rejects.toMatchObject(corrupt("nbit"));
  });

  test("nbit: descriptions that are read again and again come to an end", async () => {
    const nested = Array.from({ length: 30 }, () => [2, 64, 3, 64, 5, 0]).flat();
    const clientData = [nested.length + 3, 0, 1, ...nested];
    await expect(decode(5, clientData, new Uint8Array(10), 64)).rejects.toMatchObject(corrupt("nbit"));
  });

  const integers = [2, 0, 4, 0, 4, 1, 0, 1, ...new Array<number>(12).fill(0)];
  const changed = (at: number, value: number) => integers.map((each, place) => (place === at ? value : each));

  test.each([
    ["none", []],
    ["a width that no integer has", changed(4, 3)],
    ["a class that is none", changed(3, 2)],
    ["a scale of floats", changed(0, 0)],
    ["more bits than bytes", changed(1, 33)],
    ["another chunk size", changed(2, 5)],
    ["a gigantic chunk", changed(2, 2 ** 32 - 1)],
  ])("scaleoffset: %s", async (_, clientData) => {
    await expect(decode(6, clientData, new Uint8Array(30), 16)).rejects.toMatchObject(corrupt("scaleoffset"));
  });

  test("scaleoffset: an exponent scale is refused by name", async () => {
    const clientData = [1, 0, 4, 1, 4, 0, 0, 1, ...new Array<number>(12).fill(0)];
    await expect(decode(6, clientData, new Uint8Array(30), 16)).rejects.toMatchObject({ code: "UNSUPPORTED" });
  });
});
