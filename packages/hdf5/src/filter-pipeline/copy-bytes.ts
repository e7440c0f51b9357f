/** From here on the built-in copy is faster than a loop, in spite of what a call costs. Units: bytes. */
const MIN_BULK_BYTES = 48;

/** Copies literals. Who calls it has checked that both arrays have them. */
export function copyLiterals(source: Uint8Array, from: number, target: Uint8Array, to: number, length: number): void {
  if (length >= MIN_BULK_BYTES) {
    target.set(source.subarray(from, from + length), to);
    return;
  }
  for (let at = 0; at < length; at++) target[to + at] = source[from + at]!;
}

/**
 * Repeats what lies `distance` bytes before `to`; where that is less than `length`, over and over.
 *
 * @remarks Who calls it has checked that `distance` is 1 to `to`, and that there is room.
 */
export function copyMatch(target: Uint8Array, to: number, distance: number, length: number): void {
  if (length < MIN_BULK_BYTES) {
    const from = to - distance;
    for (let at = 0; at < length; at++) target[to + at] = target[from + at]!;
    return;
  }
  if (distance === 1) {
    target.fill(target[to - 1]!, to, to + length);
    return;
  }
  const from = to - distance;
  // What was copied lengthens the pattern: each step can take twice as much.
  for (let done = 0; done < length; ) {
    const part = Math.min(distance + done, length - done);
    target.copyWithin(to + done, from, from + part);
    done += part;
  }
}
