import { LimitError } from "@lazynwb/core";

/** What one array of values can hold: its offsets are 32 bits wide. */
const MAX_ELEMENTS = 2 ** 31 - 1;

/**
 * Refuses what does not fit one array.
 *
 * @param what - unit of `count` for the message, such as "elements of /units/spike_times".
 */
export function checkElements(count: number, what: string, path?: string): void {
  if (count <= MAX_ELEMENTS) return;
  const message = `${count} ${what} do not fit one array of at most ${MAX_ELEMENTS}; read fewer rows at once`;
  throw new LimitError(message, { limit: "elements", wanted: count, allowed: MAX_ELEMENTS, path });
}
