import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { byteSourceContract } from "@lazynwb/core/testing";
import { afterAll, beforeAll, describe, test } from "vitest";
import { blobSource, memorySource, memoryStore } from "../../src/index.ts";
import { fileSource, fileStore } from "../../src/node.ts";
import { wrappers } from "../wrappers.ts";

let folder: string;
let count = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lazynwb-storage-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(bytes: Uint8Array): Promise<string> {
  const name = `object-${count++}.bin`;
  await writeFile(join(folder, name), bytes);
  return name;
}

describe("memory", () => {
  byteSourceContract({ test, make: (bytes) => memorySource(bytes), wrap: wrappers });
});
describe("memory store", () => {
  byteSourceContract({ test, make: (bytes) => memoryStore({ "a/b": bytes }).open("a/b") });
});
describe("blob", () => {
  byteSourceContract({
    test,
    make: (bytes) => blobSource(new Blob([bytes as Uint8Array<ArrayBuffer>])),
    wrap: { opened: wrappers["opened"]! },
  });
});
describe("file", () => {
  byteSourceContract({
    test,
    make: async (bytes) => fileSource(join(folder, await fileOf(bytes))),
    wrap: { opened: wrappers["opened"]! },
  });
});
describe("file store", () => {
  byteSourceContract({ test, make: async (bytes) => fileStore(folder).open(await fileOf(bytes)) });
});
