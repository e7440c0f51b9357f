const callbacksOf = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls back when a signal aborts. Thousands may wait for one signal, which an event target, that goes through all its
 * listeners for each new one, is not made for: here they share one listener.
 *
 * @returns Takes the callback back.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const known = callbacksOf.get(signal);
  const callbacks = known ?? new Set();
  if (known === undefined) {
    callbacksOf.set(signal, callbacks);
    const abort = () => {
      for (const each of [...callbacks]) each();
    };
    signal.addEventListener("abort", abort, { once: true });
  }
  callbacks.add(callback);
  return () => callbacks.delete(callback);
}
