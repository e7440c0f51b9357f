import type { DType } from "@lazynwb/core";
import { describe, expect, test } from "vitest";
import { openHdf5 } from "../../src/index.ts";
import { type Corpus, type ManifestFile, NO_SHARED, ownCorpus, sharedCorpora } from "../support/corpus.ts";
import { countingSource } from "../support/counting-source.ts";

/** A type as the manifest writes it down. */
interface Tree {
  readonly class: string;
  readonly size: number | null;
  readonly signed?: boolean;
  readonly exp?: readonly [number, number];
  readonly mant?: readonly [number, number];
  readonly base?: Tree;
  readonly dims?: readonly number[];
  readonly tag?: string;
  readonly ref?: string;
  readonly members?: readonly { readonly name: string; readonly type: Tree }[] | readonly (readonly [string, number])[];
}

const intOf = (size: number, signed: boolean): DType & { kind: "int" } => ({
  kind: "int",
  bits: size <= 1 ? 8 : size <= 2 ? 16 : size <= 4 ? 32 : 64,
  signed,
});

function expectedDType(tree: Tree): DType {
  switch (tree.class) {
    case "int":
    case "bitfield":
      return intOf(tree.size!, tree.class === "int" && tree.signed === true);
    case "float": {
      const [exponent, mantissa] = [tree.exp![1], tree.mant![1]];
      if (exponent <= 5 && mantissa <= 10) return { kind: "float", bits: 16 };
      return { kind: "float", bits: exponent <= 8 && mantissa <= 23 ? 32 : 64 };
    }
    case "string":
      return { kind: "text" };
    case "time":
      return { kind: "opaque", itemBytes: tree.size! };
    case "opaque":
      return { kind: "opaque", itemBytes: tree.size!, ...(tree.tag && { tag: tree.tag }) };
    case "reference":
      return { kind: "reference", to: tree.ref === "region" ? "region" : "object" };
    case "vlen":
      return { kind: "list", item: expectedDType(tree.base!) };
    case "array":
      return { kind: "array", shape: tree.dims!, item: expectedDType(tree.base!) };
    case "complex": {
      const part = expectedDType(tree.base!);
      return {
        kind: "struct",
        fields: [
          { name: "r", dtype: part },
          { name: "i", dtype: part },
        ],
      };
    }
    case "compound": {
      const members = tree.members as readonly { readonly name: string; readonly type: Tree }[];
      return { kind: "struct", fields: members.map(({ name, type }) => ({ name, dtype: expectedDType(type) })) };
    }
    case "enum": {
      const members = [...(tree.members as readonly (readonly [string, number])[])];
      const key = JSON.stringify(members.sort());
      if (key === '[["FALSE",0],["TRUE",1]]') return { kind: "bool" };
      return {
        kind: "enum",
        base: intOf(tree.base!.size!, tree.base!.signed === true),
        names: expect.arrayContaining(members.map(([name]) => name)),
        values: expect.arrayContaining(members.map(([, value]) => BigInt(value))),
      };
    }
    default:
      throw new TypeError(`the manifest knows a class ${tree.class}`);
  }
}

async function checkFile(corpus: Corpus, name: string, { objects }: ManifestFile): Promise<void> {
  const hierarchy = await openHdf5(countingSource(corpus.read(name), { id: name }));
  const entries = Object.entries(objects).filter(([, { kind }]) => kind === "dataset" || kind === "datatype");
  const nodes = await hierarchy.describe([...entries.map(([path]) => path), "/"]);
  entries.forEach(([path, { type }], at) => {
    const node = nodes[at]!;
    if (node.kind === "group") throw new Error(`${path} is a group`);
    expect(node.dtype, path).toEqual(expectedDType(type as Tree));
    if (node.dtype.kind !== "enum") return;
    const { names, values } = node.dtype;
    const members = (type as Tree).members as readonly (readonly [string, number])[];
    expect(Object.fromEntries(names.map((each, index) => [each, values[index]])), path).toEqual(
      Object.fromEntries(members.map(([each, code]) => [each, BigInt(code)])),
    );
  });
}

describe("types of the files of the checkout equal what libhdf5 tells", () => {
  const corpus = ownCorpus();
  for (const [name, expected] of Object.entries(corpus.files)) test(name, () => checkFile(corpus, name, expected));
});

const shared = sharedCorpora();
if (shared === null) console.log(NO_SHARED);
describe.skipIf(shared === null)("types of the whole corpus", () => {
  for (const corpus of shared ?? [])
    for (const [name, expected] of Object.entries(corpus.files))
      test(`${corpus.name}/${name}`, () => checkFile(corpus, name, expected));
});
