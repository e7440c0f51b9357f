import { readFileSync } from "node:fs";
import { defineConfig } from "tsup";

/** One configuration for every package: an entry for each source that its package.json exports, imports or runs. */
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
  exports?: object;
  imports?: object;
  bin?: object;
};
const sources = new Set(JSON.stringify([manifest.exports, manifest.imports]).match(/\.\/src\/[^"]+\.ts/g) ?? []);
if (manifest.bin) sources.add("./src/cli/main.ts");

export default defineConfig({
  entry: Object.fromEntries([...sources].map((file) => [file.slice("./src/".length, -".ts".length), file])),
  format: "esm",
  dts: true,
  sourcemap: true,
  clean: true,
  target: "es2023",
  platform: "neutral",
  external: [/^#/, /^node:/],
});
