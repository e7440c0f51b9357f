import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { sampleSessions } from "@lazynwb/fixtures";
import { afterAll, beforeAll, expect, test } from "vitest";

const [aster, birch] = sampleSessions() as [string, string];
const require = createRequire(import.meta.url);
let folder = "";
let blocks: string[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lazynwb-readme-"));
  const text = await readFile(new URL("../../README.md", import.meta.url), "utf8");
  blocks = Array.from(text.matchAll(/```ts\n(.*?)```/gs), (match) => match[1]!);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs an example of the README over sample sessions in place of its own files. */
async function example(at: number, before = ""): Promise<{ out: string; err: string; status: number | null }> {
  const entry = (name: string) => JSON.stringify(new URL(`../../src/${name}.ts`, import.meta.url).href);
  const code = blocks[at]!.replace(/"lazynwb\/web"/, entry("web"))
    .replace(/"lazynwb"/, entry("index"))
    .replace(/"nodejs-polars"/, JSON.stringify(pathToFileURL(require.resolve("nodejs-polars")).href))
    .replaceAll('"a.nwb"', JSON.stringify(aster))
    .replaceAll('"https://example.org/b.nwb"', JSON.stringify(birch));
  const file = join(folder, `example-${at}.mjs`);
  await writeFile(file, before + code);
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--conditions=@lazynwb/source", file], {
    encoding: "utf8",
    timeout: 60_000,
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
  });
  return { out: stdout, err: stderr, status };
}

test("the five minutes run as they are written", async () => {
  const { out, err, status } = await example(0);
  expect([status, err]).toEqual([0, ""]);
  expect(out).toContain("scan of 2 files");
  expect(out).toContain("/processing/behavior/running_speed");
  expect(out).toMatch(/rowsKept: \d+/);
});

test("the web's example does too", async () => {
  const files = `import { readFile } from "node:fs/promises";\nconst urls = [new Blob([await readFile(${JSON.stringify(aster)})])];\n`;
  const { out, err, status } = await example(1, files);
  expect([status, err]).toEqual([0, ""]);
  expect(out.match(/unit_id: \d+/g)).toHaveLength(10);
});
