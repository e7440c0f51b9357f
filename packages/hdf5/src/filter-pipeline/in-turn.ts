/**
 * Does `step` for 0 to `count` - 1, one after the other.
 *
 * @returns a promise only where a step gave one: what can be done at once is done at once.
 */
export function inTurn(count: number, step: (at: number) => void | Promise<void>, first = 0): void | Promise<void> {
  for (let at = first; at < count; at++) {
    const running = step(at);
    if (running !== undefined) return running.then(() => inTurn(count, step, at + 1));
  }
}
