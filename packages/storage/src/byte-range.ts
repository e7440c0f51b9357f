import { type ByteRange, LimitError, StorageError } from "@lazynwb/core";

/** More bytes than this are read in parts: no typed array of ours is longer. */
export const MAX_WINDOW_BYTES = 2 ** 31 - 1;

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

/**
 * Throws unless a range is of whole, safe, non-negative numbers: they may come out of a hostile file.
 *
 * @throws StorageError
 */
export function checkRange(range: ByteRange, source: string): void {
  if ("suffix" in range) {
    if (!isCount(range.suffix)) throw new StorageError(`the last ${range.suffix} bytes are no range`, { source });
  } else if (!isCount(range.offset) || !isCount(range.length) || !isCount(range.offset + range.length))
    throw new StorageError(`${range.length} bytes from ${range.offset} are no range`, { source });
}

/** Throws where one answer would be larger than any buffer of ours. */
export function checkWindowLength(length: number, source: string): void {
  if (length > MAX_WINDOW_BYTES)
    throw new LimitError(`${length} bytes do not fit one answer; read them in parts`, {
      limit: "bytes",
      wanted: length,
      allowed: MAX_WINDOW_BYTES,
      source,
    });
}

/** Where a range lies in an object of a known size, cut at its end. */
export function locateRange(range: ByteRange, size: number): { offset: number; length: number } {
  if ("suffix" in range) {
    const length = Math.min(size, range.suffix);
    return { offset: size - length, length };
  }
  const offset = Math.min(size, range.offset);
  return { offset, length: Math.min(range.length, size - offset) };
}

/** The range in words. */
export function rangeText(range: ByteRange): string {
  return "suffix" in range
    ? `the last ${range.suffix} bytes`
    : `bytes ${range.offset} to ${range.offset + range.length}`;
}
