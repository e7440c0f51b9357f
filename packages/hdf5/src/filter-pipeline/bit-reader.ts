/** Takes bits from bytes, the most significant first. Who uses it knows beforehand that there are enough. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  /** Bits of the current byte that were not taken yet. */
  #left = 8;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** @param count - 0 to 32. */
  take(count: number): number {
    let value = 0;
    while (count > 0) {
      const part = Math.min(count, this.#left);
      this.#left -= part;
      value = value * (1 << part) + ((this.#bytes[this.#at]! >>> this.#left) & ((1 << part) - 1));
      count -= part;
      if (this.#left === 0) {
        this.#left = 8;
        this.#at++;
      }
    }
    return value;
  }
}

/** Whether `stored` bytes are what a writer makes of `bits`: the whole bytes, and one that it may have left empty. */
export function holdsBits(stored: number, bits: number): boolean {
  return stored >= Math.ceil(bits / 8) && stored <= Math.floor(bits / 8) + 1;
}
