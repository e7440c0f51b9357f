/** Reads a few pieces of a far object and says what they cost:  node read-ranges.ts URL */
import { readRanges } from "@lazynwb/core";
import { createStorage } from "@lazynwb/storage";

export async function headAndTail(url: string): Promise<{ head: Uint8Array; tail: Uint8Array; cost: string }> {
  const storage = createStorage();
  try {
    const [source] = await storage.resolve(url);
    // Both leave together: one round. Asked again, they come out of the cache.
    const [head, tail] = await Promise.all(readRanges(source!.bytes!, [{ offset: 0, length: 16 }, { suffix: 16 }]));
    await source!.bytes!.read({ offset: 0, length: 16 });
    const { rounds, requests, bytes, cacheHits } = source!.bytes!.counters!();
    const cost = `${rounds} round, ${requests} requests, ${bytes} bytes, ${cacheHits} read from the cache, of ${head!.size} bytes`;
    return { head: head!.bytes, tail: tail!.bytes, cost };
  } finally {
    await storage.close();
  }
}

if (process.argv[2] !== undefined) console.log((await headAndTail(process.argv[2])).cost);
