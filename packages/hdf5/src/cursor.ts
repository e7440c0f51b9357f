import { FormatError } from "@lazynwb/core";

/** What the bytes under a cursor are, for the messages of its errors. */
export interface CursorContext {
  /** Where the first byte lies, relative to the base address. */
  readonly address: number;
  /** The structure in the words of the format, such as `"object header"`. */
  readonly what: string;
  /** The `_nwb_path` of the file. */
  readonly source?: string | undefined;
  /** Bytes before the superblock; added to the offsets that errors name. */
  readonly baseAddress?: number | undefined;
}

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * A place in the bytes of one structure. Every step is checked: to run over the end is a FormatError that names the
 * structure and where it lies. All integers of the format are little-endian. I/O: none. Copies: none.
 */
export class Cursor {
  /** The whole structure. */
  readonly data: Uint8Array;
  readonly context: CursorContext;
  readonly #view: DataView;
  #offset = 0;

  constructor(bytes: Uint8Array, context: CursorContext) {
    this.data = bytes;
    this.context = context;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Bytes from the beginning of the structure. */
  get offset(): number {
    return this.#offset;
  }

  get remaining(): number {
    return this.data.length - this.#offset;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  /** An unsigned integer of 0 to 8 bytes. @throws FormatError above 2^53 - 1. */
  uint(width: number): number {
    const start = this.#take(width);
    let value = 0;
    for (let at = start + width - 1; at >= start; at--) value = value * 256 + this.data[at]!;
    if (!Number.isSafeInteger(value)) {
      this.#offset = start;
      this.fail("a number is too large to be an address or a size", { expected: "below 2^53", found: `${value}` });
    }
    return value;
  }

  /** A file address; null where it is undefined (all ones). @throws FormatError above 2^53 - 1. */
  address(width: number): number | null {
    if (!this.isAllOnes(width)) return this.uint(width);
    this.skip(width);
    return null;
  }

  /** As `address`, where the structure makes no sense without one. */
  definedAddress(width: number): number {
    return this.address(width) ?? this.fail("an address is undefined");
  }

  /** Whether the next `width` bytes are all ones: an undefined address, an unlimited size. Does not move. */
  isAllOnes(width: number): boolean {
    this.#check(width);
    for (let at = this.#offset; at < this.#offset + width; at++) if (this.data[at] !== 0xff) return false;
    return width > 0;
  }

  /** A view of the next `length` bytes. */
  bytes(length: number): Uint8Array {
    const start = this.#take(length);
    return this.data.subarray(start, start + length);
  }

  /** A field of `length` bytes that holds UTF-8 text, cut at the first NUL. */
  string(length: number): string {
    const field = this.bytes(length);
    const end = field.indexOf(0);
    return utf8.decode(end < 0 ? field : field.subarray(0, end));
  }

  /** UTF-8 text up to a NUL, which is passed over. */
  terminatedString(): string {
    const end = this.data.indexOf(0, this.#offset);
    if (end < 0) this.fail("a text has no end", { expected: "a NUL", found: `${this.remaining} bytes without one` });
    const text = utf8.decode(this.data.subarray(this.#offset, end));
    this.#offset = end + 1;
    return text;
  }

  skip(length: number): void {
    this.#take(length);
  }

  /** Goes to `offset` bytes from the beginning; the end itself is a place to be. */
  seek(offset: number): void {
    if (!(offset >= 0 && offset <= this.data.length))
      this.fail("a place lies outside of the structure", {
        expected: `at most ${this.data.length} bytes`,
        found: `${offset}`,
      });
    this.#offset = offset;
  }

  /** Passes over padding to the next multiple of `unit` bytes, counted from `origin`. */
  align(unit: number, origin = 0): void {
    const over = (this.#offset - origin) % unit;
    if (over !== 0) this.skip(unit - over);
  }

  /** A cursor of its own over the next `length` bytes, which this one passes over. */
  sub(length: number, what = this.context.what): Cursor {
    const start = this.#take(length);
    return new Cursor(this.data.subarray(start, start + length), {
      ...this.context,
      address: this.context.address + start,
      what,
    });
  }

  /** Passes over the four letters that a structure begins with. */
  signature(letters: string): void {
    const found = String.fromCharCode(...this.data.subarray(this.#offset, this.#offset + letters.length));
    if (found !== letters) this.fail("the signature is wrong", { expected: letters, found: JSON.stringify(found) });
    this.#offset += letters.length;
  }

  /** Throws a FormatError that says which structure it is, where it lies, and what was read. */
  fail(message: string, details: { readonly expected?: string; readonly found?: string } = {}): never {
    const { what, source, address, baseAddress = 0 } = this.context;
    const offset = baseAddress + address + this.#offset;
    const { expected, found } = details;
    const reason = `${expected === undefined ? "" : `, expected ${expected}`}${found === undefined ? "" : `, found ${found}`}`;
    throw new FormatError(`${what} at ${baseAddress + address}: ${message} (byte ${offset}${reason})`, {
      source,
      offset,
      expected,
      found,
    });
  }

  #check(length: number): void {
    if (!(length >= 0 && length <= this.remaining))
      this.fail("the structure ends too early", { expected: `${length} more bytes`, found: `${this.remaining}` });
  }

  #take(length: number): number {
    this.#check(length);
    const start = this.#offset;
    this.#offset += length;
    return start;
  }
}
