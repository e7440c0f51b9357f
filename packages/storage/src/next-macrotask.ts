/**
 * Runs when everything that is running now has run, its microtasks and theirs included: as soon as a platform can, without the
 * milliseconds that a browser adds to a timer.
 */
export function nextMacrotask(run: () => void): void {
  const { setImmediate: immediate } = globalThis as { setImmediate?: (run: () => void) => unknown };
  if (immediate !== undefined) {
    immediate(run);
    return;
  }
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    run();
  };
  port2.postMessage(null);
}
