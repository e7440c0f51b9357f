import { unzstd } from "#zstd";

/** What the header of a frame says. Units: bytes. */
export interface ZstdFrame {
  /** Decoded length; null where the writer did not know it. */
  readonly contentBytes: number | null;
  /** How far back a match may reach. */
  readonly windowBytes: number;
}

const MAGIC = 0xfd2fb528;

/** What libzstd takes without being told to take more. */
const MAX_WINDOW_BYTES = 2 ** 27;

/** No block may decode to more. */
const MAX_BLOCK_BYTES = 128 * 1024;

/** Widths of a content size and of a dictionary's number, by their flags. */
const CONTENT_WIDTHS = [0, 2, 4, 8] as const;
const DICTIONARY_WIDTHS = [0, 1, 2, 4] as const;

/**
 * Reads the header of a Zstandard frame and steps over its blocks.
 *
 * @throws Error where `bytes` are not one whole frame and nothing else.
 * @remarks Source: RFC 8878. Decoders differ in what they make of a frame that is cut or followed by something: ours is
 * the same for all.
 */
export function parseZstdFrame(bytes: Uint8Array): ZstdFrame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const need = (end: number): void => {
    if (end > bytes.length) throw new Error("the frame ends too early");
  };
  need(6);
  if (view.getUint32(0, true) !== MAGIC) throw new Error("it does not begin with a frame");
  const flags = bytes[4]!;
  if ((flags & 0x08) !== 0) throw new Error("a reserved bit of the frame is set");
  const isSingleSegment = (flags & 0x20) !== 0;
  const dictionaryBytes = DICTIONARY_WIDTHS[flags & 3]!;
  const contentWidth = isSingleSegment && flags >>> 6 === 0 ? 1 : CONTENT_WIDTHS[flags >>> 6]!;
  let at = isSingleSegment ? 5 : 6;
  need(at + dictionaryBytes + contentWidth);
  for (let end = at + dictionaryBytes; at < end; at++)
    if (bytes[at] !== 0) throw new Error("the frame needs a dictionary");
  const contentBytes = contentSize(view, at, contentWidth);
  at += contentWidth;
  const windowBytes = isSingleSegment ? contentBytes! : windowSize(bytes[5]!);
  if (!isSingleSegment && windowBytes > MAX_WINDOW_BYTES)
    throw new Error(`the frame wants a window of ${windowBytes} bytes`);
  for (let isLast = false; !isLast; ) {
    need(at + 3);
    const header = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
    const kind = (header >>> 1) & 3;
    const size = header >>> 3;
    if (kind === 3 || size > MAX_BLOCK_BYTES) throw new Error("a block of the frame is broken");
    isLast = (header & 1) === 1;
    at += 3 + (kind === 1 ? 1 : size);
    need(at);
  }
  if ((flags & 0x04) !== 0) at += 4;
  need(at);
  if (at < bytes.length) throw new Error(`${bytes.length - at} bytes follow the frame`);
  return { contentBytes, windowBytes };
}

function contentSize(view: DataView, at: number, width: number): number | null {
  switch (width) {
    case 0:
      return null;
    case 1:
      return view.getUint8(at);
    case 2:
      return view.getUint16(at, true) + 256;
    case 4:
      return view.getUint32(at, true);
    default:
      return view.getUint32(at, true) + 2 ** 32 * view.getUint32(at + 4, true);
  }
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >>> 3));
  return base + (base / 8) * (descriptor & 7);
}

/**
 * Decodes one Zstandard frame.
 *
 * @param outputBytes - What the result must have; null where it is not known.
 * @param maxBytes - Throws or rejects where the result would be larger.
 * @throws Error of any kind; the caller names the filter.
 */
export function decodeZstdFrame(
  bytes: Uint8Array,
  outputBytes: number | null,
  maxBytes: number,
): Uint8Array | Promise<Uint8Array> {
  const { contentBytes } = parseZstdFrame(bytes);
  const wanted = outputBytes ?? contentBytes;
  if (contentBytes !== null && (contentBytes > maxBytes || contentBytes !== wanted))
    throw new Error(
      `the frame says that it has ${contentBytes} bytes in place of ${outputBytes ?? `at most ${maxBytes}`}`,
    );
  const checked = (result: Uint8Array): Uint8Array => {
    if (result.length === (wanted ?? result.length) && result.length <= maxBytes) return result;
    throw new Error(`the frame has ${result.length} bytes in place of ${wanted ?? `at most ${maxBytes}`}`);
  };
  const result = unzstd(bytes, wanted, maxBytes);
  return result instanceof Promise ? result.then(checked) : checked(result);
}
