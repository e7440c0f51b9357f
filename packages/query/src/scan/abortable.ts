/** Settles as `work` does, or rejects with `signal.reason` as soon as that aborts: who waits need not wait for work that ignores it. */
export function abortable<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** A promise that is settled from outside. Its rejection is handled, so that nobody needs to wait for it. */
export function deferred<Result>(): PromiseWithResolvers<Result> {
  const parts = Promise.withResolvers<Result>();
  parts.promise.catch(() => {});
  return parts;
}

/** The caller's signal and ours: whichever aborts first. */
export function eitherSignal(theirs: AbortSignal | undefined, ours: AbortSignal): AbortSignal {
  return theirs === undefined ? ours : AbortSignal.any([theirs, ours]);
}
