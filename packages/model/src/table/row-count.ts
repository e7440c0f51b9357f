import type { WarningLog } from "../warning-log.ts";

/**
 * The rows of a table that has no `id`: the length that most of its columns have, of equally frequent ones the shortest.
 *
 * @example agreedRowCount([3, 3, 7]) // 3
 */
export function agreedRowCount(lengths: readonly number[]): number {
  const times = new Map<number, number>();
  for (const length of lengths) times.set(length, (times.get(length) ?? 0) + 1);
  const [agreed] = [...times].sort(([a, ofA], [b, ofB]) => ofB - ofA || a - b);
  return agreed?.[0] ?? 0;
}

/** Warns of a column that has not as many rows as its table. */
export function warnOfLength(table: string, column: string, length: number, rowCount: number, log: WarningLog): void {
  if (length === rowCount) return;
  const treatment = length < rowCount ? "the rest is null" : "the rest is left out";
  const message = `${table} has ${rowCount} rows and its column '${column}' ${length}; ${treatment}`;
  log.warn("COLUMN_LENGTH", `${table === "/" ? "" : table}/${column}`, message, { column, rows: length, rowCount });
}
