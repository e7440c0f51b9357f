import { type ByteSource, type CallOptions, FormatError, readRanges } from "@lazynwb/core";
import type { Cursor } from "./cursor.ts";
import type { AddressRange, FileBytes } from "./file-bytes.ts";

/** A part of a dataset that lies in a file of its own. Units: bytes. */
export interface ExternalSlot {
  /** Where its file's name stands in the local heap. */
  readonly name: number;
  readonly offset: number;
  /** `Infinity`: all that follows. */
  readonly length: number;
}

/** Values that lie in files which are no HDF5 files, one slot after another. */
export interface ExternalLayout {
  readonly kind: "external";
  /** The local heap with the names of the files. */
  readonly heap: number;
  readonly slots: readonly ExternalSlot[];
}

/** An external files message (0x07). I/O: none. */
export function parseExternalFiles(cursor: Cursor, offsetBytes: number, lengthBytes: number): ExternalLayout {
  const version = cursor.u8();
  if (version !== 1) cursor.fail("unknown version", { expected: "1", found: `${version}` });
  cursor.skip(5);
  const count = cursor.u16();
  const heap = cursor.definedAddress(offsetBytes);
  const slots = Array.from({ length: count }, (): ExternalSlot => {
    const name = cursor.uint(lengthBytes);
    const offset = cursor.uint(lengthBytes);
    if (!cursor.isAllOnes(lengthBytes)) return { name, offset, length: cursor.uint(lengthBytes) };
    cursor.skip(lengthBytes);
    return { name, offset, length: Number.POSITIVE_INFINITY };
  });
  return { kind: "external", heap, slots };
}

/** A slot with its file. */
export interface OpenSlot {
  readonly source: ByteSource;
  readonly offset: number;
  readonly length: number;
}

/** A file whose data addresses count through external files. Structures are those of the file itself. */
export class ExternalBytes implements FileBytes {
  readonly size = undefined;
  readonly #file: FileBytes;
  readonly #slots: readonly OpenSlot[];

  constructor(file: FileBytes, slots: readonly OpenSlot[]) {
    this.#file = file;
    this.#slots = slots;
  }

  get id(): string {
    return this.#file.id;
  }

  get baseAddress(): number {
    return this.#file.baseAddress;
  }

  get offsetBytes(): number {
    return this.#file.offsetBytes;
  }

  get lengthBytes(): number {
    return this.#file.lengthBytes;
  }

  readMetadata(ranges: readonly AddressRange[], options?: CallOptions): Promise<readonly Uint8Array[]> {
    return this.#file.readMetadata(ranges, options);
  }

  readData(ranges: readonly AddressRange[], options?: CallOptions): readonly Promise<Uint8Array>[] {
    return ranges.map((range) => this.#read(range, options));
  }

  /** What a file ends before reads as zeros, as libhdf5 reads it. */
  async #read({ address, length }: AddressRange, options: CallOptions | undefined): Promise<Uint8Array> {
    const result = new Uint8Array(length);
    const parts: Promise<void>[] = [];
    let done = 0;
    let start = 0;
    for (const slot of this.#slots) {
      const from = address + done - start;
      const part = Math.min(length - done, slot.length - from);
      start += slot.length;
      if (part <= 0) continue;
      const [answer] = readRanges(slot.source, [{ offset: slot.offset + from, length: part }], options);
      const to = done;
      parts.push(
        answer!.then(({ bytes }) => {
          result.set(bytes.subarray(0, part), to);
        }),
      );
      done += part;
      if (done === length) break;
    }
    await Promise.all(parts);
    if (done === length) return result;
    throw new FormatError(`${length} bytes at ${address} do not lie in the external files of a dataset`, {
      source: this.id,
      expected: `at most ${start} bytes`,
    });
  }
}
