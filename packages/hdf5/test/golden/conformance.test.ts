import { describe, expect, test } from "vitest";
import { checkFile } from "../conformance/check-file.ts";
import type { ManifestFile } from "../conformance/manifest.ts";
import { type Corpus, NO_SHARED, ownCorpus, sharedCorpora } from "../support/corpus.ts";
import { countingSource } from "../support/counting-source.ts";

/** What the reader may refuse by name. Whatever it gives must be right. */
const MAY_REFUSE = /^(filter (4|307|32026) )/;

/** Kinds, links, attributes, types, layouts, full reads and slabs, as libhdf5 gave them. */
async function check(corpus: Corpus, name: string, expected: ManifestFile): Promise<void> {
  const bytes = countingSource(corpus.read(name), { id: name });
  const report = await checkFile({ id: name, bytes, store: corpus.store }, expected);
  expect(report.failures).toEqual([]);
  for (const feature of report.unsupported.keys()) expect(feature).toMatch(MAY_REFUSE);
  if (report.unsupported.size === 0) expect(report.equalDigests).toBe(report.digests);
}

describe("the files of the checkout are as libhdf5 tells", () => {
  const corpus = ownCorpus();
  for (const [name, expected] of Object.entries(corpus.files)) test(name, () => check(corpus, name, expected));
});

const shared = sharedCorpora();
describe("the whole corpus is as libhdf5 tells", () => {
  if (shared === null) test.skip(NO_SHARED, () => {});
  for (const corpus of shared ?? [])
    for (const [name, expected] of Object.entries(corpus.files))
      test(`${corpus.name}/${name}`, () => check(corpus, name, expected));
});
