import type { Measurement, Outcome, Row } from "./measurement.ts";

type Metric = { readonly title: string; readonly of: (run: Measurement) => number; readonly digits: number };

const METRICS: readonly Metric[] = [
  { title: "rounds", of: (run) => run.rounds, digits: 0 },
  { title: "requests", of: (run) => run.requests, digits: 0 },
  { title: "MB", of: (run) => run.megabytes, digits: 2 },
  { title: "seconds", of: (run) => run.seconds, digits: 2 },
  { title: "CPU s", of: (run) => run.cpuSeconds, digits: 2 },
  { title: "peak MB", of: (run) => run.peakMegabytes, digits: 0 },
  { title: "slope", of: (run) => run.slope, digits: 1 },
];

const GAP = "  ";
const FIRST_WIDTH = 30;
const WHO_WIDTH = 11;
const WIDTH = 9;
const STYLES = { bold: 1, dim: 2, red: 31, green: 32 } as const;

export type ReportOptions = { readonly color: boolean };

/**
 * Ours and the reference side by side, a line each, with the ratio of the two below.
 *
 * @param rows - in the order to print; a reference that was left out leaves its lines out.
 * @param options - whether colours may be used.
 */
export function reportTable(rows: readonly Row[], { color }: ReportOptions): string {
  const paint = (text: string, style: keyof typeof STYLES) =>
    color ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text;
  const line = (first: string, who: string, cells: readonly string[]) =>
    [first.padEnd(FIRST_WIDTH), who.padEnd(WHO_WIDTH), ...cells].join(GAP);
  const cell = (text: string) => text.padStart(WIDTH);
  const costs = (outcome: Outcome) =>
    "failure" in outcome
      ? [paint(outcome.failure, "red")]
      : METRICS.map(({ of, digits }) => cell(of(outcome.measurement).toFixed(digits)));

  const lines = [
    paint(
      line(
        "",
        "",
        METRICS.map(({ title }) => cell(title)),
      ),
      "bold",
    ),
  ];
  for (const { title, ours, reference } of rows) {
    lines.push(line(title, "lazynwb", costs(ours)));
    if (reference === undefined) continue;
    lines.push(line("", "Python", costs(reference)));
    if ("failure" in ours || "failure" in reference) continue;
    const ratios = METRICS.map(({ of }) => ratioOf(of(ours.measurement), of(reference.measurement)));
    const painted = ratios.map((ratio) =>
      ratio === undefined ? cell("-") : paint(cell(`x ${ratio.toFixed(2)}`), ratio > 1 ? "red" : "green"),
    );
    lines.push(line("", paint("ratio".padEnd(WHO_WIDTH), "dim"), painted));
    if (ours.measurement.rows !== reference.measurement.rows)
      lines.push(line("", `rows: ${ours.measurement.rows} and ${reference.measurement.rows}`, []));
  }
  return lines.join("\n");
}

/** Undefined where the reference's number leaves nothing to compare with. */
function ratioOf(ours: number, theirs: number): number | undefined {
  return theirs > 0 && ours >= 0 ? ours / theirs : undefined;
}
