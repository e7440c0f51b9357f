import { type CodecContext, corruptChunk } from "./codec.ts";

/** Bytes of the header of a chunk. */
export const HEADER_BYTES = 16;

/** The newest format of c-blosc 1. */
const MAX_VERSION = 2;

/** What a chunk says of itself. Units: bytes. */
export interface BloscHeader {
  /** Decoded length of the chunk. */
  readonly length: number;
  /** Decoded length of a block; the last has what is left. */
  readonly blockBytes: number;
  /** Of an element. */
  readonly width: number;
  /** Which compressor, by its number in the format. */
  readonly compressor: number;
  /** The data follows as it is. */
  readonly isCopy: boolean;
  readonly isShuffled: boolean;
  readonly isBitShuffled: boolean;
  /** Blocks are one stream, whatever the width. */
  readonly isNeverSplit: boolean;
}

/** Reads and checks the header. Its lengths must be those of the bytes at hand and of the chunk. */
export function parseBloscHeader(bytes: Uint8Array, context: CodecContext): BloscHeader {
  const { where, outputBytes, maxOutputBytes } = context;
  const broken = (reason: string, details = {}) => corruptChunk(where, "blosc", reason, details);
  if (bytes.length < HEADER_BYTES) throw broken(`${bytes.length} bytes are too few for its header`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const flags = bytes[2]!;
  const width = bytes[3]!;
  const length = view.getUint32(4, true);
  const blockBytes = view.getUint32(8, true);
  const storedBytes = view.getUint32(12, true);
  if (bytes[0]! === 0 || bytes[0]! > MAX_VERSION || (flags & 0x08) !== 0)
    throw broken(`version ${bytes[0]} with flags ${flags} is none of the format`);
  if (length > maxOutputBytes || (outputBytes !== null && length !== outputBytes))
    throw broken("its header is of another chunk size", {
      expected: `${outputBytes ?? `at most ${maxOutputBytes}`} bytes`,
      found: `${length} bytes`,
    });
  if (storedBytes !== bytes.length)
    throw broken("its header is of another stored size", {
      expected: `${bytes.length} bytes`,
      found: `${storedBytes} bytes`,
    });
  const isCopy = (flags & 0x02) !== 0;
  if (isCopy && storedBytes !== length + HEADER_BYTES) throw broken("its copy has another size than its header says");
  if (!isCopy && (width === 0 || (length > 0 && (blockBytes === 0 || blockBytes > length))))
    throw broken(`blocks of ${blockBytes} bytes and elements of ${width} cannot be`);
  return {
    length,
    blockBytes,
    width,
    compressor: flags >>> 5,
    isCopy,
    isShuffled: (flags & 0x01) !== 0 && width > 1,
    isBitShuffled: (flags & 0x04) !== 0,
    isNeverSplit: (flags & 0x10) !== 0,
  };
}
