import { readFileSync } from "node:fs";
import { join } from "node:path";
import { joinPath } from "@lazynwb/core";
import { describe, expect, test } from "vitest";
import { DEFAULT_HEAD_BYTES, DEFAULT_TAIL_BYTES, type OpenHdf5Options, openHdf5 } from "../../src/index.ts";
import { ownCorpus } from "../support/corpus.ts";
import { countingSource } from "../support/counting-source.ts";

const sessions = join(import.meta.dirname, "../../../fixtures/data/sessions");
const session = new Uint8Array(readFileSync(join(sessions, "sub-Aster_ses-2024-03-04.nwb")));

interface Cost {
  readonly rounds: number;
  readonly requests: number;
  readonly bytes: number;
}

/** What it costs to open a session, and to learn the types and attributes of all columns of a table. */
async function schemaCost(options: OpenHdf5Options): Promise<{ readonly open: Cost; readonly schema: Cost }> {
  const source = countingSource(session);
  const cost = () => ({ rounds: source.log.batches.length, requests: source.log.requests, bytes: source.log.bytes });
  const hierarchy = await openHdf5(source, options);
  const open = cost();
  const links = await hierarchy.list("/units");
  const nodes = await hierarchy.describe(["/units", ...links.map(({ name }) => joinPath("/units", name))]);
  expect(nodes.length).toBeGreaterThan(20);
  expect(nodes).not.toContain(null);
  return { open, schema: cost() };
}

describe("what is fetched", () => {
  test("opening costs the head and the tail, in one round", async () => {
    const { open } = await schemaCost({});
    expect(open).toEqual({ rounds: 1, requests: 2, bytes: DEFAULT_HEAD_BYTES + DEFAULT_TAIL_BYTES });
  });

  test("a table's columns with their attributes: few rounds, few requests, whatever the windows", async () => {
    const { schema: usual } = await schemaCost({});
    expect(usual.rounds).toBeLessThanOrEqual(3);
    expect(usual.requests).toBeLessThanOrEqual(4);
    expect(usual.bytes).toBeLessThanOrEqual(660_000);
    const { schema: scan } = await schemaCost({ headBytes: 16 * 1024, tailBytes: 64 * 1024 });
    expect(scan.rounds).toBeLessThanOrEqual(6);
    expect(scan.requests).toBeLessThanOrEqual(11);
    expect(scan.bytes).toBeLessThanOrEqual(260_000);
    const { schema: blind } = await schemaCost({ headBytes: 2048, tailBytes: 0 });
    expect(blind.rounds).toBeLessThanOrEqual(6);
    expect(blind.requests).toBeLessThanOrEqual(13);
    expect(blind.bytes).toBeLessThanOrEqual(180_000);
  });

  test("what is known costs nothing", async () => {
    const source = countingSource(session);
    const hierarchy = await openHdf5(source);
    const learn = async () => {
      const links = await hierarchy.list("/units");
      await hierarchy.describe(links.map(({ name }) => joinPath("/units", name)));
    };
    await learn();
    const before = source.log.requests;
    await learn();
    expect(source.log.requests).toBe(before);
  });

  test("a group of a thousand links and its members are a few batches, not a thousand", async () => {
    const corpus = ownCorpus();
    const source = countingSource(corpus.read("sohm_btree_v110.h5"));
    const hierarchy = await openHdf5(source, { headBytes: 512, tailBytes: 0 });
    const links = await hierarchy.list("/");
    const nodes = await hierarchy.describe(links.map(({ name }) => `/${name}`));
    expect(nodes.filter((node) => node?.kind === "array").length).toBe(40);
    expect(source.log.batches.length).toBeLessThanOrEqual(8);
    expect(source.log.bytes).toBeLessThanOrEqual(40_000);
  });

  test("without gaps to join, no byte is fetched twice", async () => {
    const corpus = ownCorpus();
    for (const file of ["groups_v110_tracked.h5", "groups_earliest.h5", "nwb_libver_latest.h5"]) {
      const bytes = corpus.read(file);
      const source = countingSource(bytes, { hints: { maxGapBytes: 0 } });
      const hierarchy = await openHdf5(source, { headBytes: 512, tailBytes: 512, overReadBytes: 256 });
      const visit = async (path: string): Promise<void> => {
        const links = await hierarchy.list(path);
        const nodes = await hierarchy.describe(links.map(({ name }) => joinPath(path, name)));
        const groups = nodes.filter((node, at) => node?.kind === "group" && links[at]!.type === "hard");
        await Promise.all(groups.filter((node) => node!.path.split("/").length < 6).map((node) => visit(node!.path)));
      };
      await visit("/");
      const fetched = new Uint8Array(bytes.length);
      for (const { offset, length } of source.log.batches.flat())
        for (let at = offset; at < offset + length; at++) fetched[at]! += 1;
      expect(
        fetched.findIndex((times) => times > 1),
        file,
      ).toBe(-1);
    }
  });
});
