import { copyLiterals, copyMatch } from "./copy-bytes.ts";

/** Matches that lie farther back have two more bytes for how much farther. */
const NEAR_DISTANCE = 8191;

/**
 * Decodes one BloscLZ stream: `source` from `from` to `end` into `target` from `to` to `stop`.
 *
 * @returns whether the stream is sound and fills its place exactly.
 * @remarks Reads and writes nothing outside of both ranges. Source: blosclz.c of c-blosc 1.
 */
export function decodeBlosclz(
  source: Uint8Array,
  from: number,
  end: number,
  target: Uint8Array,
  to: number,
  stop: number,
): boolean {
  const start = to;
  // The upper bits of the first byte tell the level; a stream begins with literals.
  let control = from < end ? source[from]! & 31 : 0;
  while (from < end) {
    from++;
    if (control < 32) {
      const length = control + 1;
      if (length > end - from || length > stop - to) return false;
      copyLiterals(source, from, target, to, length);
      from += length;
      to += length;
    } else {
      let length = (control >>> 5) + 2;
      let distance = (control & 31) << 8;
      if (length === 9) {
        let more = 255;
        while (more === 255 && from < end) {
          more = source[from++]!;
          length += more;
        }
        if (more === 255) return false;
      }
      if (from >= end) return false;
      distance += source[from++]!;
      if (distance === NEAR_DISTANCE) {
        if (end - from < 2) return false;
        distance += (source[from]! << 8) | source[from + 1]!;
        from += 2;
      }
      distance++;
      if (distance > to - start || length > stop - to) return false;
      copyMatch(target, to, distance, length);
      to += length;
    }
    control = source[from] ?? 0;
  }
  return to === stop;
}
