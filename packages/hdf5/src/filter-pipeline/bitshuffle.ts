import { UnsupportedError } from "@lazynwb/core";
import { bitUnshuffle } from "./bit-unshuffle.ts";
import { type CodecContext, corruptChunk } from "./codec.ts";
import { checkFrameEnd, FRAME_BYTES, parseBlockFrame, storedBlockBytes } from "./framed-blocks.ts";
import { inTurn } from "./in-turn.ts";
import { decodeLz4Block } from "./lz4-block.ts";
import { decodeZstdFrame } from "./zstd-frame.ts";

/** What the writer does with a block once its bits are shuffled, by the fifth parameter. */
const NONE = 0;
const LZ4 = 2;
const ZSTD = 3;

/** Bytes of a block where the writer was not told, and the elements that it has at least. */
const DEFAULT_BLOCK_BYTES = 8192;
const MIN_BLOCK_ELEMENTS = 128;

/** Filter 32008: the bits of each block of elements shuffled, then as they are, or in LZ4, or in Zstandard. */
export function decodeBitshuffle(bytes: Uint8Array, context: CodecContext): Uint8Array | Promise<Uint8Array> {
  const { clientData, where } = context;
  const width = clientData[2] ?? 0;
  const compression = clientData[4] ?? NONE;
  if (width === 0) throw corruptChunk(where, "bitshuffle", "the pipeline does not say how wide its elements are");
  if (![NONE, LZ4, ZSTD].includes(compression))
    throw new UnsupportedError(`${where.path}: bitshuffle with compression ${compression} is not known`, {
      source: where.source,
      path: where.path,
      feature: `filter 32008 (bitshuffle) with compression ${compression}`,
    });
  return compression === NONE ? decodePlain(bytes, width, context) : decodeFramed(bytes, width, compression, context);
}

function blockElements(width: number, stated: number, { where }: CodecContext): number {
  if (stated % 8 !== 0) throw corruptChunk(where, "bitshuffle", `its blocks have ${stated} elements, no multiple of 8`);
  if (stated > 0) return stated;
  return Math.max(MIN_BLOCK_ELEMENTS, Math.floor(DEFAULT_BLOCK_BYTES / width / 8) * 8);
}

/** The blocks of a chunk once decoded. Up to seven elements at its end are in none. */
class Blocks {
  readonly count: number;
  /** Bytes of all of them. */
  readonly bytes: number;
  readonly #blockBytes: number;

  constructor(length: number, width: number, elements: number) {
    this.bytes = Math.floor(length / width / 8) * 8 * width;
    this.#blockBytes = elements * width;
    this.count = Math.ceil(this.bytes / this.#blockBytes);
  }

  start(at: number): number {
    return at * this.#blockBytes;
  }

  stop(at: number): number {
    return Math.min(this.bytes, this.start(at + 1));
  }
}

function decodePlain(bytes: Uint8Array, width: number, context: CodecContext): Uint8Array {
  const elements = blockElements(width, context.clientData[3] ?? 0, context);
  checkWhole(bytes.length, width, context);
  const result = bytes.slice();
  const blocks = new Blocks(bytes.length, width, elements);
  for (let at = 0; at < blocks.count; at++) {
    const start = blocks.start(at);
    const stop = blocks.stop(at);
    bitUnshuffle(bytes.subarray(start, stop), result.subarray(start, stop), (stop - start) / width, width);
  }
  return result;
}

function checkWhole(length: number, width: number, { where }: CodecContext): void {
  if (length % width !== 0)
    throw corruptChunk(where, "bitshuffle", `${length} bytes are no whole number of elements of ${width} bytes`);
}

function decodeFramed(
  bytes: Uint8Array,
  width: number,
  compression: number,
  context: CodecContext,
): Uint8Array | Promise<Uint8Array> {
  const { where } = context;
  const frame = parseBlockFrame("bitshuffle", bytes, context);
  const { length, blockBytes } = frame;
  checkWhole(length, width, context);
  const blocks = new Blocks(length, width, blockElements(width, Math.floor(blockBytes / width), context));
  const result = new Uint8Array(length);
  const room = new Uint8Array(compression === LZ4 ? blocks.stop(0) : 0);
  let from = FRAME_BYTES;
  const finish = (): Uint8Array => {
    checkFrameEnd("bitshuffle", frame, from + length - blocks.bytes, context);
    result.set(bytes.subarray(from), blocks.bytes);
    return result;
  };
  const running = inTurn(blocks.count, (at) => {
    const end = from + 4 + storedBlockBytes("bitshuffle", frame, from, context);
    const block = bytes.subarray(from + 4, end);
    from = end;
    const target = result.subarray(blocks.start(at), blocks.stop(at));
    const place = (shuffled: Uint8Array): void => bitUnshuffle(shuffled, target, target.length / width, width);
    if (compression === ZSTD) return decodeZstdBlock(block, target.length, context, place);
    if (!decodeLz4Block(block, 0, block.length, room, 0, target.length))
      throw corruptChunk(where, "bitshuffle", "a block of lz4 is broken");
    place(room.subarray(0, target.length));
  });
  return running === undefined ? finish() : running.then(finish);
}

function decodeZstdBlock(
  block: Uint8Array,
  size: number,
  { where }: CodecContext,
  place: (shuffled: Uint8Array) => void,
): void | Promise<void> {
  const fail = (cause: unknown): never => {
    const reason = cause instanceof Error ? cause.message : "the frame is broken";
    throw corruptChunk(where, "bitshuffle", `a block of zstd: ${reason}`, { cause });
  };
  let decoded: Uint8Array | Promise<Uint8Array>;
  try {
    decoded = decodeZstdFrame(block, size, size);
  } catch (cause) {
    return fail(cause);
  }
  if (decoded instanceof Promise) return decoded.then(place, fail);
  place(decoded);
}
