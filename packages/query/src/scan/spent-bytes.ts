import type { NwbFile } from "@lazynwb/model";

/** Bytes that files have cost since it was made, as far as they have been noted: for progress, at the cost of one file a call. */
export class SpentBytes {
  readonly #seen: Map<NwbFile, number>;
  #total = 0;

  constructor(files: Iterable<NwbFile>) {
    this.#seen = new Map(Array.from(files, (file) => [file, file.counters().bytes]));
  }

  /** The sum, brought up to date for this file. */
  note(file: NwbFile): number {
    const { bytes } = file.counters();
    this.#total += bytes - (this.#seen.get(file) ?? bytes);
    this.#seen.set(file, bytes);
    return this.#total;
  }
}
