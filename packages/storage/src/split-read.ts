import { type ByteRange, type ByteWindow, ShortReadError } from "@lazynwb/core";

type PlacedRange = { readonly offset: number; readonly length: number };

/** The pieces of a range that is larger than one request may be. */
export function splitRange(range: PlacedRange, maxRequestBytes: number): PlacedRange[] {
  const pieces: PlacedRange[] = [];
  for (let from = 0; from < range.length; from += maxRequestBytes)
    pieces.push({ offset: range.offset + from, length: Math.min(maxRequestBytes, range.length - from) });
  return pieces;
}

/**
 * Reads a range in pieces, all at once where the size of the object is known. Else the first piece goes ahead, since it mostly tells
 * the size, and is often all there is: whole objects are asked for by a length that no object has.
 *
 * @param read - reads one piece.
 * @param size - of the object, where known.
 * @remarks Copies: one, into the final buffer as the pieces come. None where the first piece is all.
 */
export async function readInPieces(
  read: (range: ByteRange) => Promise<ByteWindow>,
  range: PlacedRange,
  options: { readonly maxRequestBytes: number; readonly size: number | undefined; readonly source: string },
): Promise<ByteWindow> {
  const { maxRequestBytes, source } = options;
  const cut = (size: number) => ({ ...range, length: Math.max(0, Math.min(range.length, size - range.offset)) });
  if (options.size !== undefined)
    return new Joint(cut(options.size), source).of(splitRange(cut(options.size), maxRequestBytes).map(read));
  const first = await read({ offset: range.offset, length: maxRequestBytes });
  if (first.size !== undefined) {
    const known = cut(first.size);
    if (known.length <= first.bytes.length) return first;
    const [, ...rest] = splitRange(known, maxRequestBytes);
    return new Joint(known, source).of([first, ...rest.map(read)]);
  }
  const windows = [first];
  let stop = range.offset + first.bytes.length;
  while (windows.at(-1)!.bytes.length === maxRequestBytes && stop < range.offset + range.length) {
    const next = await read({ offset: stop, length: Math.min(maxRequestBytes, range.offset + range.length - stop) });
    windows.push(next);
    stop += next.bytes.length;
  }
  if (windows.length === 1) return first;
  return new Joint({ offset: range.offset, length: stop - range.offset }, source).of(windows);
}

/** The buffer in which pieces come together. */
class Joint {
  readonly #range: PlacedRange;
  readonly #source: string;
  readonly #whole: Uint8Array;
  #filled = 0;

  constructor(range: PlacedRange, source: string) {
    this.#range = range;
    this.#source = source;
    this.#whole = new Uint8Array(range.length);
  }

  async of(pieces: readonly (ByteWindow | Promise<ByteWindow>)[]): Promise<ByteWindow> {
    const abouts = await Promise.all(pieces.map(async (piece) => this.#place(await piece)));
    const { offset, length } = this.#range;
    if (this.#filled !== length)
      throw new ShortReadError(`${this.#source}: ${this.#filled} of ${length} bytes came from ${offset}`, {
        source: this.#source,
        expected: length,
        found: this.#filled,
      });
    return { ...abouts[0], bytes: this.#whole, offset };
  }

  /** Copies a piece to its place, and keeps nothing else of it. */
  #place({ bytes, offset, ...about }: ByteWindow): Omit<ByteWindow, "bytes" | "offset"> {
    if (bytes.length > 0) this.#whole.set(bytes, offset - this.#range.offset);
    this.#filled += bytes.length;
    return about;
  }
}
