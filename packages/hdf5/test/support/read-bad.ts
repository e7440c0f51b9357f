// node read-bad.ts MAX_CHUNK_BYTES FILE...: reads everything of damaged files that can be had, one after another, and prints the
// most memory that the process ever took. Units: KB.
import { ALL, joinPath } from "@lazynwb/core";
import { openHdf5 } from "../../src/index.ts";
import { readBad } from "./corpus.ts";
import { countingSource } from "./counting-source.ts";

const [limit, ...names] = process.argv.slice(2);
const maxChunkBytes = Number(limit);

async function readAll(name: string): Promise<void> {
  const hierarchy = await openHdf5(countingSource(readBad(name), { id: name }), { maxChunkBytes });
  const visit = async (path: string, depth: number): Promise<void> => {
    const links = await hierarchy.list(path).catch(() => []);
    const paths = links.filter(({ type }) => type === "hard").map((link) => joinPath(path, link.name));
    const nodes = await hierarchy.describe(paths.slice(0, 100), { onFailure: () => {} }).catch(() => []);
    for (const [at, node] of nodes.entries()) {
      if (node?.kind === "group" && depth < 3) await visit(paths[at]!, depth + 1);
      if (node?.kind === "array") await hierarchy.read([{ path: paths[at]!, selection: ALL }])[0]!.catch(() => {});
    }
  };
  await visit("/", 0);
  await hierarchy.close();
}

for (const name of names) await readAll(name).catch(() => {});
console.log(process.resourceUsage().maxRSS);
