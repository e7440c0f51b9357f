import type { Cursor } from "../cursor.ts";
import type { AddressRange } from "../file-bytes.ts";
import { type HeaderMessage, MESSAGE } from "./object-header.ts";

/** The messages of one block of an object header, and where it goes on. */
export interface MessageBlock {
  readonly messages: readonly HeaderMessage[];
  readonly continuations: readonly AddressRange[];
}

interface Widths {
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

/** The messages of a version 1 block: heads of 8 bytes, no signature, no checksum. I/O: none. */
export function parseBlockV1(block: Cursor, widths: Widths): MessageBlock {
  const found = new BlockReader(widths);
  while (block.remaining >= 8) {
    const type = block.u16();
    const length = block.u16();
    const flags = block.u8();
    block.skip(3);
    found.take(block, type, flags, length);
  }
  return found;
}

/**
 * The messages of a version 2 block, without its prefix and checksum. A rest that is too small for a head is a gap.
 *
 * @param withOrder - Heads tell the order of creation, in two bytes more.
 */
export function parseBlockV2(block: Cursor, widths: Widths, withOrder: boolean): MessageBlock {
  const found = new BlockReader(widths);
  const headBytes = withOrder ? 6 : 4;
  while (block.remaining >= headBytes) {
    const type = block.u8();
    const length = block.u16();
    const flags = block.u8();
    if (withOrder) block.skip(2);
    found.take(block, type, flags, length);
  }
  return found;
}

const NIL = 0x00;
const KNOWN_TYPES = 0x18;

class BlockReader implements MessageBlock {
  readonly messages: HeaderMessage[] = [];
  readonly continuations: AddressRange[] = [];
  readonly #widths: Widths;

  constructor(widths: Widths) {
    this.#widths = widths;
  }

  take(block: Cursor, type: number, flags: number, length: number): void {
    const address = block.context.address + block.offset;
    if (type === MESSAGE.continuation) {
      const body = block.sub(length, "continuation message");
      const next = body.definedAddress(this.#widths.offsetBytes);
      this.continuations.push({ address: next, length: body.uint(this.#widths.lengthBytes) });
      return;
    }
    const body = block.bytes(length);
    if (type === NIL) return;
    if (type >= KNOWN_TYPES && (flags & 0x80) !== 0)
      block.fail("a message of unknown type forbids to read the object", { found: `type ${type}` });
    this.messages.push({ type, flags, body, address });
  }
}
