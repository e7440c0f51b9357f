// Holds every package to the layers of DESIGN section 2: its dependencies and the imports in its sources point up the
// list only, what a source imports is declared, and the portable ones import nothing of Node.
import { globSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";

/** Package -> the ones of ours that it may import. */
const LAYERS = {
  core: [],
  storage: ["core"],
  hdf5: ["core"],
  zarr: ["core"],
  model: ["core"],
  query: ["core", "model"],
  polars: ["core", "model", "query"],
  lazynwb: ["core", "storage", "hdf5", "zarr", "model", "query", "polars"],
};
/** Files that are meant for Node alone; all others must run in a browser. */
const NODE_ONLY = [
  /^packages\/storage\/src\/node(\.ts|\/)/,
  /^packages\/hdf5\/src\/filter-pipeline\/(inflate|zstd)-node\.ts$/,
  /^packages\/polars\//,
  /^packages\/lazynwb\/src\/(index|node-parts|with-bar)\.ts$/,
  /^packages\/lazynwb\/src\/cli\//,
];
/** The only file that may import a native library. */
const SINGLE_IMPORTERS = { "nodejs-polars": /^packages\/polars\/src\/polars-module\.ts$/ };

const builtin = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`)]);
const faults = [];

for (const [folder, allowed] of Object.entries(LAYERS)) {
  const manifest = JSON.parse(readFileSync(`packages/${folder}/package.json`, "utf8"));
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies };
  const names = new Set(allowed.map((name) => (name === "lazynwb" ? name : `@lazynwb/${name}`)));
  for (const name of Object.keys(declared)) {
    if (/^(@lazynwb\/|lazynwb$)/.test(name) && !names.has(name))
      faults.push(`packages/${folder}/package.json depends on ${name}, which lies below it`);
  }
  for (const file of globSync(`packages/${folder}/src/**/*.ts`).map((name) => name.replaceAll("\\", "/"))) {
    const text = readFileSync(file, "utf8").replace(/^\s*(\*|\/\/).*$/gm, "");
    const imports = text.matchAll(
      /(?:^|[;}\n])\s*(import|export)\s+(type\s)?[^"';]*?from\s*"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)|^\s*import\s+"([^"]+)"/gm,
    );
    for (const match of imports) {
      const specifier = match[3] ?? match[4] ?? match[5];
      const typeOnly = match[2] !== undefined;
      if (specifier.startsWith(".") || specifier.startsWith("#")) continue;
      if (builtin.has(specifier)) {
        if (!NODE_ONLY.some((pattern) => pattern.test(file)))
          faults.push(`${file} imports ${specifier}, which a browser lacks`);
        continue;
      }
      const name = specifier
        .split("/")
        .slice(0, specifier.startsWith("@") ? 2 : 1)
        .join("/");
      if (name === manifest.name) faults.push(`${file} imports its own package by name`);
      else if (!(name in declared)) faults.push(`${file} imports ${name}, which its package.json does not declare`);
      const only = SINGLE_IMPORTERS[name];
      if (only && !typeOnly && !only.test(file)) faults.push(`${file} imports ${name}; only ${only.source} may`);
    }
  }
}

for (const fault of faults) console.error(fault);
console.log(`${Object.keys(LAYERS).length} packages, ${faults.length} imports that point the wrong way`);
process.exitCode = faults.length === 0 ? 0 : 1;
