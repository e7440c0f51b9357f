import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { FarServer } from "./far-server.ts";
import type { OwnCost, Run } from "./measurement.ts";
import { complaintOf, outputOf } from "./process-output.ts";
import { filesOf, type Question } from "./questions.ts";

const QUESTION_TIMEOUT_MS = 300_000;
const packageFolder = fileURLToPath(new URL("..", import.meta.url));

/** Starts the process that asks: command and parameters before the question's name and URLs. */
export type Asker = { readonly command: string; readonly parameters: readonly string[] };

/** Over what was built, as users have it: running on sources costs seconds and memory of its own. */
export const ours: Asker = { command: process.execPath, parameters: [join(packageFolder, "dist", "ask-ours.js")] };

export const reference = (interpreter: string): Asker => ({
  command: interpreter,
  parameters: ["-W", "ignore", join(packageFolder, "scripts", "reference.py")],
});

/**
 * Asks one question in a fresh process, with caches that do not exist yet.
 *
 * @throws Error with the asker's complaint where it ends without an answer.
 */
export async function askOnce(asker: Asker, question: Question, server: FarServer): Promise<Run> {
  const scratch = mkdtempSync(join(tmpdir(), "lazynwb-bench-"));
  try {
    const urls = filesOf(question.extent).map((name) => `${server.url}/${name}`);
    await server.reset();
    const output = await outputOf(asker.command, [...asker.parameters, question.name, ...urls], {
      cwd: scratch,
      env: { XDG_CACHE_HOME: scratch, LAZYNWB_CATALOG_CACHE_PATH: join(scratch, "catalog.sqlite") },
      timeoutMs: QUESTION_TIMEOUT_MS,
    });
    const stats = await server.stats();
    const answer = output.stdout.trim().split("\n").at(-1) ?? "";
    if (output.status !== 0 || answer === "") throw new Error(complaintOf(output));
    const own = JSON.parse(answer) as OwnCost;
    return { ...own, rounds: stats.rounds, requests: stats.requests + stats.heads, megabytes: stats.bytes / 1e6 };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
