import type { HeapHeader } from "./heap-header.ts";

type Table = Pick<HeapHeader, "tableWidth" | "startBlockBytes" | "maxDirectBytes">;

/** A block of the table: its row and column, and where it begins in the space that the table covers. */
export interface TablePlace {
  readonly row: number;
  readonly column: number;
  /** Bytes of the block. */
  readonly blockBytes: number;
  /** Offset of the block's first byte, from the beginning of the table. */
  readonly blockOffset: number;
}

/** Bytes of each block in a row: the first two rows have the starting size, each later one twice that of the one before. */
function rowBlockBytes(table: Table, row: number): number {
  return table.startBlockBytes * 2 ** Math.max(0, row - 1);
}

/** Rows whose blocks hold objects; those behind hold tables. */
export function directRows(table: Table): number {
  return Math.log2(table.maxDirectBytes) - Math.log2(table.startBlockBytes) + 2;
}

/** Rows of the table that covers a block of `blockBytes`. */
export function rowsOfTable(table: Table, blockBytes: number): number {
  return Math.log2(blockBytes) - Math.log2(table.startBlockBytes * table.tableWidth) + 1;
}

/** Which block of a table holds the byte at `offset`. */
export function placeOf(table: Table, offset: number): TablePlace {
  const firstRow = table.startBlockBytes * table.tableWidth;
  let row = 0;
  while (offset >= firstRow * 2 ** row) row++;
  const blockBytes = rowBlockBytes(table, row);
  const rowOffset = row === 0 ? 0 : firstRow * 2 ** (row - 1);
  const column = Math.floor((offset - rowOffset) / blockBytes);
  return { row, column, blockBytes, blockOffset: rowOffset + column * blockBytes };
}
