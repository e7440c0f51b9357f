/**
 * Decodes one Zstandard frame.
 *
 * @param outputBytes - What the result will have, where that is known: it gets one buffer of that size.
 * @param maxBytes - Throws as soon as the result would be larger.
 * @remarks For machines without Node's zlib. The decoder is loaded with the first frame; it gives block after block, so
 * that it can be stopped.
 */
export async function unzstd(bytes: Uint8Array, outputBytes: number | null, maxBytes: number): Promise<Uint8Array> {
  const { Decompress } = await import("./fzstd.ts");
  const room = outputBytes ?? maxBytes;
  const parts: Uint8Array[] = [];
  let length = 0;
  const decoder = new Decompress((part) => {
    length += part.length;
    if (length > room) throw new Error(`the frame has more than ${room} bytes`);
    parts.push(part);
  });
  decoder.push(bytes, true);
  const result = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}
