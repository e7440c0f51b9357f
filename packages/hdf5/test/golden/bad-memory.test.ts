import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { DEFAULT_MAX_CHUNK_BYTES } from "../../src/index.ts";
import { badNames } from "../support/corpus.ts";

const program = join(import.meta.dirname, "../support/read-bad.ts");
const MAX_BYTES = 256 * 1024 * 1024;

/** The one file that is honest: its chunk does decode to some hundred MB, and is refused by a limit below that. */
const GIANT = "honest_giant_chunk.h5";

/** The most memory that a process of its own took. Bytes. */
async function memoryOf(maxChunkBytes: number, names: readonly string[]): Promise<number> {
  const parameters = ["--conditions=@lazynwb/source", program, `${maxChunkBytes}`, ...names];
  const { stdout } = await promisify(execFile)(process.execPath, parameters, { timeout: 60_000 });
  return Number(stdout) * 1024;
}

test("all damaged and hostile files together are read within 256 MB", async () => {
  const names = badNames().filter((name) => name !== GIANT);
  const bytes = await memoryOf(DEFAULT_MAX_CHUNK_BYTES, names);
  expect(bytes).toBeGreaterThan(0);
  expect(bytes).toBeLessThan(MAX_BYTES);
}, 90_000);

test("a giant chunk takes no memory where maxChunkBytes refuses it", async () => {
  expect(await memoryOf(64 * 1024 * 1024, [GIANT])).toBeLessThan(MAX_BYTES);
}, 90_000);
