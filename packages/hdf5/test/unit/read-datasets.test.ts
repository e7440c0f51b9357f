import { isLazyNwbError, type NdArray, rowRanges } from "@lazynwb/core";
import { describe, expect, test } from "vitest";
import type { Dataset } from "../../src/dataset.ts";
import type { Codec } from "../../src/filter-pipeline/codec.ts";
import { locateDatasets, readDatasets } from "../../src/read.ts";
import { chunkedFile } from "../support/chunked-file.ts";
import { datasetOf, float64, memoryFile, singleChunk } from "../support/memory-file.ts";

const ALL = { rows: "all" } as const;
const numbers = (array: NdArray) => (array.data.kind === "fixed" ? [...(array.data.values as Int32Array)] : []);
const KILOBYTE = 1024;

describe("requests and bytes", () => {
  test("ten ragged rows inside an unfiltered chunk of 2.8 MB cost kilobytes, in one call", async () => {
    const rows = 350_000;
    const bytes = new Uint8Array(1000 + rows * 8);
    new Float64Array(bytes.buffer, 1000).forEach((_, at, all) => {
      all[at] = at / 30;
    });
    const file = memoryFile(bytes);
    const dataset = datasetOf(singleChunk([rows], 1000), [rows], { datatype: float64 });
    const ranges = rowRanges(
      ...Array.from({ length: 10 }, (_, at): [number, number] => [at * 30_000, at * 30_000 + 900]),
    );
    const [values] = await Promise.all(readDatasets(file, [{ dataset, selection: { rows: ranges } }]));
    expect(values!.shape).toEqual([9000]);
    expect(numbers(values!)[8999]).toBe((9 * 30_000 + 899) / 30);
    expect(file.log.data).toHaveLength(1);
    expect(file.log.dataRequests).toBe(10);
    expect(file.log.dataBytes).toBe(72_000);
    expect(file.log.metadata).toHaveLength(0);
  });

  test("rows closer than the gap are one fetch: thousands of them are a few requests", async () => {
    const file = memoryFile(new Uint8Array(4_000_000));
    const dataset = datasetOf({ kind: "contiguous", address: 0, size: 4_000_000 }, [1_000_000]);
    const ranges = rowRanges(...Array.from({ length: 5000 }, (_, at): [number, number] => [at * 200, at * 200 + 3]));
    await Promise.all(readDatasets(file, [{ dataset, selection: { rows: ranges } }]));
    expect(file.log.dataRequests).toBe(1);
  });

  test("a few columns of wide rows are fetched without the rest of the rows", async () => {
    const [rows, columns] = [50, 20_000];
    const file = memoryFile(new Uint8Array(rows * columns * 4));
    const dataset = datasetOf({ kind: "contiguous", address: 0, size: rows * columns * 4 }, [rows, columns]);
    const selection = { rows: "all", trailing: [{ start: 7, stop: 9 }] } as const;
    await Promise.all(readDatasets(file, [{ dataset, selection }]));
    expect(file.log.dataRequests).toBe(rows);
    expect(file.log.dataBytes).toBe(rows * 8);
  });

  test("of filtered chunks only those that hold wanted rows are fetched, neighbours together", async () => {
    const { bytes, dataset } = chunkedFile({ shape: [4000], chunkShape: [100], deflate: true });
    const file = memoryFile(bytes);
    const [values] = await Promise.all(
      readDatasets(file, [{ dataset, selection: { rows: rowRanges([150, 160], [250, 260], [3999, 4000]) } }]),
    );
    expect(values!.shape).toEqual([21]);
    expect(file.log.dataRequests).toBe(1);
    const far = chunkedFile({ shape: [4000], chunkShape: [100], deflate: true, gap: 20 * KILOBYTE });
    const second = memoryFile(far.bytes);
    const selection = { rows: rowRanges([150, 160], [3999, 4000]) };
    await Promise.all(readDatasets(second, [{ dataset: far.dataset, selection }]));
    expect(second.log.dataRequests).toBe(2);
    expect(second.log.dataBytes).toBeLessThan(900);
  });

  test("all datasets of a call share their rounds: one a level of the indexes, one for data", async () => {
    const one = chunkedFile({ shape: [900], chunkShape: [10], nodeEntries: 4 });
    const file = memoryFile(one.bytes);
    const empty = datasetOf({ kind: "contiguous", address: null, size: 0 }, [5], { objectId: "h5:9" });
    const requests = [
      { dataset: one.dataset, selection: { rows: rowRanges([100, 101]) } },
      { dataset: { ...one.dataset, objectId: "h5:2" }, selection: { rows: rowRanges([800, 805]) } },
      { dataset: empty, selection: ALL },
    ];
    const values = await Promise.all(readDatasets(file, requests));
    expect(values.map(({ shape }) => shape)).toEqual([[1], [5], [5]]);
    expect(numbers(values[0]!)).toEqual([one.values[100]]);
    // 90 chunks in 23 leaves under 6, 2 and 1 nodes: four levels, and of each only the node on the way, of both datasets.
    expect(file.log.metadata.map((ranges) => ranges.length)).toEqual([2, 2, 2, 2]);
    expect(file.log.data).toHaveLength(1);
  });

  test("locate goes through the index; the read after it does not again", async () => {
    const { bytes, dataset } = chunkedFile({ shape: [900], chunkShape: [10], nodeEntries: 4, deflate: true });
    const file = memoryFile(bytes);
    const request = { dataset, selection: { rows: rowRanges([100, 130]) } };
    const [extent] = await locateDatasets(file, [request]);
    const walked = file.log.metadata.length;
    expect(walked).toBeGreaterThan(1);
    expect(extent).toMatchObject({ decodedBytes: 120, exact: true });
    await Promise.all(readDatasets(file, [request]));
    expect(file.log.metadata).toHaveLength(walked);
    const fetched = file.log.data.flat();
    expect(fetched.map(({ address }) => address)).toEqual([...extent!.offsets]);
    expect(fetched.map(({ length }) => length)).toEqual([...extent!.lengths]);
  });

  test("extents count from the beginning of the object, with its user block", async () => {
    const dataset = datasetOf({ kind: "contiguous", address: 100, size: 40 }, [10]);
    const file = memoryFile(new Uint8Array(1000), { baseAddress: 512 });
    const [extent] = await locateDatasets(file, [{ dataset, selection: { rows: rowRanges([2, 4]) } }]);
    expect([...extent!.offsets, ...extent!.lengths]).toEqual([620, 8]);
  });

  test("the extent of text tells that more bytes follow from it", async () => {
    const dataset = datasetOf({ kind: "contiguous", address: 0, size: 160 }, [10], {
      datatype: { class: "vlen-string", size: 16 },
    });
    const [extent] = await locateDatasets(memoryFile(new Uint8Array(160)), [{ dataset, selection: ALL }]);
    expect(extent).toMatchObject({ lengths: Float64Array.of(160), decodedBytes: 40, exact: false });
  });

  test("bytes under way are bounded: a large read goes on as its parts are used up", async () => {
    const size = 200 * 2 ** 20;
    let under = 0;
    let most = 0;
    const part = new Uint8Array(8 * 2 ** 20);
    const file = {
      ...memoryFile(new Uint8Array(0), { tellSize: false }),
      readData: (ranges: readonly { length: number }[]) =>
        ranges.map(async ({ length }) => {
          under += length;
          most = Math.max(most, under);
          await new Promise((resolve) => setTimeout(resolve, 1));
          under -= length;
          return part.subarray(0, length);
        }),
    };
    const dataset = datasetOf({ kind: "contiguous", address: 0, size }, [size / 4]);
    const [values] = await Promise.all(readDatasets(file, [{ dataset, selection: ALL }]));
    expect(values!.shape).toEqual([size / 4]);
    expect(most).toBeLessThanOrEqual(64 * 2 ** 20);
    expect(most).toBeGreaterThan(32 * 2 ** 20);
  });
});

describe("each request settles alone", () => {
  const good = chunkedFile({ shape: [100], chunkShape: [10], deflate: true });
  const file = (more = {}) => memoryFile(good.bytes, more);
  const settle = (requests: readonly { dataset: Dataset; selection: typeof ALL }[], of = file(), options = {}) =>
    Promise.allSettled(readDatasets(of, requests, options));

  test("a selection that does not fit, a filter we lack, a chunk that is damaged", async () => {
    const bytes = good.bytes.slice();
    bytes[70]! ^= 0xff;
    const requests = [
      { dataset: good.dataset, selection: { rows: rowRanges([90, 101]) } },
      { dataset: { ...good.dataset, filters: [{ id: 29999, name: "", flags: 0, clientData: [] }] }, selection: ALL },
      { dataset: good.dataset, selection: ALL },
      { dataset: good.dataset, selection: { rows: rowRanges([50, 60]) } },
    ];
    const settled = await Promise.allSettled(readDatasets(memoryFile(bytes), requests));
    const codes = settled.map((each) => (each.status === "rejected" ? (each.reason as { code: string }).code : "ok"));
    expect(codes).toEqual(["QUERY", "UNSUPPORTED", "CORRUPT_CHUNK", "ok"]);
    expect(settled[1]).toMatchObject({ reason: { feature: expect.stringMatching(/^filter 29999 /) } });
    expect(settled[2]).toMatchObject({ reason: { path: "/data", filter: "deflate" } });
  });

  test("an index that leaves the file spoils its own dataset only", async () => {
    const layout = { ...good.dataset.layout, index: { kind: "btree1", address: 10_000_000 } } as Dataset["layout"];
    const lost = { ...good.dataset, objectId: "h5:3", layout };
    const settled = await settle([
      { dataset: lost, selection: ALL },
      { dataset: good.dataset, selection: ALL },
    ]);
    expect(settled.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
  });

  test("bytes that cannot be had reject with what the source threw", async () => {
    const error = new Error("no network");
    const [first] = await settle(
      [{ dataset: good.dataset, selection: ALL }],
      file({
        beforeData: () => {
          throw error;
        },
      }),
    );
    expect(first).toMatchObject({ status: "rejected", reason: error });
  });

  test("an abort rejects with its reason, before and while bytes are under way", async () => {
    const reason = new Error("enough");
    const early = await settle([{ dataset: good.dataset, selection: ALL }], file(), {
      signal: AbortSignal.abort(reason),
    });
    expect(early).toMatchObject([{ status: "rejected", reason }]);
    const controller = new AbortController();
    const late = await settle(
      [
        { dataset: good.dataset, selection: ALL },
        { dataset: datasetOf({ kind: "contiguous", address: 0, size: 40 }, [10]), selection: ALL },
      ],
      file({ beforeData: () => controller.abort(reason) }),
      { signal: controller.signal },
    );
    expect(late).toMatchObject([
      { status: "rejected", reason },
      { status: "rejected", reason },
    ]);
  });

  test("codecs are a value that is passed in", async () => {
    const deflate: Codec = {
      id: 1,
      name: "none",
      decode: () => new Uint8Array(Int32Array.from({ length: 10 }, () => 7).buffer),
    };
    const [first] = await settle([{ dataset: good.dataset, selection: ALL }], file(), { codecs: [deflate] });
    expect(first).toMatchObject({ status: "fulfilled", value: { data: { values: new Int32Array(100).fill(7) } } });
  });
});

describe("limits and absent data", () => {
  const code = async (dataset: Dataset, selection: { rows: "all" | Float64Array }, options = {}, size = 100_000) => {
    const [settled] = await Promise.allSettled(
      readDatasets(memoryFile(new Uint8Array(size)), [{ dataset, selection }], options),
    );
    if (settled!.status === "fulfilled") return "ok";
    return isLazyNwbError(settled!.reason) ? settled!.reason.code : settled!.reason;
  };

  test("what was never written reads as fill values, or as zeros", async () => {
    const fillValue = new Uint8Array(Int32Array.of(-3).buffer);
    const unwritten = { kind: "contiguous", address: null, size: 0 } as const;
    const requests = [
      { dataset: datasetOf(unwritten, [3, 2], { fillValue }), selection: ALL },
      { dataset: datasetOf(unwritten, [3]), selection: ALL },
      { dataset: datasetOf(unwritten, []), selection: ALL },
      { dataset: datasetOf({ kind: "contiguous", address: null, size: 0 }, [0]), selection: ALL },
      { dataset: { ...datasetOf(unwritten, []), shape: null }, selection: ALL },
    ];
    const values = await Promise.all(readDatasets(memoryFile(new Uint8Array(0)), requests));
    expect(values.map(({ shape }) => shape)).toEqual([[3, 2], [3], [], [0], [0]]);
    expect(values.map(numbers)).toEqual([[-3, -3, -3, -3, -3, -3], [0, 0, 0], [0], [], []]);
    const wrong = datasetOf(unwritten, [3], { fillValue: new Uint8Array([1, 2]) });
    expect(await code(wrong, ALL)).toBe("FORMAT");
  });

  test("a result above the limit is refused before it is allocated, written or not", async () => {
    const huge = datasetOf({ kind: "contiguous", address: null, size: 0 }, [2 ** 40]);
    expect(await code(huge, ALL)).toBe("LIMIT");
    expect(await code(huge, { rows: rowRanges([2 ** 39, 2 ** 39 + 5]) })).toBe("ok");
    const large = datasetOf({ kind: "contiguous", address: null, size: 0 }, [600_000_000]);
    expect(await code(large, ALL)).toBe("LIMIT");
    const small = datasetOf({ kind: "contiguous", address: null, size: 0 }, [100]);
    expect(await code(small, ALL, { maxResultBytes: 399 })).toBe("LIMIT");
    expect(await code(small, ALL, { maxResultBytes: 400 })).toBe("ok");
  });

  test("data that leaves its storage, or the file, is refused before it is allocated", async () => {
    expect(await code(datasetOf({ kind: "contiguous", address: 0, size: 40 }, [11]), ALL)).toBe("FORMAT");
    const beyond = datasetOf({ kind: "contiguous", address: 90_000, size: 2 ** 31 - 4 }, [2 ** 29 - 1]);
    expect(await code(beyond, ALL)).toBe("TRUNCATED_FILE");
    expect(await code(beyond, { rows: rowRanges([0, 10]) })).toBe("ok");
    const compact = datasetOf({ kind: "compact", bytes: new Uint8Array(12) }, [4]);
    expect(await code(compact, ALL)).toBe("FORMAT");
  });

  test("chunks that cannot be: of no size, of another rank, too many to count, too large to decode", async () => {
    const filters = [{ id: 1, name: "", flags: 0, clientData: [6] }];
    expect(await code(datasetOf(singleChunk([0], 0), [4]), ALL)).toBe("FORMAT");
    expect(await code(datasetOf(singleChunk([4, 4], 0), [4]), ALL)).toBe("FORMAT");
    const rows = { rows: rowRanges([0, 1]) };
    expect(await code(datasetOf(singleChunk([1], 0), [2 ** 53]), rows)).toBe("LIMIT");
    const packed = datasetOf(singleChunk([1_000_000], 0, 100), [1_000_000], { filters });
    expect(await code(packed, rows, { maxChunkBytes: 3_999_999 })).toBe("LIMIT");
    expect(await code(packed, rows)).toBe("CORRUPT_CHUNK");
    expect(await code(datasetOf(singleChunk([4], 0, 90_000), [4], { filters }), rows)).toBe("CORRUPT_CHUNK");
    expect(await code(datasetOf(singleChunk([400], 0, 300), [400]), rows)).toBe("CORRUPT_CHUNK");
  });
});
