import { execFile } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { FIXTURES, ownCorpus } from "../support/corpus.ts";

const command = join(import.meta.dirname, "../conformance/main.ts");
const folder = mkdtempSync(join(tmpdir(), "conformance-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(...parameters: string[]): Promise<{ code: number; output: string; errors: string }> {
  return new Promise((resolve) => {
    const all = ["--conditions=@lazynwb/source", command, ...parameters];
    execFile(process.execPath, all, { timeout: 30_000 }, (error, output, errors) => {
      resolve({ code: error === null ? 0 : Number(error.code), output, errors });
    });
  });
}

/** A folder with files of the corpus, under a manifest that may tell something else. */
function prepare(change: (manifest: string) => string, ...names: string[]): void {
  const { files } = ownCorpus();
  for (const name of names) copyFileSync(join(FIXTURES, "open", name), join(folder, name));
  const manifest = JSON.stringify(Object.fromEntries(names.map((name) => [name, files[name]])));
  writeFileSync(join(folder, "manifest.json"), change(manifest));
}

describe("npm run conformance", () => {
  test("all digests equal: exit code 0, and how many", async () => {
    prepare((manifest) => manifest, "libver_v110.h5", "references_v112.h5");
    const { code, output } = await run(folder, "--engine", "direct");
    const [, equal, all] = /^(\d+) of (\d+) digests equal\n$/.exec(output) ?? [];
    expect(Number(equal)).toBeGreaterThan(50);
    expect([equal, code]).toEqual([all, 0]);
  });

  test("another digest, and another shape of an array that cannot grow: one line each, and exit code 1", async () => {
    const shape = (manifest: string) => manifest.replace('"shape":[24,3]', '"shape":[25,3]');
    prepare((manifest) => shape(manifest.replace(/"sha256":"[0-9a-f]/, '"sha256":"g')), "libver_v110.h5");
    const { code, output } = await run(folder);
    expect(code).toBe(1);
    expect(output.match(/^libver_v110.h5 \/.*: .* is .*, not /gm)).toHaveLength(3);
    expect(output).toMatch(/\n3 differences\n\d+ of \d+ digests equal\n$/);
  });

  test.each([
    [[], /name one folder/],
    [["/nowhere"], /no manifest.json in .*nowhere/],
    [[folder, "--engine", "h5wasm"], /no h5wasm engine/],
    [[folder, "--engine", "other"], /no engine "other"/],
  ])("%j is an error of usage", async (parameters, message) => {
    const { code, errors } = await run(...parameters);
    expect(code).toBe(2);
    expect(errors).toMatch(message);
  });
});
