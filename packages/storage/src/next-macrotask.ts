let waiting: (() => void)[] = [];

/**
 * Runs when everything that is running now has run, its microtasks and theirs included: as soon as a platform can, without the
 * milliseconds that a browser adds to a timer. All that were given in one moment run in one go, so that reads of several objects
 * leave together.
 */
export function nextMacrotask(run: () => void): void {
  if (waiting.push(run) > 1) return;
  const { setImmediate: immediate } = globalThis as { setImmediate?: (run: () => void) => unknown };
  if (immediate !== undefined) {
    immediate(runAll);
    return;
  }
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    runAll();
  };
  port2.postMessage(null);
}

function runAll(): void {
  const now = waiting;
  waiting = [];
  for (const run of now) run();
}
