const listeners = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls back once when a signal aborts. Ten thousand reads of one scan share one signal: it gets one listener for all of them,
 * since an EventTarget walks its list for each that is taken off.
 *
 * @returns forgets the callback. Call it when the work is done.
 */
export function onAbort(signal: AbortSignal | undefined, callback: () => void): () => void {
  if (signal === undefined) return () => {};
  let callbacks = listeners.get(signal);
  if (callbacks === undefined) {
    callbacks = new Set();
    listeners.set(signal, callbacks);
    listen(signal, callbacks);
  }
  const all = callbacks;
  all.add(callback);
  return () => {
    all.delete(callback);
  };
}

function listen(signal: AbortSignal, callbacks: Set<() => void>): void {
  signal.addEventListener(
    "abort",
    () => {
      const now = [...callbacks];
      callbacks.clear();
      for (const callback of now) callback();
    },
    { once: true },
  );
}

/** A promise that its caller may leave: it then rejects with the signal's reason, and the work goes on for others. */
export function leavable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise<T>((resolve, reject) => {
    if (signal.aborted) {
      work.catch(() => {});
      reject(signal.reason);
      return;
    }
    const forget = onAbort(signal, () => reject(signal.reason));
    work.then(resolve, reject).finally(forget);
  });
}

/** Waits, or rejects with the signal's reason. */
export function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const timer = setTimeout(() => {
      forget();
      resolve();
    }, milliseconds);
    const forget = onAbort(signal, () => {
      clearTimeout(timer);
      reject(signal?.reason);
    });
  });
}
