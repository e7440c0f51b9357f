// npm run conformance -- DIR [--engine auto|direct|h5wasm]
// Holds every file of a folder against its manifest.json. One line for each thing that differs; what the reader says it does
// not support is listed by feature. The exit code is 0 only where all digests are equal and nothing else differs.
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { checkFile } from "./check-file.ts";
import { folderSource } from "./folder-source.ts";
import type { ManifestFile } from "./manifest.ts";

const USAGE = "usage: npm run conformance -- DIR [--engine auto|direct]";

function usageError(message: string): never {
  process.stderr.write(`conformance: ${message}\n${USAGE}\n`);
  process.exit(2);
}

function parseCommand(): { readonly folder: string; readonly engine: string } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { engine: { type: "string", default: "auto" } },
    });
    const [folder] = positionals;
    if (folder === undefined || positionals.length > 1) usageError("name one folder that has a manifest.json");
    return { folder: resolve(folder), engine: values.engine };
  } catch (error) {
    return usageError((error as Error).message);
  }
}

const { folder, engine } = parseCommand();
if (engine === "h5wasm") usageError("this version has no h5wasm engine; auto and direct are the same reader");
if (engine !== "auto" && engine !== "direct") usageError(`there is no engine ${JSON.stringify(engine)}`);
const manifest = join(folder, "manifest.json");
if (!existsSync(manifest)) usageError(`there is no manifest.json in ${folder}`);

const files = JSON.parse(readFileSync(manifest, "utf8")) as Record<string, ManifestFile>;
const unsupported = new Map<string, string[]>();
let digests = 0;
let equal = 0;
let failures = 0;
for (const [name, expected] of Object.entries(files)) {
  try {
    const report = await checkFile(folderSource(folder, name), expected);
    digests += report.digests;
    equal += report.equalDigests;
    failures += report.failures.length;
    for (const { path, reason } of report.failures) console.log(`${name} ${path}: ${reason}`);
    for (const [feature, paths] of report.unsupported)
      unsupported.set(feature, [...(unsupported.get(feature) ?? []), ...paths.map((path) => `${name} ${path}`)]);
  } catch (error) {
    failures++;
    digests += countDigests(expected);
    console.log(`${name}: ${error}`);
  }
}
for (const [feature, places] of unsupported) {
  console.log(`unsupported: ${feature}`);
  for (const place of places) console.log(`  ${place}`);
}
if (failures > 0) console.log(`${failures} differences`);
console.log(`${equal} of ${digests} digests equal`);
process.exitCode = equal === digests && failures === 0 && unsupported.size === 0 ? 0 : 1;

/** Digests of a file that could not be opened at all. */
function countDigests({ objects }: ManifestFile): number {
  return Object.values(objects).reduce(
    (sum, { attrs, data, slabs }) => sum + Object.keys(attrs ?? {}).length + (data ? 1 : 0) + (slabs?.length ?? 0),
    0,
  );
}
