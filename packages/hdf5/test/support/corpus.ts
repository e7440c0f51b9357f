import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type ByteStore, SourceNotFoundError } from "@lazynwb/core";
import type { ManifestFile } from "../conformance/manifest.ts";
import { countingSource } from "./counting-source.ts";

const here = import.meta.dirname;
const repository = join(here, "../../../..");

/** Files that every checkout has. */
export const FIXTURES: string = join(repository, "packages/fixtures/data/hdf5");
/** The whole corpus, where it is at hand. */
const SHARED = join(process.env["LAZYNWB_SHARED"] ?? join(repository, "../shared"), "conformance");

/** A folder of files with known answers. */
export interface Corpus {
  readonly name: string;
  readonly files: Readonly<Record<string, ManifestFile>>;
  read(file: string): Uint8Array;
  /** The files beside those of the manifest, which their links lead to. */
  readonly store: ByteStore;
}

/** The files of a folder, under their names. */
function storeOf(folder: string): ByteStore {
  return {
    id: folder,
    open: (key) => ({
      id: key,
      async read(range) {
        const place = join(folder, key);
        if (!existsSync(place)) throw new SourceNotFoundError(`there is nothing at ${key}`, { source: key });
        return countingSource(new Uint8Array(readFileSync(place)), { id: key }).read(range);
      },
    }),
  };
}

function corpusAt(name: string, folder: string): Corpus | null {
  const manifest = join(folder, "manifest.json");
  if (!existsSync(manifest)) return null;
  return {
    name,
    files: JSON.parse(readFileSync(manifest, "utf8")) as Record<string, ManifestFile>,
    read: (file) => new Uint8Array(readFileSync(join(folder, file))),
    store: storeOf(folder),
  };
}

/** The files of the checkout. */
export function ownCorpus(): Corpus {
  return corpusAt("fixtures", join(FIXTURES, "open"))!;
}

/** The whole corpus and the files of other readers; null where they are not at hand. */
export function sharedCorpora(): readonly Corpus[] | null {
  const found = ["open", "thirdparty"].map((name) => corpusAt(name, join(SHARED, name)));
  return found.every((corpus) => corpus !== null) ? found : null;
}

/** Why the tests over the whole corpus do not run. */
export const NO_SHARED = `the whole HDF5 corpus is not at ${SHARED}; set LAZYNWB_SHARED`;

export interface BadFile {
  readonly what: string;
  readonly expect: string;
  readonly readable: readonly string[];
  readonly unreadable: readonly string[];
}

/** Damaged and hostile files, and what must be made of them. */
export function badFiles(): Readonly<Record<string, BadFile>> {
  return JSON.parse(readFileSync(join(FIXTURES, "bad/bad.json"), "utf8")) as Record<string, BadFile>;
}

export function readBad(file: string): Uint8Array {
  return new Uint8Array(readFileSync(join(FIXTURES, "bad", file)));
}

/** Names of all files in the folder of bad ones. */
export function badNames(): readonly string[] {
  return readdirSync(join(FIXTURES, "bad")).filter((name) => name.endsWith(".h5"));
}
