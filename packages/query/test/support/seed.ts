/** fast-check's seed and runs: printed in the names of tests, set by FC_SEED and FC_RUNS to run a failure again. */
export const seed = Number(process.env["FC_SEED"] ?? Math.floor(Math.random() * 2 ** 31));

export function runs(fallback: number): number {
  return Number(process.env["FC_RUNS"] ?? fallback);
}
