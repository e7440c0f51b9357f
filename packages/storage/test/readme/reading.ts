import { createStorage } from "@lazynwb/storage";
import { nodeTransports } from "@lazynwb/storage/node";

export async function headAndTail(input: string): Promise<[head: Uint8Array, tail: Uint8Array]> {
  await using storage = createStorage({ transports: nodeTransports() });
  const [source] = await storage.resolve(input); // a path, URL, glob, folder, Blob, bytes, or a list of them
  const [head, tail] = await Promise.all(source!.bytes!.readMany!([{ offset: 0, length: 65_536 }, { suffix: 65_536 }]));
  console.log(source!.id, head!.size, storage.counters().total); // { rounds: 1, requests: 2, bytes: 131072, cacheHits: 0 }
  return [head!.bytes, tail!.bytes];
}
