import type { CallOptions } from "@lazynwb/core";

/** A piece of the file. `address` is relative to the base address, as every address stored in the file is. Units: bytes. */
export interface AddressRange {
  readonly address: number;
  readonly length: number;
}

/**
 * The bytes of one HDF5 file under its own addresses. Metadata reads are kept in windows and over-read; data reads go to
 * the source as they are. Either way the ranges of a call are planned together and cost one round at most.
 */
export interface FileBytes {
  /** The `_nwb_path`, for messages. */
  readonly id: string;
  /** Added to every address: bytes of the user block. */
  readonly baseAddress: number;
  /** Width of a stored address. Bytes. */
  readonly offsetBytes: number;
  /** Width of a stored length. Bytes. */
  readonly lengthBytes: number;
  /** Bytes from the base address to the end of the file, once an answer has told. */
  readonly size: number | undefined;
  /**
   * Structures, cached. Exactly `length` bytes each; a view that must not be written to.
   *
   * @throws TruncatedFileError where the file was cut off before their end, FormatError where it never reached so far,
   * LimitError where one is larger than any structure may be.
   */
  readMetadata(ranges: readonly AddressRange[], options?: CallOptions): Promise<readonly Uint8Array[]>;
  /** Array data, not cached here; each settles alone. Same guarantee. */
  readData(ranges: readonly AddressRange[], options?: CallOptions): readonly Promise<Uint8Array>[];
}
