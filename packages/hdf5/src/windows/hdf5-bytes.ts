import { type CallOptions, FormatError, LimitError, readRanges, TruncatedFileError } from "@lazynwb/core";
import type { AddressRange, FileBytes } from "../file-bytes.ts";
import type { Superblock } from "../superblock.ts";
import type { WindowedSource } from "./windowed-source.ts";

/** The bytes of a file under its own addresses, metadata through windows. */
export class Hdf5Bytes implements FileBytes {
  readonly baseAddress: number;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
  readonly #windows: WindowedSource;
  readonly #endOfFile: number | null;
  readonly #maxStructureBytes: number;

  constructor(
    windows: WindowedSource,
    baseAddress: number,
    superblock: Pick<Superblock, "offsetBytes" | "lengthBytes" | "endOfFile">,
    maxStructureBytes: number,
  ) {
    this.#windows = windows;
    this.baseAddress = baseAddress;
    this.offsetBytes = superblock.offsetBytes;
    this.lengthBytes = superblock.lengthBytes;
    this.#endOfFile = superblock.endOfFile;
    this.#maxStructureBytes = maxStructureBytes;
  }

  get id(): string {
    return this.#windows.source.id;
  }

  get size(): number | undefined {
    return this.#windows.size === undefined ? undefined : this.#windows.size - this.baseAddress;
  }

  async readMetadata(ranges: readonly AddressRange[], options?: CallOptions): Promise<readonly Uint8Array[]> {
    for (const range of ranges) this.#check(range);
    const found = await this.#windows.read(
      ranges.map((range) => this.#spanOf(range)),
      options,
    );
    return found.map((bytes, at) => bytes ?? this.#outside(ranges[at]!));
  }

  readData(ranges: readonly AddressRange[], options?: CallOptions): readonly Promise<Uint8Array>[] {
    const found = ranges.map((range) => this.#faultOf(range) ?? this.#windows.cached(this.#spanOf(range)));
    const missing = ranges.filter((_, at) => found[at] === null);
    const asked = missing.map(({ address, length }) => ({ offset: this.baseAddress + address, length }));
    const answers = asked.length === 0 ? [] : readRanges(this.#windows.source, asked, options);
    let next = 0;
    return ranges.map(async (range, at) => {
      const known = found[at]!;
      if (known instanceof Error) throw known;
      if (known !== null) return known;
      const answer = await answers[next++]!;
      this.#windows.verify(answer);
      const { bytes } = answer;
      if (bytes.length < range.length) throw this.#truncated(range, range.address + bytes.length);
      return bytes.length === range.length ? bytes : bytes.subarray(0, range.length);
    });
  }

  #spanOf({ address, length }: AddressRange) {
    const start = this.baseAddress + address;
    return { start, stop: start + length };
  }

  #check(range: AddressRange): void {
    const { address, length } = range;
    const fault = this.#faultOf(range);
    if (fault !== null) throw fault;
    if (length > this.#maxStructureBytes)
      throw new LimitError(`a structure at ${this.baseAddress + address} has ${length} bytes`, {
        source: this.id,
        limit: "maxStructureBytes",
        wanted: length,
        allowed: this.#maxStructureBytes,
      });
  }

  #faultOf({ address, length }: AddressRange): FormatError | null {
    if (!(Number.isSafeInteger(address) && Number.isSafeInteger(length) && address >= 0 && length >= 0))
      return new FormatError(`${length} bytes at ${address} are no range of a file`, { source: this.id });
    if (!Number.isSafeInteger(this.baseAddress + address + length))
      return new FormatError(`${length} bytes at ${address} end beyond 2^53`, { source: this.id, offset: address });
    const { size } = this;
    return size !== undefined && address + length > size ? this.#truncated({ address, length }, size) : null;
  }

  #outside(range: AddressRange): never {
    throw this.#truncated(range, this.size ?? range.address);
  }

  /** What lies inside of the end that the superblock tells was cut off; what lies outside of it never was there. */
  #truncated({ address, length }: AddressRange, size: number): FormatError {
    const offset = this.baseAddress + address;
    const details = {
      source: this.id,
      offset,
      expected: `${length} bytes from ${offset}`,
      found: `a file that ends at ${this.baseAddress + size}`,
    };
    const end = this.#endOfFile;
    if (end !== null && end > size && address + length <= end)
      return new TruncatedFileError(
        `${this.id} is truncated: ${this.baseAddress + size} of its ${this.baseAddress + end} bytes are there, ` +
          `and ${length} bytes from ${offset} are wanted; was its download or copy completed?`,
        details,
      );
    return new FormatError(
      `an address leads out of the file: ${length} bytes from ${offset}, but it ends at ${this.baseAddress + size}`,
      details,
    );
  }
}
