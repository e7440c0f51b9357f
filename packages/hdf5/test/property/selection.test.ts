import type { Selection } from "@lazynwb/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Dataset } from "../../src/dataset.ts";
import { readDatasets } from "../../src/read.ts";
import { type ChunkedFile, chunkedFile } from "../support/chunked-file.ts";
import { datasetOf, memoryFile } from "../support/memory-file.ts";

const shapes = fc.array(fc.integer({ min: 1, max: 13 }), { minLength: 1, maxLength: 3 });

/** A shape, chunks for it, and a selection of it. */
const cases = shapes.chain((shape) =>
  fc.record({
    shape: fc.constant(shape),
    chunkShape: fc.tuple(...shape.map((length) => fc.integer({ min: 1, max: length + 3 }))),
    edges: fc.uniqueArray(fc.nat(shape[0]!), { maxLength: 8 }),
    all: fc.boolean(),
    step: fc.integer({ min: 1, max: 4 }),
    cuts: fc.tuple(
      ...shape.slice(1).map((length) => fc.tuple(fc.nat(length), fc.nat(length), fc.integer({ min: 1, max: 3 }))),
    ),
    cut: fc.boolean(),
    seed: fc.nat(7),
  }),
);

type Case = typeof cases extends fc.Arbitrary<infer Value> ? Value : never;

function selectionOf({ edges, all, step, cuts, cut }: Case): Selection {
  const sorted = [...edges].sort((left, right) => left - right);
  const rows = all ? "all" : Float64Array.from(sorted.slice(0, sorted.length - (sorted.length % 2)));
  const trailing = cuts.map(([left, right, by]) => ({
    start: Math.min(left, right),
    stop: Math.max(left, right),
    step: by,
  }));
  return { rows, step, ...(cut && { trailing }) };
}

/** Elements of a selection, picked out of the whole array one by one. */
function naive(values: Int32Array, shape: readonly number[], { rows, step = 1, trailing }: Selection): number[] {
  const ranges = rows === "all" ? [0, shape[0]!] : [...rows];
  const places: number[][] = [[]];
  for (let at = 0; at < ranges.length; at += 2)
    for (let row = ranges[at]!; row < ranges[at + 1]!; row += step) places[0]!.push(row);
  for (let axis = 1; axis < shape.length; axis++) {
    const { start, stop, step: by = 1 } = trailing?.[axis - 1] ?? { start: 0, stop: shape[axis]! };
    places.push([]);
    for (let at = start; at < stop; at += by) places[axis]!.push(at);
  }
  let flat = [0];
  places.forEach((axis, at) => {
    flat = flat.flatMap((before) => axis.map((place) => before * shape[at]! + place));
  });
  return flat.map((at) => values[at]!);
}

async function read(bytes: Uint8Array, dataset: Dataset, selection: Selection): Promise<number[]> {
  const [values] = await Promise.all(readDatasets(memoryFile(bytes), [{ dataset, selection }]));
  if (values?.data.kind !== "fixed") throw new TypeError("int32 is fixed");
  return [...(values.data.values as Int32Array)];
}

function contiguousFile({ shape }: Case): ChunkedFile {
  const { values } = chunkedFile({ shape, chunkShape: shape });
  const bytes = new Uint8Array(24 + values.byteLength);
  bytes.set(new Uint8Array(values.buffer), 24);
  const layout = { kind: "contiguous", address: 24, size: values.byteLength } as const;
  return { bytes, dataset: datasetOf(layout, shape), values };
}

function compactFile({ shape }: Case): ChunkedFile {
  const { values } = chunkedFile({ shape, chunkShape: shape });
  const layout = { kind: "compact", bytes: new Uint8Array(values.buffer) } as const;
  return { bytes: new Uint8Array(0), dataset: datasetOf(layout, shape), values };
}

const kinds: Record<string, (of: Case) => ChunkedFile> = {
  compact: compactFile,
  contiguous: contiguousFile,
  "chunked, not filtered": ({ shape, chunkShape, seed }) =>
    chunkedFile({ shape, chunkShape, nodeEntries: 2 + seed, gap: seed * 8000 }),
  "chunked with holes": ({ shape, chunkShape, seed }) =>
    chunkedFile({ shape, chunkShape, fill: -5, isMissing: (number) => (number * 7 + seed) % 3 === 0 }),
  deflated: ({ shape, chunkShape, seed }) =>
    chunkedFile({ shape, chunkShape, deflate: true, nodeEntries: 2 + seed, isSkipped: (at) => (at + seed) % 4 === 0 }),
};

describe("a selection equals the same elements of the whole array", () => {
  test.each(Object.entries(kinds))("%s", async (_, make) => {
    await fc.assert(
      fc.asyncProperty(cases, async (of) => {
        const { bytes, dataset, values } = make(of);
        const selection = selectionOf(of);
        expect(await read(bytes, dataset, selection)).toEqual(naive(values, of.shape, selection));
      }),
      { verbose: 1, numRuns: 150 },
    );
  });
});
