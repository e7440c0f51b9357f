import { ALL, type ByteSource, rowRanges } from "@lazynwb/core";
import { describe, expect, test } from "vitest";
import { openHdf5 } from "../../src/index.ts";
import { ownCorpus } from "../support/corpus.ts";

const FAR = 5_000_000_000;
const corpus = ownCorpus();

/** A file whose data of one contiguous array was moved behind 5 GB of nothing, as bytes that are made when they are read. */
function farFile(name: string, address: number, length: number): ByteSource {
  const bytes = corpus.read(name);
  const view = new DataView(bytes.buffer);
  const places = Array.from({ length: bytes.length - 8 }, (_, at) => at).filter(
    (at) => bytes[at - 2] === 3 && bytes[at - 1] === 1 && view.getBigUint64(at, true) === BigInt(address),
  );
  expect(places).toHaveLength(1);
  view.setBigUint64(places[0]!, BigInt(FAR), true);
  const moved = bytes.slice(address, address + length);
  const size = FAR + length;
  return {
    id: name,
    async read(range) {
      const offset = "suffix" in range ? size - range.suffix : range.offset;
      const stop = Math.min(size, offset + ("suffix" in range ? range.suffix : range.length));
      const part = new Uint8Array(Math.max(0, stop - offset));
      if (offset < bytes.length) part.set(bytes.subarray(offset, Math.min(stop, bytes.length)));
      if (stop > FAR) {
        const from = Math.max(offset, FAR);
        part.set(moved.subarray(from - FAR, stop - FAR), from - offset);
      }
      return { bytes: part, offset, size };
    },
  };
}

describe("a file of more than 4 GiB", () => {
  test("is read beyond them", async () => {
    const [path, entry] = Object.entries(corpus.files["libver_earliest.h5"]!.objects).find(
      ([, { layout, addr, type, shape }]) =>
        layout === "contiguous" && typeof addr === "number" && type?.class === "int" && (shape?.[0] ?? 0) > 3,
    )!;
    const near = await openHdf5({
      id: "near",
      read: async (range) => {
        const bytes = corpus.read("libver_earliest.h5");
        const offset = "suffix" in range ? Math.max(0, bytes.length - range.suffix) : range.offset;
        const length = "suffix" in range ? range.suffix : range.length;
        return { bytes: bytes.subarray(offset, offset + length), offset, size: bytes.length };
      },
    });
    const [expected] = await Promise.all(near.read([{ path, selection: ALL }]));
    const far = await openHdf5(farFile("libver_earliest.h5", entry.addr!, 4096));
    const [found, row] = await Promise.all(
      far.read([
        { path, selection: ALL },
        { path, selection: { rows: rowRanges([2, 3]) } },
      ]),
    );
    expect(found).toEqual(expected);
    expect(row!.shape[0]).toBe(1);
    const [extent] = await far.locate!([{ path, selection: ALL }]);
    expect([...extent!.offsets]).toEqual([FAR]);
  });
});
