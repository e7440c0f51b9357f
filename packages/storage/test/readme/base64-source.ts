import type { ByteRange, ByteSource, ByteWindow, CallOptions } from "@lazynwb/core";

/** Bytes that are kept as base64 text: four characters hold three of them. */
export class Base64Source implements ByteSource {
  readonly id: string;
  readonly #text: string;

  constructor(id: string, text: string) {
    this.id = id;
    this.#text = text;
  }

  async read(range: ByteRange, options?: CallOptions): Promise<ByteWindow> {
    options?.signal?.throwIfAborted();
    const size = (this.#text.length / 4) * 3 - (/=*$/.exec(this.#text)?.[0].length ?? 0);
    const start = Math.min(size, "suffix" in range ? Math.max(0, size - range.suffix) : range.offset);
    const stop = "suffix" in range ? size : Math.min(size, start + range.length);
    const first = Math.floor(start / 3);
    const decoded = atob(this.#text.slice(first * 4, Math.ceil(stop / 3) * 4));
    const bytes = Uint8Array.from(decoded, (character) => character.charCodeAt(0));
    return { bytes: bytes.subarray(start - first * 3, stop - first * 3), offset: start, size };
  }
}
