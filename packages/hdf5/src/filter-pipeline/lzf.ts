import { type Codec, corruptChunk } from "./codec.ts";

/** Filter 32000: LibLZF, which h5py brings along. */
export const lzf: Codec = {
  id: 32000,
  name: "lzf",
  decode(bytes, { clientData, outputBytes, maxOutputBytes, where }) {
    const length = outputBytes ?? clientData[2] ?? 0;
    if (length > maxOutputBytes)
      throw corruptChunk(where, "lzf", `it claims ${length} bytes`, { expected: `at most ${maxOutputBytes} bytes` });
    const result = new Uint8Array(length);
    if (!decodeLzf(bytes, result)) throw corruptChunk(where, "lzf", "the stream is broken");
    return result;
  },
};

/** @returns whether the stream is sound and fills `result` exactly. */
function decodeLzf(bytes: Uint8Array, result: Uint8Array): boolean {
  let from = 0;
  let to = 0;
  while (from < bytes.length) {
    const control = bytes[from++]!;
    if (control < 32) {
      const length = control + 1;
      if (from + length > bytes.length || to + length > result.length) return false;
      for (let at = 0; at < length; at++) result[to++] = bytes[from++]!;
      continue;
    }
    let length = control >> 5;
    if (length === 7) length += bytes[from++] ?? Number.NaN;
    let source = to - ((control & 0x1f) << 8) - (bytes[from++] ?? Number.NaN) - 1;
    length += 2;
    if (!(source >= 0 && to + length <= result.length)) return false;
    for (let at = 0; at < length; at++) result[to++] = result[source++]!;
  }
  return to === result.length;
}
