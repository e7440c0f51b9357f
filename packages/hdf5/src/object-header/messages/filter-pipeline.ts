import type { Cursor } from "../../cursor.ts";
import type { FilterMessage } from "../../dataset.ts";

/** One bit of a chunk's filter mask for each. */
const MAX_FILTERS = 32;
/** Ids below this are the library's own; version 2 leaves out their names. */
const FIRST_NAMED_ID = 256;

/** A filter pipeline message (0x0B): the filters in the order in which they were applied on writing. I/O: none. */
export function parseFilterPipeline(cursor: Cursor): readonly FilterMessage[] {
  const version = cursor.u8();
  if (version !== 1 && version !== 2) cursor.fail("unknown version", { expected: "1 or 2", found: `${version}` });
  const count = cursor.u8();
  if (count > MAX_FILTERS) cursor.fail("too many filters", { expected: `at most ${MAX_FILTERS}`, found: `${count}` });
  if (version === 1) cursor.skip(6);
  const filters: FilterMessage[] = [];
  for (let at = 0; at < count; at++) {
    const id = cursor.u16();
    const nameBytes = version === 1 || id >= FIRST_NAMED_ID ? cursor.u16() : 0;
    const flags = cursor.u16();
    const values = cursor.u16();
    const name = cursor.string(version === 1 ? Math.ceil(nameBytes / 8) * 8 : nameBytes);
    const clientData: number[] = [];
    for (let value = 0; value < values; value++) clientData.push(cursor.u32());
    if (version === 1 && values % 2 === 1) cursor.skip(4);
    filters.push({ id, name, flags, clientData });
  }
  return filters;
}
