import type { TestFunction } from "../../src/testing/index.ts";

/** A case that hangs counts as failed after so long. */
const PATIENCE_MS = 3000;

/** Runs a kit outside of the runner, and gives the titles of the cases that failed. */
export async function failingCases(kit: (test: TestFunction) => void): Promise<string[]> {
  const cases: { title: string; body: () => Promise<void> }[] = [];
  kit((title, body) => cases.push({ title, body }));
  const failed: string[] = [];
  await Promise.all(
    cases.map(async ({ title, body }) => {
      try {
        await Promise.race([body(), new Promise((_, reject) => setTimeout(reject, PATIENCE_MS))]);
      } catch {
        failed.push(title);
      }
    }),
  );
  return failed.sort();
}
