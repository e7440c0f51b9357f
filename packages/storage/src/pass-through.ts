import type { ByteSource } from "@lazynwb/core";

/** What a wrapper keeps of the source it is put round; `read` and `readMany` are its own. */
export function passThrough(source: ByteSource): Omit<ByteSource, "read" | "readMany"> {
  return {
    id: source.id,
    hints: source.hints,
    ...(source.counters && { counters: () => source.counters!() }),
    close: async () => source.close?.(),
  };
}
