import type { ProgressEvent } from "@lazynwb/core";
import { bytesText, clockText, countText } from "./human-units.ts";
import { cut } from "./text-width.ts";

/** Where a bar is drawn: a terminal's stderr. */
export interface ProgressStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

const REDRAW_MS = 100;
const BAR_WIDTH = 20;
/** What is done sooner than this needs no bar. */
const PATIENCE_MS = 250;

/**
 * One line that tells how far work on many files has come. Nothing is written where the stream is no terminal.
 *
 * Files done, bytes, rate and time left; drawn at most ten times a second; gone without trace after `clear`.
 */
export class ProgressBar {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  readonly #started: number;
  #phase = "";
  #phaseStarted = 0;
  #drawnAt: number;
  #visible = false;

  constructor(stream: ProgressStream, now: () => number = () => performance.now()) {
    this.#stream = stream;
    this.#now = now;
    this.#started = now();
    this.#drawnAt = this.#started + PATIENCE_MS - REDRAW_MS;
  }

  /** Takes an event of `onProgress`. */
  readonly update = (event: ProgressEvent): void => {
    const now = this.#now();
    if (event.phase !== this.#phase) {
      this.#phase = event.phase;
      this.#phaseStarted = now;
    }
    // One file is opened before a bar could be read.
    if (event.total === 1 && event.phase !== "read") return;
    if (this.#stream.isTTY !== true || now - this.#drawnAt < REDRAW_MS) return;
    this.#drawnAt = now;
    this.#visible = true;
    const line = progressLine(event, (now - this.#started) / 1000, (now - this.#phaseStarted) / 1000);
    this.#stream.write(`\r${cut(line, Math.max(20, (this.#stream.columns ?? 80) - 1))}\x1b[K`);
  };

  /** Takes the line away, so that other text can stand there. */
  clear(): void {
    if (this.#visible) this.#stream.write("\r\x1b[K");
    this.#visible = false;
  }
}

/**
 * @param seconds - since the work began, for the rate.
 * @param phaseSeconds - since this phase began, for the time left.
 * @example progressLine({ phase: "metadata", done: 45, total: 60, bytes: 15e6 }, 2, 2)
 * // "metadata ███████████████░░░░░ 45/60 files · 15.0 MB · 7.5 MB/s · 0:01 left"
 */
export function progressLine(event: ProgressEvent, seconds: number, phaseSeconds = seconds): string {
  const { phase, done, total, bytes } = event;
  const unit = phase === "read" ? "rows" : "files";
  const parts: string[] = [];
  if (total !== undefined && total > 0) {
    const filled = Math.round(Math.min(1, done / total) * BAR_WIDTH);
    const bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
    parts.push(`${phase} ${bar} ${countText(done)}/${countText(total)} ${unit}`);
  } else parts.push(`${phase} ${countText(done)} ${unit}`);
  parts.push(bytesText(bytes));
  if (seconds > 0) parts.push(`${bytesText(bytes / seconds)}/s`);
  if (total !== undefined && done > 0 && done < total)
    parts.push(`${clockText((phaseSeconds / done) * (total - done))} left`);
  return parts.join(" · ");
}
