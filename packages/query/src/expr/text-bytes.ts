import type { CodedColumn, TextColumn } from "./evaluated.ts";

const encoder = new TextEncoder();

export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

/** A sign as of `a - b`: texts by their UTF-8 bytes, which is the order of their code points. */
export function compareBytes(
  left: Uint8Array,
  leftStart: number,
  leftStop: number,
  right: Uint8Array,
  rightStart: number,
  rightStop: number,
): number {
  const length = Math.min(leftStop - leftStart, rightStop - rightStart);
  for (let at = 0; at < length; at++) {
    const difference = left[leftStart + at]! - right[rightStart + at]!;
    if (difference !== 0) return difference;
  }
  return leftStop - leftStart - (rightStop - rightStart);
}

/** Whether `part` stands in `bytes` at `start`. */
export function bytesAt(bytes: Uint8Array, start: number, stop: number, part: Uint8Array): boolean {
  if (stop - start < part.length) return false;
  for (let at = 0; at < part.length; at++) if (bytes[start + at] !== part[at]) return false;
  return true;
}

/** Whether `part` stands anywhere in `bytes[start, stop)`. */
export function bytesWithin(bytes: Uint8Array, start: number, stop: number, part: Uint8Array): boolean {
  for (let at = start; at <= stop - part.length; at++) if (bytesAt(bytes, at, stop, part)) return true;
  return false;
}

/** One byte a row: what `test` says of each text. A dictionary's texts are asked once each. */
export function testTexts(
  column: TextColumn | CodedColumn,
  test: (bytes: Uint8Array, start: number, stop: number) => boolean,
): Uint8Array {
  if (column.kind === "coded") {
    const answers = testTexts(column.dictionary, test);
    const found = new Uint8Array(column.codes.length);
    for (let row = 0; row < found.length; row++) found[row] = answers[column.codes[row]!] ?? 0;
    return found;
  }
  const { offsets, bytes } = column;
  const found = new Uint8Array(offsets.length - 1);
  for (let row = 0; row < found.length; row++) found[row] = test(bytes, offsets[row]!, offsets[row + 1]!) ? 1 : 0;
  return found;
}
