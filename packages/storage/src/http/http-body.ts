/** How much of a body arrived: all of it, or as much as was allowed and a byte more. */
export interface Body {
  readonly bytes: Uint8Array;
  /** Whether the server would have sent more than was allowed. */
  readonly overflowed: boolean;
}

/**
 * Reads a body into one buffer. Where its length is known, that is one copy and no more memory than the bytes themselves; never
 * more than `most` bytes are taken in.
 *
 * @param options.expected - the length, where it is known; a body may yet be shorter or longer.
 * @param options.onBytes - hears of progress, so that a silent connection can be told from a slow one.
 */
export async function readBody(
  response: Response,
  options: { readonly expected: number | undefined; readonly most: number; readonly onBytes: (count: number) => void },
): Promise<Body> {
  const { expected, most, onBytes } = options;
  if (response.body === null) return { bytes: new Uint8Array(0), overflowed: false };
  const reader = response.body.getReader();
  let buffer = new Uint8Array(0);
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { bytes: buffer.length === length ? buffer : buffer.subarray(0, length), overflowed: false };
      onBytes(value.length);
      if (length + value.length > most) {
        reader.cancel().catch(() => {});
        return { bytes: buffer.subarray(0, length), overflowed: true };
      }
      if (length === 0 && value.length === expected) buffer = value;
      else {
        buffer = room(buffer, length, length + value.length, expected, most);
        buffer.set(value, length);
      }
      length += value.length;
    }
  } finally {
    reader.releaseLock();
  }
}

/** A buffer that holds `needed` bytes: of the expected size at once, else doubled as they come. */
function room(
  buffer: Uint8Array<ArrayBuffer>,
  used: number,
  needed: number,
  expected: number | undefined,
  most: number,
): Uint8Array<ArrayBuffer> {
  if (needed <= buffer.length) return buffer;
  const known = expected !== undefined && needed <= expected;
  const larger = new Uint8Array(known ? expected : Math.min(most, Math.max(needed, buffer.length * 2, 65_536)));
  larger.set(buffer.subarray(0, used));
  return larger;
}

/** Bodies of at most this are read to their end and dropped, which keeps the connection; longer ones are cut off with it. */
const DRAIN_BYTES = 16_384;

/** Lets go of a body that nobody wants. */
export function dropBody(response: Response): void {
  const length = Number(response.headers.get("content-length") ?? Number.NaN);
  const done = length <= DRAIN_BYTES ? response.arrayBuffer() : response.body?.cancel();
  done?.catch(() => {});
}
