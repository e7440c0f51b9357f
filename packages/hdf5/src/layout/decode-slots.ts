/** Chunks that are decoded at one time: two for each thread that zlib has by default. */
const MAX_CHUNKS = 8;

/** Decoded bytes that wait to be placed, at most, unless one chunk alone has more. Units: bytes. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Keeps the chunks that are being decoded few enough, in number and in bytes. */
export class DecodeSlots {
  #chunks = 0;
  #bytes = 0;
  readonly #waiting: (() => void)[] = [];

  /** Waits where needed; a promise only then. Every slot taken must be given back. */
  take(bytes: number): void | Promise<void> {
    if (this.#isFree(bytes)) this.#enter(bytes);
    else return this.#wait(bytes);
  }

  give(bytes: number): void {
    this.#chunks--;
    this.#bytes -= bytes;
    this.#waiting.shift()?.();
  }

  #isFree(bytes: number): boolean {
    return this.#chunks === 0 || (this.#chunks < MAX_CHUNKS && this.#bytes + bytes <= MAX_BYTES);
  }

  #enter(bytes: number): void {
    this.#chunks++;
    this.#bytes += bytes;
  }

  async #wait(bytes: number): Promise<void> {
    while (!this.#isFree(bytes)) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#enter(bytes);
    if (this.#isFree(0)) this.#waiting.shift()?.();
  }
}
