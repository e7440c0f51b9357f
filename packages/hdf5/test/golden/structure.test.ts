import { createHash } from "node:crypto";
import { type Hierarchy, joinPath, type Link, type Node } from "@lazynwb/core";
import { describe, expect, test } from "vitest";
import { openFile } from "../../src/hierarchy/open-file.ts";
import type { ParsedObject } from "../../src/hierarchy/parsed-object.ts";
import { openHdf5 } from "../../src/index.ts";
import { addressOfObjectId } from "../../src/object-id.ts";
import { digestOf, type TypeTree } from "../support/canonical.ts";
import {
  type Corpus,
  type ManifestFile,
  type ManifestObject,
  NO_SHARED,
  ownCorpus,
  sharedCorpora,
} from "../support/corpus.ts";
import { countingSource } from "../support/counting-source.ts";

/** What a walk in the order of the manifest finds. */
interface Walked {
  readonly links: ReadonlyMap<string, Link>;
  readonly nodes: ReadonlyMap<string, Node>;
  readonly pathOfId: ReadonlyMap<string, string>;
  readonly names: ReadonlyMap<string, readonly string[]>;
}

async function walk(hierarchy: Hierarchy, expected: ManifestFile): Promise<Walked> {
  const links = new Map<string, Link>();
  const nodes = new Map<string, Node>();
  const pathOfId = new Map<string, string>();
  const names = new Map<string, readonly string[]>();
  const visit = async (path: string): Promise<void> => {
    const children = await hierarchy.list(path);
    names.set(
      path,
      children.map(({ name }) => name),
    );
    const paths = children.map(({ name }) => joinPath(path, name)).filter((child) => child in expected.objects);
    const described = new Map<string, Node | null>();
    const failures: string[] = [];
    const found = await hierarchy.describe(paths, { onFailure: (at, error) => failures.push(`${at}: ${error}`) });
    paths.forEach((child, at) => {
      described.set(child, found[at]!);
    });
    expect(failures.filter((failure) => !failure.includes("external link"))).toEqual([]);
    for (const link of children) {
      const child = joinPath(path, link.name);
      links.set(child, link);
      const node = described.get(child);
      if (link.type !== "hard" || !node || pathOfId.has(node.objectId)) continue;
      pathOfId.set(node.objectId, child);
      nodes.set(child, node);
      if (node.kind === "group") await visit(child);
    }
  };
  const [root] = await hierarchy.describe(["/"]);
  nodes.set("/", root!);
  pathOfId.set(root!.objectId, "/");
  await visit("/");
  return { links, nodes, pathOfId, names };
}

const KINDS = { group: "group", array: "dataset", datatype: "datatype" } as const;

function checkLink(path: string, entry: ManifestObject, walked: Walked, hierarchy: Hierarchy): Promise<void> | void {
  const link = walked.links.get(path);
  switch (entry.kind) {
    case "hard":
      expect(link?.type === "hard" && walked.pathOfId.get(link.objectId!), path).toBe(entry.same_as);
      return;
    case "external":
      expect(link, path).toMatchObject({ type: "external", file: entry.file, target: entry.target });
      return;
    case "soft":
      expect(link, path).toMatchObject({ type: "soft", target: entry.target });
      return hierarchy.describe([path, "/"]).then(([node]) => {
        expect(node ? KINDS[node.kind] : null, path).toBe(entry.resolves);
      });
    default:
      expect(walked.nodes.has(path) && KINDS[walked.nodes.get(path)!.kind], path).toBe(entry.kind);
  }
}

function checkGroup(path: string, entry: ManifestObject, walked: Walked): void {
  const names = walked.names.get(path)!;
  expect(names.length, path).toBe(entry.n);
  expect(createHash("sha256").update(JSON.stringify(names)).digest("hex"), path).toBe(entry.names_sha256);
}

const hasRegion = (type: TypeTree): boolean => /"ref":"(region|std)/.test(JSON.stringify(type));

function checkAttributes(path: string, entry: ManifestObject, walked: Walked): void {
  const { attributes } = walked.nodes.get(path)!;
  const expected = entry.attrs ?? {};
  const readable = Object.entries(expected).filter(([, { type }]) => !hasRegion(type));
  expect(Object.keys(attributes), path).toEqual(expect.arrayContaining(readable.map(([name]) => name)));
  for (const name of Object.keys(attributes)) expect(expected, path).toHaveProperty([name]);
  for (const [name, { form, n, bytes, sha256, type }] of readable) {
    const digest = digestOf(attributes[name]!, form, type, (id) => walked.pathOfId.get(id) ?? null);
    expect(digest, `${path}@${name}`).toEqual({ form, n, bytes, sha256 });
  }
}

const INDEXES: Readonly<Record<string, string>> = { btree1: "btree1", btree2: "btree2", single: "single" };

function checkDataset(
  path: string,
  entry: ManifestObject,
  node: Node,
  object: ParsedObject,
  baseAddress: number,
): void {
  if (node.kind !== "array" || object.kind !== "array") throw new Error(`${path} is no array`);
  const { layout, filters, maxShape, fillValue } = object.dataset;
  expect(node.shape, path).toEqual(entry.shape);
  // libhdf5 does not know its own mark for "without limit" again where lengths have four bytes.
  const maxShapeTold =
    entry.maxshape?.map((size) => (size === null || size === 2 ** 32 - 1 ? Number.POSITIVE_INFINITY : size)) ??
    entry.shape;
  expect(maxShape, path).toEqual(maxShapeTold);
  expect(node.chunks, path).toEqual(entry.chunks);
  expect(
    filters.map(({ id, flags, clientData }) => ({ id, flags, cd: clientData })),
    path,
  ).toEqual((entry.filters ?? []).map(({ id, flags, cd }) => ({ id, flags, cd })));
  if (entry.fill === undefined) expect(fillValue?.some((byte) => byte !== 0) ?? false, path).toBe(false);
  else expect(fillValue, path).not.toBeNull();
  if (layout.kind === "unsupported") {
    expect(layout.feature, path).toBe(entry.layout === "virtual" ? "virtual dataset" : "external raw file");
    return;
  }
  expect(layout.kind, path).toBe(entry.layout);
  if (layout.kind === "chunked") expect(layout.index.kind, path).toBe(INDEXES[entry.index!] ?? entry.index);
  if (layout.kind !== "contiguous") return;
  // h5py adds the user block to the -1 that libhdf5 gives for "no address".
  const told = entry.addr === baseAddress - 1 ? null : (entry.addr ?? null);
  expect(layout.address === null ? null : layout.address + baseAddress, path).toBe(told);
}

async function checkFile(corpus: Corpus, name: string, expected: ManifestFile): Promise<void> {
  const bytes = corpus.read(name);
  const source = countingSource(bytes, { id: name });
  const hierarchy = await openHdf5(source);
  const file = (await openFile(source, {}))!;
  expect(file.superblock.version).toBe(expected.superblock);
  expect([file.bytes.offsetBytes, file.bytes.lengthBytes]).toEqual(expected.sizes);
  expect(file.bytes.baseAddress).toBe(expected.userblock);
  const walked = await walk(hierarchy, expected);
  for (const [path, entry] of Object.entries(expected.objects)) {
    await checkLink(path, entry, walked, hierarchy);
    if (entry.kind === "group") checkGroup(path, entry, walked);
    if (walked.nodes.has(path)) checkAttributes(path, entry, walked);
    if (entry.kind !== "dataset") continue;
    const node = walked.nodes.get(path)!;
    checkDataset(path, entry, node, await file.object(addressOfObjectId(node.objectId)!), file.bytes.baseAddress);
  }
  const ids = [...walked.pathOfId.keys()];
  const sampled = Object.values(expected.objects).some((entry) => "sampled" in entry);
  const paths = await hierarchy.resolve!(ids.map((objectId) => ({ objectId })));
  if (!sampled) expect(paths).toEqual([...walked.pathOfId.values()]);
  await hierarchy.close();
}

describe("structure of the files of the checkout equals what libhdf5 tells", () => {
  const corpus = ownCorpus();
  for (const [name, expected] of Object.entries(corpus.files)) test(name, () => checkFile(corpus, name, expected));
});

const shared = sharedCorpora();
if (shared === null) console.log(NO_SHARED);
describe.skipIf(shared === null)("structure of the whole corpus", () => {
  for (const corpus of shared ?? [])
    for (const [name, expected] of Object.entries(corpus.files))
      test(`${corpus.name}/${name}`, () => checkFile(corpus, name, expected));
});
