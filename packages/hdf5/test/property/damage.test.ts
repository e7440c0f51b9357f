import { ALL, isLazyNwbError } from "@lazynwb/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openHdf5 } from "../../src/index.ts";
import { ownCorpus } from "../support/corpus.ts";
import { countingSource } from "../support/counting-source.ts";

const corpus = ownCorpus();
const MAX_VISITED = 60;

/** Visits a file as far as it lets itself be visited. Only errors of ours may come out. */
async function visit(bytes: Uint8Array): Promise<number> {
  const source = countingSource(bytes);
  const attempt = async <Result>(action: () => Promise<Result>): Promise<Result | undefined> => {
    try {
      return await action();
    } catch (error) {
      if (!isLazyNwbError(error)) throw error;
      return undefined;
    }
  };
  const hierarchy = await attempt(() =>
    openHdf5(source, { headBytes: 256, tailBytes: 0, maxResultBytes: 1 << 20, maxChunkBytes: 1 << 20 }),
  );
  if (hierarchy === undefined) return source.log.requests;
  const waiting = ["/"];
  const ids = new Set<string>();
  for (let path = waiting.pop(); path !== undefined && ids.size < MAX_VISITED; path = waiting.pop()) {
    const at = path;
    const [node] = (await attempt(() => hierarchy.describe([at]))) ?? [];
    if (!node || ids.has(node.objectId)) continue;
    ids.add(node.objectId);
    if (node.kind === "array") await attempt(() => hierarchy.read([{ path: at, selection: ALL }])[0]!);
    if (node.kind !== "group") continue;
    const links = (await attempt(() => hierarchy.list(at))) ?? [];
    waiting.push(...links.slice(0, MAX_VISITED).map(({ name }) => `${at}/${name}`));
  }
  await attempt(() => hierarchy.resolve!([...ids].map((objectId) => ({ objectId }))));
  await hierarchy.close();
  return source.log.requests;
}

const FILES = ["libver_earliest.h5", "libver_v110.h5", "groups_v108.h5", "references_v112.h5", "sohm_btree_v110.h5"];

describe("a file with changed bytes is read or refused, never followed without end", () => {
  test.each(FILES)("%s", async (file) => {
    const bytes = corpus.read(file);
    const change = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }));
    const seed = Math.floor(Math.random() * 2 ** 31);
    console.log(`${file}: seed ${seed}`);
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 40 }),
        fc.nat(bytes.length),
        async (changes, cut) => {
          const damaged = bytes.slice(0, cut % 4 === 0 ? cut : bytes.length);
          for (const [at, value] of changes) if (at < damaged.length) damaged[at] = value;
          expect(await visit(damaged)).toBeLessThan(400);
        },
      ),
      { seed, numRuns: 40 },
    );
  });
});
