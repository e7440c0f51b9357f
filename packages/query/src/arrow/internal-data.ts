import { countRows, LimitError, type RowRanges } from "@lazynwb/core";
import { type Data, makeData, Uint32, Utf8 } from "apache-arrow/Arrow";
import { NWB_PATH, TABLE_INDEX, TABLE_PATH } from "../internal-columns.ts";

/** Which table rows are of. */
export interface TablePlace {
  readonly source: string;
  readonly path: string;
}

/** The values of an internal column for rows of a table. */
export function internalData(name: string, place: TablePlace, rows: RowRanges): Data {
  switch (name) {
    case NWB_PATH:
      return repeatedText(place.source, countRows(rows));
    case TABLE_PATH:
      return repeatedText(place.path, countRows(rows));
    case TABLE_INDEX:
      return rowNumbers(rows);
    default:
      throw new TypeError(`${name} is no internal column`);
  }
}

/** Bytes that the internal columns among `names` take for each row. */
export function internalRowBytes(names: readonly string[], place: TablePlace): number {
  const widths: Readonly<Record<string, number>> = {
    [NWB_PATH]: place.source.length + 4,
    [TABLE_PATH]: place.path.length + 4,
    [TABLE_INDEX]: 4,
  };
  return names.reduce((sum, name) => sum + (widths[name] ?? 0), 0);
}

function repeatedText(text: string, count: number): Data<Utf8> {
  const one = new TextEncoder().encode(text);
  if (one.length * count > 2 ** 31 - 1)
    throw new LimitError(`${count} rows of a text of ${one.length} bytes do not fit one batch`, { limit: "bytes" });
  const bytes = new Uint8Array(one.length * count);
  if (count > 0) bytes.set(one);
  for (let filled = one.length; filled > 0 && filled < bytes.length; filled *= 2) bytes.copyWithin(filled, 0, filled);
  const offsets = new Int32Array(count + 1);
  for (let row = 1; row <= count; row++) offsets[row] = row * one.length;
  return makeData({ type: new Utf8(), length: count, nullCount: 0, valueOffsets: offsets, data: bytes });
}

function rowNumbers(rows: RowRanges): Data<Uint32> {
  const numbers = new Uint32Array(countRows(rows));
  let filled = 0;
  for (let at = 0; at < rows.length; at += 2)
    for (let row = rows[at]!; row < rows[at + 1]!; row++) numbers[filled++] = row;
  return makeData({ type: new Uint32(), length: numbers.length, nullCount: 0, data: numbers });
}
