import { createHash } from "node:crypto";
import { isLazyNwbError, type NdArray, type Reference, type Selection } from "@lazynwb/core";
import { describe, expect, test } from "vitest";
import { openHdf5 } from "../../src/index.ts";
import { type Digest, digestOf, type TypeTree } from "../support/canonical.ts";
import {
  type Corpus,
  type ManifestFile,
  type ManifestObject,
  NO_SHARED,
  ownCorpus,
  sharedCorpora,
} from "../support/corpus.ts";
import { countingSource } from "../support/counting-source.ts";

/** Filters that the reader undoes itself; data behind others must be refused by name. */
const OWN_FILTERS = new Set([1, 2, 3, 32000]);

/** Regions hold more than the contract keeps; those that it can say are under unit test. */
const hasOtherReference = (type: TypeTree): boolean => /"ref":"(region|std)/.test(JSON.stringify(type));

function referencesIn(array: NdArray): readonly Reference[] {
  const { data } = array;
  if (data.kind === "reference") return data.targets;
  if (data.kind === "list") return referencesIn(data.values);
  return data.kind === "struct" ? Object.values(data.fields).flatMap(referencesIn) : [];
}

/** A slab of the manifest: its blocks are single elements, evenly spaced. */
function selectionOf({ start, count, stride }: { start: number[]; count: number[]; stride: number[] }): Selection {
  const cuts = start.map((first, axis) => ({
    start: first,
    stop: first + (count[axis]! - 1) * stride[axis]! + 1,
    step: stride[axis]!,
  }));
  const [rows, ...trailing] = cuts;
  return { rows: Float64Array.of(rows!.start, rows!.stop), step: rows!.step, trailing };
}

interface Wanted {
  readonly path: string;
  readonly entry: ManifestObject;
  readonly selection: Selection;
  readonly expected: Digest;
}

function wantedOf(objects: ManifestFile["objects"]): Wanted[] {
  return Object.entries(objects).flatMap(([path, entry]): Wanted[] => {
    if (entry.kind !== "dataset" || entry.space === "null") return [];
    const slabs = entry.slabs ?? [];
    return [
      ...(entry.data ? [{ path, entry, selection: { rows: "all" } as const, expected: entry.data }] : []),
      ...slabs.map((slab) => ({ path, entry, selection: selectionOf(slab), expected: slab })),
    ];
  });
}

/** The feature that reading must be refused by; null where it must give the data. */
function unsupportedFeature({ layout, filters, external }: ManifestObject & { external?: unknown }): RegExp | null {
  if (layout === "virtual") return /virtual/;
  if (external !== undefined) return /external/;
  const filter = filters?.find(({ id }) => !OWN_FILTERS.has(id));
  return filter === undefined ? null : new RegExp(`filter ${filter.id} `);
}

function fixedDigest(array: NdArray, form: "bytes" | "json", n: number): Digest | null {
  if (array.data.kind !== "fixed" || form !== "bytes") return null;
  const { values } = array.data;
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { form, n, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

async function checkFile(corpus: Corpus, name: string, { objects }: ManifestFile): Promise<void> {
  const hierarchy = await openHdf5(countingSource(corpus.read(name), { id: name }));
  const wanted = wantedOf(objects);
  const settled = await Promise.allSettled(hierarchy.read(wanted.map(({ path, selection }) => ({ path, selection }))));
  const references = settled.flatMap((result) => (result.status === "fulfilled" ? referencesIn(result.value) : []));
  const paths = await hierarchy.resolve!(references);
  const pathOf = new Map(references.map(({ objectId }, at) => [objectId, paths[at] ?? null]));
  for (const [at, { path, entry, expected, selection }] of wanted.entries()) {
    const result = settled[at]!;
    const what = `${path} ${JSON.stringify({ ...selection, rows: selection.rows === "all" ? "all" : [...selection.rows] })}`;
    const feature = unsupportedFeature(entry);
    if (result.status === "rejected") {
      if (feature === null) throw new Error(`${what}: ${result.reason}`, { cause: result.reason });
      expect(isLazyNwbError(result.reason, "UNSUPPORTED"), `${what}: ${result.reason}`).toBe(true);
      expect((result.reason as { feature?: string }).feature, what).toMatch(feature);
      continue;
    }
    // An optional filter may have been skipped for every chunk, and a chunk may never have been written.
    if (hasOtherReference(entry.type!)) continue;
    const { form, n, bytes, sha256 } = expected;
    const digest =
      fixedDigest(result.value, form, n) ??
      digestOf(result.value, form, entry.type!, (objectId) => pathOf.get(objectId) ?? null);
    expect(digest, what).toEqual({ form, n, bytes, sha256 });
  }
  await hierarchy.close();
}

describe("data of the files of the checkout equals what libhdf5 reads", () => {
  const corpus = ownCorpus();
  for (const [name, expected] of Object.entries(corpus.files)) test(name, () => checkFile(corpus, name, expected));
});

const shared = sharedCorpora();
if (shared === null) console.log(NO_SHARED);
describe.skipIf(shared === null)("data of the whole corpus", () => {
  for (const corpus of shared ?? [])
    for (const [name, expected] of Object.entries(corpus.files))
      test(`${corpus.name}/${name}`, () => checkFile(corpus, name, expected));
});
