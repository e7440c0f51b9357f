import type { Codec } from "./codec.ts";

/**
 * A codec whose code is loaded with the first chunk that needs it, so that files without the filter never pay for it.
 *
 * @remarks Once loaded it works at once, without a promise. A failed load is tried again with the next chunk.
 */
export function lazyCodec(id: number, name: string, load: () => Promise<Codec["decode"]>): Codec {
  let loaded: Codec["decode"] | undefined;
  return {
    id,
    name,
    decode(bytes, context) {
      if (loaded !== undefined) return loaded(bytes, context);
      return load().then((decode) => {
        loaded = decode;
        return decode(bytes, context);
      });
    },
  };
}
