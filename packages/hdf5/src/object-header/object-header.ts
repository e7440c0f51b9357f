/** Types of the messages that this reader knows. */
export const MESSAGE = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  oldFillValue: 0x04,
  fillValue: 0x05,
  link: 0x06,
  externalFiles: 0x07,
  layout: 0x08,
  groupInfo: 0x0a,
  filterPipeline: 0x0b,
  attribute: 0x0c,
  sharedMessageTable: 0x0f,
  continuation: 0x10,
  symbolTable: 0x11,
  bTreeK: 0x13,
  attributeInfo: 0x15,
  referenceCount: 0x16,
} as const;

/** One message of an object header, as written. */
export interface HeaderMessage {
  readonly type: number;
  /** Bit 1: shared, the body is a pointer. Bit 7: who does not know the message must refuse the object. */
  readonly flags: number;
  readonly body: Uint8Array;
  /** Of the body, relative to the base address. */
  readonly address: number;
}

/** The header of a group, a dataset or a committed datatype, its continuation blocks included. */
export interface ObjectHeader {
  readonly address: number;
  readonly version: 1 | 2;
  /** Hard links that lead to the object, as it counts them. */
  readonly referenceCount: number;
  /** In the order of the blocks; no empty and no continuation messages. */
  readonly messages: readonly HeaderMessage[];
  /** Bytes that were read for it. */
  readonly bytes: number;
}

/** Whether a message holds a pointer in place of itself. */
export function isShared(message: Pick<HeaderMessage, "flags">): boolean {
  return (message.flags & 2) !== 0;
}

/** The first message of a type. */
export function messageOf(header: ObjectHeader, type: number): HeaderMessage | undefined {
  return header.messages.find((message) => message.type === type);
}
