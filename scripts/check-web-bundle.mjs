// Bundles lazynwb/web as an application for browsers would, and holds it to its size: no Node module, no native code, and
// at most 130 KB gzip for all that a page loads at once. The readers of the formats and the codecs come when they are first
// needed, and are listed.
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const LIMIT_KILOBYTES = 130;
const result = await build({
  stdin: { contents: 'export * from "lazynwb/web";', resolveDir: "packages/lazynwb", loader: "js" },
  bundle: true,
  format: "esm",
  platform: "browser",
  target: "es2023",
  minify: true,
  splitting: true,
  outdir: "bundle",
  write: false,
  metafile: true,
  logLevel: "silent",
  nodePaths: ["packages"],
});

const loadedLater = new Set();
for (const output of Object.values(result.metafile.outputs))
  for (const part of output.imports) if (part.kind === "dynamic-import") loadedLater.add(part.path);
let total = 0;
for (const file of result.outputFiles) {
  const name = Object.keys(result.metafile.outputs).find((key) => file.path.endsWith(key));
  const bytes = gzipSync(file.contents, { level: 9 }).length;
  const later = name !== undefined && loadedLater.has(name);
  console.log(
    `${later ? "when needed" : "at once    "} ${(bytes / 1000).toFixed(1).padStart(7)} KB gzip  ${name ?? file.path}`,
  );
  if (!later) total += bytes;
}
const native = Object.keys(result.metafile.inputs).filter((name) => /nodejs-polars|\.node$|^node:/.test(name));
if (native.length > 0) console.error(`the web bundle holds ${native.join(", ")}`);
console.log(`${(total / 1000).toFixed(1)} KB gzip of ${LIMIT_KILOBYTES} allowed`);
process.exitCode = native.length > 0 || total > LIMIT_KILOBYTES * 1000 ? 1 : 0;
