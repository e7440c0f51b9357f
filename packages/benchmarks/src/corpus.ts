import { existsSync } from "node:fs";
import { join } from "node:path";
import { complaintOf, outputOf } from "./process-output.ts";
import type { PythonEnvironment } from "./python.ts";
import { CORPUS_FILES } from "./questions.ts";

export const corpusFolder = (packageFolder: string): string =>
  process.env["LAZYNWB_CORPUS"] ?? join(packageFolder, "corpus");

export const lacking = (folder: string): string[] => CORPUS_FILES.filter((name) => !existsSync(join(folder, name)));

/**
 * Finds the corpus, or makes what is lacking of it.
 *
 * @returns nothing where it is complete, else what to do about it.
 */
export async function provideCorpus(
  packageFolder: string,
  folder: string,
  python: PythonEnvironment,
  say: (line: string) => void,
): Promise<string | undefined> {
  const missing = lacking(folder);
  if (missing.length === 0) return undefined;
  const script = join(packageFolder, "scripts", "make_corpus.py");
  if ("missing" in python) {
    return (
      `the corpus in ${folder} lacks ${missing.length} of ${CORPUS_FILES.length} files, and ${python.missing}; ` +
      `run "python ${script} ${folder}" where pynwb is installed, or set LAZYNWB_CORPUS to a folder that holds them`
    );
  }
  say(`making the corpus in ${folder}, 135 MB, about a minute`);
  const output = await outputOf(python.interpreter, ["-W", "ignore", script, folder]);
  return output.status === 0 ? undefined : `making the corpus failed: ${complaintOf(output)}`;
}
