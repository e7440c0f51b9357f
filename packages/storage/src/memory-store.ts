import { type ByteStore, SourceNotFoundError, throwIfAborted } from "@lazynwb/core";
import { memorySource } from "./memory-source.ts";
import { keyParts, prefixParts } from "./store-key.ts";

/** Objects in memory, under keys. */
export function memoryStore(
  objects: ReadonlyMap<string, Uint8Array> | Readonly<Record<string, Uint8Array>>,
  options: { readonly id?: string } = {},
): ByteStore {
  const id = options.id ?? "memory";
  const find = (key: string): Uint8Array | undefined =>
    objects instanceof Map
      ? objects.get(key)
      : Object.hasOwn(objects, key)
        ? (objects as Record<string, Uint8Array>)[key]
        : undefined;
  return {
    id,
    open(key) {
      keyParts(key, id);
      const source = `${id}/${key}`;
      return {
        id: source,
        async read(range, call) {
          throwIfAborted(call);
          const bytes = find(key);
          if (bytes === undefined) throw new SourceNotFoundError(`there is nothing at ${source}`, { source });
          return memorySource(bytes, { id: source }).read(range, call);
        },
      };
    },
    async *list(prefix, call) {
      const parts = prefixParts(prefix, id);
      const within = parts.length > 0 ? `${parts.join("/")}/` : "";
      const keys = objects instanceof Map ? [...objects.keys()] : Object.keys(objects);
      for (const key of keys.sort()) {
        throwIfAborted(call);
        if (key.startsWith(within)) yield { key, size: find(key)!.length };
      }
    },
  };
}
