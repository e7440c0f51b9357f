import process from "node:process";
import type { ReportOptions } from "@lazynwb/core";
import { ProgressBar } from "./cli/progress-bar.ts";

/** Options of calls that may take long. */
export interface ProgressOptions extends ReportOptions {
  /** No progress bar. One is drawn only where stderr is a terminal and the call has no `onProgress` of its own. */
  readonly disableProgress?: boolean | undefined;
}

/**
 * Work over many files, with a bar on a terminal's stderr while it lasts. What keeps the options longer, as a lazy frame does,
 * draws nothing later.
 */
export async function withBar<Options extends ProgressOptions, Result>(
  options: Options | undefined,
  work: (options: Options) => Promise<Result>,
): Promise<Result> {
  const given = options ?? ({} as Options);
  if (given.onProgress !== undefined || given.disableProgress === true || process.stderr.isTTY !== true)
    return work(given);
  let bar: ProgressBar | undefined = new ProgressBar(process.stderr);
  try {
    return await work({ ...given, onProgress: (event) => bar?.update(event) });
  } finally {
    bar.clear();
    bar = undefined;
  }
}
