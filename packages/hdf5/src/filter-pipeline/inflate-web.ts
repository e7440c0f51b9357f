/** Bytes handed to the decoder at a time. 32 KiB can become 33 MB at most before the size is looked at. */
const SLICE_BYTES = 32 * 1024;

/** Work on the page's own thread is interrupted this often, so that it stays responsive. Units: milliseconds. */
const MAX_BLOCKING_MS = 16;

const MAX_GROWTH = 1032;

let lastPause = 0;

/**
 * Inflates a zlib stream, its checksum verified.
 *
 * @param outputBytes - What the result will have, where that is known: it gets one buffer of that size.
 * @param maxBytes - Rejects as soon as the result would be larger.
 * @remarks For machines without Node's zlib. The decoder is loaded when the first chunk needs it.
 */
export async function inflate(bytes: Uint8Array, outputBytes: number | null, maxBytes: number): Promise<Uint8Array> {
  const { Unzlib } = await import("./unzlib.ts");
  const room = Math.min(maxBytes, outputBytes ?? bytes.length * MAX_GROWTH);
  const parts: Uint8Array[] = [];
  const result = outputBytes === null ? undefined : new Uint8Array(room);
  let length = 0;
  const decoder = new Unzlib((part) => {
    if (length + part.length > room) throw new InflatedTooLargeError(maxBytes);
    if (result === undefined) parts.push(part);
    else result.set(part, length);
    length += part.length;
  });
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    if (performance.now() - lastPause > MAX_BLOCKING_MS) await pause();
    decoder.push(bytes.subarray(at, at + SLICE_BYTES), at + SLICE_BYTES >= bytes.length);
  }
  const inflated = result?.subarray(0, length) ?? concatenated(parts, length);
  const end = bytes.length - 4;
  const stored = ((bytes[end]! << 24) | (bytes[end + 1]! << 16) | (bytes[end + 2]! << 8) | bytes[end + 3]!) >>> 0;
  if (bytes.length < 6 || stored !== adler32(inflated)) throw new Error("incorrect data check");
  return inflated;
}

class InflatedTooLargeError extends Error {
  readonly code = "ERR_BUFFER_TOO_LARGE";
  constructor(maxBytes: number) {
    super(`more than ${maxBytes} bytes`);
  }
}

async function pause(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  lastPause = performance.now();
}

function concatenated(parts: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Bytes after which the sums must be reduced, lest they leave 32 bits. */
const BYTES_PER_BLOCK = 2048;

/** The checksum at the end of a zlib stream. */
export function adler32(bytes: Uint8Array): number {
  let first = 1;
  let second = 0;
  for (let at = 0; at < bytes.length; ) {
    const stop = Math.min(bytes.length, at + BYTES_PER_BLOCK);
    for (; at < stop; at++) {
      first += bytes[at]!;
      second += first;
    }
    first %= 65521;
    second %= 65521;
  }
  return ((second << 16) | first) >>> 0;
}
