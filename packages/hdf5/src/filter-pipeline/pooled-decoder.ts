/** What Node's decoders of compressed streams take of us. Units: bytes. */
interface DecoderOptions {
  readonly chunkSize: number;
  readonly maxOutputLength: number;
}

interface Decoder {
  readonly inPool: (
    bytes: Uint8Array,
    options: DecoderOptions,
    done: (error: Error | null, result: Uint8Array) => void,
  ) => void;
  readonly atOnce: (bytes: Uint8Array, options: DecoderOptions) => Uint8Array;
  /** Results up to here are made at once: handing them to the thread pool takes longer than decoding them. Units: bytes. */
  readonly maxSyncBytes: number;
}

/** Room beyond the expected end, so that the end of the stream is seen without a second buffer. */
const SPARE_BYTES = 64;

/**
 * A decoder of Node's zlib module, in its thread pool where that is worth the way there.
 *
 * @returns a function of the stored bytes, of what the result will have where that is known (it gets one buffer of that
 * size), and of the size from which on it rejects.
 */
export function pooledDecoder({ inPool, atOnce, maxSyncBytes }: Decoder) {
  return (bytes: Uint8Array, outputBytes: number | null, maxBytes: number): Uint8Array | Promise<Uint8Array> => {
    const options = {
      chunkSize: Math.max(64, (outputBytes ?? Math.min(maxBytes, bytes.length * 4)) + SPARE_BYTES),
      maxOutputLength: Math.max(1, maxBytes),
    };
    if (outputBytes !== null && outputBytes <= maxSyncBytes) return atOnce(bytes, options);
    return new Promise((resolve, reject) => {
      inPool(bytes, options, (error, result) => (error === null ? resolve(result) : reject(error)));
    });
  };
}
