import { type CallOptions, notify, type ReportOptions } from "@lazynwb/core";
import type { NwbFile } from "@lazynwb/model";
import { DEFAULT_CONCURRENCY } from "@lazynwb/query";

/** What calls over many files take. */
export interface FilesOptions extends CallOptions, ReportOptions {
  /** A file that fails is reported by `onWarning` (code `FILE_FAILED`) and left out. Default false. */
  readonly ignoreErrors?: boolean | undefined;
  /** Files under way at once. Default 16. */
  readonly concurrency?: number | undefined;
}

/**
 * Does the same with every file, several at once.
 *
 * @returns results in the order of the files, those of failed files left out where failures are ignored.
 * @throws what the first failing file threw, unless `ignoreErrors`; then only where every file fails.
 */
export async function eachFile<Result>(
  files: readonly NwbFile[],
  phase: string,
  options: FilesOptions,
  work: (file: NwbFile, call: CallOptions & ReportOptions) => Promise<Result>,
): Promise<Result[]> {
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const results = new Map<number, Result>();
  const failures: unknown[] = [];
  let next = 0;
  let done = 0;
  const worker = async () => {
    for (let at = next++; at < files.length; at = next++) {
      const file = files[at]!;
      try {
        results.set(at, await work(file, { signal, onWarning: options.onWarning }));
      } catch (error) {
        signal.throwIfAborted();
        if (options.ignoreErrors !== true) throw error;
        failures.push(error);
        const message = `${file.id} failed and is left out: ${error instanceof Error ? error.message : String(error)}`;
        notify(options.onWarning, { code: "FILE_FAILED", message, source: file.id, details: { error } });
      }
      done++;
      const bytes = files.reduce((sum, each) => sum + each.counters().bytes, 0);
      notify(options.onProgress, { phase, done, total: files.length, bytes });
    }
  };
  const workers = Array.from({ length: Math.min(files.length, options.concurrency ?? DEFAULT_CONCURRENCY) }, worker);
  try {
    await Promise.all(workers);
  } catch (error) {
    stop.abort(error);
    await Promise.allSettled(workers);
    throw error;
  }
  if (failures.length > 0 && failures.length === files.length) throw failures[0];
  return [...results].sort(([left], [right]) => left - right).map(([, result]) => result);
}
