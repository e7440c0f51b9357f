import { UnsupportedError } from "@lazynwb/core";
import { inflate } from "#inflate";
import { bitUnshuffle } from "./bit-unshuffle.ts";
import { type BloscHeader, HEADER_BYTES, parseBloscHeader } from "./blosc-header.ts";
import { decodeBlosclz } from "./blosclz.ts";
import { type CodecContext, corruptChunk } from "./codec.ts";
import { inTurn } from "./in-turn.ts";
import { decodeLz4Block } from "./lz4-block.ts";
import { unshuffleInto } from "./shuffle.ts";
import { decodeZstdFrame } from "./zstd-frame.ts";

/** Compressors by their number in the format; lz4hc writes what lz4 reads. */
const COMPRESSORS = ["blosclz", "lz4", "snappy", "zlib", "zstd"] as const;

/** Blocks of wider elements, or of fewer bytes for each byte of an element, are one stream. */
const MAX_SPLIT_WIDTH = 16;
const MIN_SPLIT_BYTES = 128;

/** One compressed stream and its place in a decoded block. */
interface Stream {
  readonly stored: Uint8Array;
  readonly target: Uint8Array;
}

/** Filter 32001: blocks of elements, shuffled by bytes or bits, each compressed as one stream or as one a byte of an element. */
export function decodeBlosc(bytes: Uint8Array, context: CodecContext): Uint8Array | Promise<Uint8Array> {
  const header = parseBloscHeader(bytes, context);
  if (header.isCopy) return bytes.subarray(HEADER_BYTES);
  const { length, blockBytes } = header;
  if (length === 0) return new Uint8Array(0);
  const decode = decoderOf(header, context);
  const count = Math.ceil(length / blockBytes);
  if (HEADER_BYTES + 4 * count > bytes.length) throw broken(context, "it ends inside of its table of blocks");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const result = new Uint8Array(length);
  const isPlain = !header.isShuffled && !header.isBitShuffled;
  const room = new Uint8Array(isPlain ? 0 : blockBytes);
  const running = inTurn(count, (at): void | Promise<void> => {
    const place = result.subarray(at * blockBytes, Math.min(length, (at + 1) * blockBytes));
    const block = isPlain ? place : room.subarray(0, place.length);
    const start = view.getUint32(HEADER_BYTES + 4 * at, true);
    if (start < HEADER_BYTES + 4 * count) throw broken(context, "a block begins inside of the header");
    const streams = streamsOf(view, start, block, splitsOf(header, place.length), context);
    const decoding = inTurn(streams.length, (part) => decode(streams[part]!));
    if (decoding !== undefined) return decoding.then(() => unshuffleBlock(header, block, place));
    unshuffleBlock(header, block, place);
  });
  return running === undefined ? result : running.then(() => result);
}

function broken({ where }: CodecContext, reason: string, cause?: unknown): Error {
  return corruptChunk(where, "blosc", reason, { cause });
}

/** A block that is not the short last one may have a stream for each byte of an element. */
function splitsOf({ width, blockBytes, isNeverSplit }: BloscHeader, size: number): number {
  const isSplit =
    !isNeverSplit && size === blockBytes && width <= MAX_SPLIT_WIDTH && Math.floor(size / width) >= MIN_SPLIT_BYTES;
  return isSplit ? width : 1;
}

function streamsOf(view: DataView, start: number, block: Uint8Array, splits: number, context: CodecContext): Stream[] {
  const size = block.length / splits;
  if (!Number.isInteger(size)) throw broken(context, `a block of ${block.length} bytes has no ${splits} equal parts`);
  const streams: Stream[] = [];
  for (let part = 0, at = start; part < splits; part++) {
    const left = view.byteLength - at - 4;
    const stored = left < 0 ? Number.POSITIVE_INFINITY : view.getUint32(at, true);
    if (stored > left) throw broken(context, "it ends inside of a block");
    streams.push({
      stored: new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset + at + 4, stored),
      target: block.subarray(part * size, (part + 1) * size),
    });
    at += 4 + stored;
  }
  return streams;
}

/** What one stream is decoded with. A stream that did not become smaller is stored as it is. */
function decoderOf({ compressor }: BloscHeader, context: CodecContext): (stream: Stream) => void | Promise<void> {
  const name = COMPRESSORS[compressor];
  if (name === undefined) throw broken(context, `there is no compressor ${compressor}`);
  if (name === "snappy") {
    const { source, path } = context.where;
    const feature = "filter 32001 (blosc) with snappy";
    throw new UnsupportedError(`${path}: blosc with snappy is not supported`, { source, path, feature });
  }
  const decode = name === "blosclz" || name === "lz4" ? decoderAtOnce(name) : decoderElsewhere(name);
  return (stream) => {
    const { stored, target } = stream;
    if (stored.length === target.length) {
      target.set(stored);
      return;
    }
    const fail = (cause: unknown): never => {
      const reason = cause instanceof Error ? cause.message : "the stream is broken";
      throw broken(context, `a block of ${name}: ${reason}`, cause);
    };
    try {
      const running: unknown = decode(stream);
      return running instanceof Promise ? running.catch(fail) : undefined;
    } catch (cause) {
      return fail(cause);
    }
  };
}

function decoderAtOnce(name: "blosclz" | "lz4"): (stream: Stream) => void {
  const decode = name === "lz4" ? decodeLz4Block : decodeBlosclz;
  return ({ stored, target }) => {
    if (!decode(stored, 0, stored.length, target, 0, target.length)) throw new Error("the stream is broken");
  };
}

function decoderElsewhere(name: "zlib" | "zstd"): (stream: Stream) => void | Promise<void> {
  const decode = name === "zlib" ? inflate : decodeZstdFrame;
  return ({ stored, target }): void | Promise<void> => {
    const place = (decoded: Uint8Array): void => {
      if (decoded.length !== target.length)
        throw new Error(`it has ${decoded.length} bytes in place of ${target.length}`);
      target.set(decoded);
    };
    const decoded = decode(stored, target.length, target.length);
    if (decoded instanceof Promise) return decoded.then(place);
    place(decoded);
  };
}

function unshuffleBlock({ width, isShuffled, isBitShuffled }: BloscHeader, block: Uint8Array, place: Uint8Array): void {
  const count = Math.floor(block.length / width);
  if (isShuffled) unshuffleInto(block, width, place);
  else if (isBitShuffled && count % 8 === 0) {
    const whole = count * width;
    bitUnshuffle(block.subarray(0, whole), place.subarray(0, whole), count, width);
    place.set(block.subarray(whole), whole);
  } else if (isBitShuffled) place.set(block);
}
