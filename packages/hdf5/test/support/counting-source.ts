import type { ByteRange, ByteSource, ByteSourceHints, ByteWindow, CallOptions } from "@lazynwb/core";

/** What was asked of a source, batch by batch. */
export interface SourceLog {
  /** Each call of `readMany`, or of `read`. */
  readonly batches: { readonly offset: number; readonly length: number }[][];
  readonly requests: number;
  readonly bytes: number;
}

export interface CountingOptions {
  readonly hints?: ByteSourceHints;
  readonly id?: string;
  /** Called before each read is answered; what it throws the read rejects with. */
  readonly before?: (range: ByteRange, options: CallOptions | undefined) => Promise<void> | void;
  /** Whether answers tell the size of the object. Default true. */
  readonly tellSize?: boolean;
}

/** Bytes in memory that keep a log of what was read from them. */
export function countingSource(
  bytes: Uint8Array,
  options: CountingOptions = {},
): ByteSource & { readonly log: SourceLog } {
  const batches: { offset: number; length: number }[][] = [];
  const log: SourceLog = {
    batches,
    get requests() {
      return batches.reduce((sum, batch) => sum + batch.length, 0);
    },
    get bytes() {
      return batches.flat().reduce((sum, { length }) => sum + length, 0);
    },
  };
  const locate = (range: ByteRange) => {
    const offset = "suffix" in range ? Math.max(0, bytes.length - range.suffix) : Math.min(range.offset, bytes.length);
    const length = Math.min("suffix" in range ? range.suffix : range.length, bytes.length - offset);
    return { offset, length };
  };
  const answer = async (range: ByteRange, call: CallOptions | undefined): Promise<ByteWindow> => {
    await options.before?.(range, call);
    call?.signal?.throwIfAborted();
    const { offset, length } = locate(range);
    const size = options.tellSize === false ? {} : { size: bytes.length };
    return { bytes: bytes.subarray(offset, offset + length), offset, ...size };
  };
  return {
    id: options.id ?? "memory",
    ...(options.hints && { hints: options.hints }),
    log,
    read(range, call) {
      batches.push([locate(range)]);
      return answer(range, call);
    },
    readMany(ranges, call) {
      batches.push(ranges.map(locate));
      return ranges.map((range) => answer(range, call));
    },
  };
}
