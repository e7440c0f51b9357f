import type { Cursor } from "../../cursor.ts";

/** A part of an attribute that may be a pointer to a message kept elsewhere. */
export interface AttributePart {
  readonly body: Cursor;
  readonly shared: boolean;
}

/** An attribute message, its datatype and dataspace not yet parsed. */
export interface StoredAttribute {
  readonly name: string;
  readonly datatype: AttributePart;
  readonly dataspace: AttributePart;
  /** The elements as stored. */
  readonly data: Cursor;
}

/** An attribute message (0x0C). I/O: none. */
export function parseAttribute(cursor: Cursor): StoredAttribute {
  const version = cursor.u8();
  if (version < 1 || version > 3) cursor.fail("unknown version", { expected: "1 to 3", found: `${version}` });
  const flags = cursor.u8();
  const nameBytes = cursor.u16();
  const datatypeBytes = cursor.u16();
  const dataspaceBytes = cursor.u16();
  if (version === 3) cursor.skip(1);
  const unit = version === 1 ? 8 : 1;
  const stored = (bytes: number) => Math.ceil(bytes / unit) * unit;
  const name = cursor.string(stored(nameBytes));
  const datatype = cursor.sub(stored(datatypeBytes), `datatype of attribute ${JSON.stringify(name)}`);
  const dataspace = cursor.sub(stored(dataspaceBytes), `dataspace of attribute ${JSON.stringify(name)}`);
  const canShare = version > 1;
  return {
    name,
    datatype: { body: datatype, shared: canShare && (flags & 1) !== 0 },
    dataspace: { body: dataspace, shared: canShare && (flags & 2) !== 0 },
    data: cursor.sub(cursor.remaining, `value of attribute ${JSON.stringify(name)}`),
  };
}
