import { type ByteRange, type ByteSource, type ByteWindow, type CallOptions, throwIfAborted } from "@lazynwb/core";
import { leavable } from "./abort.ts";
import { locateRange } from "./byte-range.ts";
import { passThrough } from "./pass-through.ts";

/**
 * Reads tails of a source to which `{ suffix }` ranges are dear (`hints.suffix` is false) by offset: once the size is known from any
 * other read, which goes first where there is one under way, and is a read of the first byte where there is none.
 *
 * @remarks A source that does not tell its size is asked for the suffix itself.
 */
export function tailSource(source: ByteSource): ByteSource {
  let size: number | undefined;
  const underWay = new Set<Promise<ByteWindow>>();

  const read = (range: ByteRange, options?: CallOptions): Promise<ByteWindow> => {
    const reading = source.read(range, options).then((window) => {
      size ??= window.size;
      return window;
    });
    underWay.add(reading);
    reading.catch(() => {}).finally(() => underWay.delete(reading));
    return reading;
  };

  const learnSize = async (options: CallOptions | undefined) => {
    // Reads issued in one go with the tail are under way by then, whatever their order.
    await Promise.resolve();
    for (const other of [...underWay]) {
      if (size !== undefined) return;
      await leavable(other, options?.signal).catch(() => {});
      throwIfAborted(options);
    }
    if (size === undefined) await read({ offset: 0, length: 1 }, options);
  };

  return {
    ...passThrough(source),
    async read(range, options) {
      throwIfAborted(options);
      if (!("suffix" in range)) return read(range, options);
      if (size === undefined) await learnSize(options);
      return read(size === undefined ? range : locateRange(range, size), options);
    },
  };
}
