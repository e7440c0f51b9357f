import { LimitError } from "@lazynwb/core";
import type { FileBytes } from "../file-bytes.ts";

/** A million links with names of 60 bytes. Many entries may share one long name, so that a small file could give more. */
const MAX_NAME_BYTES = 64 * 1024 * 1024;

/** Bounds the memory that the names of one group take. */
export class NameBudget {
  readonly #file: FileBytes;
  readonly #address: number;
  #spent = 0;

  /** @param address - Of the group's index, for messages. */
  constructor(file: FileBytes, address: number) {
    this.#file = file;
    this.#address = address;
  }

  /** @throws LimitError where the names become too long altogether. */
  spend(bytes: number): void {
    this.#spent += bytes;
    if (this.#spent <= MAX_NAME_BYTES) return;
    throw new LimitError(
      `the links of the group whose index lies at ${this.#address} have more than ${MAX_NAME_BYTES} bytes`,
      {
        source: this.#file.id,
        limit: "bytes of links in a group",
        wanted: this.#spent,
        allowed: MAX_NAME_BYTES,
      },
    );
  }
}
