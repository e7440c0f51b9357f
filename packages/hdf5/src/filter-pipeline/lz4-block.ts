import { copyLiterals, copyMatch } from "./copy-bytes.ts";

/**
 * Decodes one LZ4 block: `source` from `from` to `end` into `target` from `to` to `stop`.
 *
 * @returns whether the block is sound and fills its place exactly.
 * @remarks Reads and writes nothing outside of both ranges. Source: LZ4 Block Format.
 */
export function decodeLz4Block(
  source: Uint8Array,
  from: number,
  end: number,
  target: Uint8Array,
  to: number,
  stop: number,
): boolean {
  const start = to;
  while (from < end) {
    const token = source[from++]!;
    let literals = token >>> 4;
    if (literals === 15) {
      let more = 255;
      while (more === 255 && from < end) {
        more = source[from++]!;
        literals += more;
      }
      if (more === 255) return false;
    }
    if (literals > end - from || literals > stop - to) return false;
    copyLiterals(source, from, target, to, literals);
    from += literals;
    to += literals;
    // The last sequence is literals alone.
    if (from === end) return to === stop;
    if (end - from < 2) return false;
    const distance = source[from]! | (source[from + 1]! << 8);
    from += 2;
    let length = token & 15;
    if (length === 15) {
      let more = 255;
      while (more === 255 && from < end) {
        more = source[from++]!;
        length += more;
      }
      if (more === 255) return false;
    }
    length += 4;
    if (distance === 0 || distance > to - start || length > stop - to) return false;
    copyMatch(target, to, distance, length);
    to += length;
  }
  return false;
}
