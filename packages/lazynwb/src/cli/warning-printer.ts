import type { Warning } from "@lazynwb/core";
import type { TextStream } from "./output.ts";
import type { ProgressBar } from "./progress-bar.ts";
import type { Style } from "./style.ts";
import { printable } from "./text-width.ts";

/** Warnings of one kind that are printed; of thousands of files each may have the same. */
const MOST_OF_A_KIND = 5;

/** Prints warnings on stderr, a line each, and counts those that would repeat what was said. */
export class WarningPrinter {
  readonly #stream: TextStream | undefined;
  readonly #style: Style;
  readonly #bar: ProgressBar;
  /** A file that fails on opening is tried again on reading, and fails again. */
  readonly #said = new Set<string>();
  readonly #counts = new Map<string, number>();

  /** @param stream - none where nothing shall be printed. */
  constructor(stream: TextStream | undefined, style: Style, bar: ProgressBar) {
    this.#stream = stream;
    this.#style = style;
    this.#bar = bar;
  }

  readonly print = (warning: Warning): void => {
    const text = textOf(warning);
    if (this.#said.has(text)) return;
    this.#said.add(text);
    const count = (this.#counts.get(warning.code) ?? 0) + 1;
    this.#counts.set(warning.code, count);
    if (count <= MOST_OF_A_KIND || warning.code === "FILE_FAILED") this.#line(text);
  };

  /** Tells how many were not printed. */
  finish(): void {
    for (const [code, count] of this.#counts)
      if (count > MOST_OF_A_KIND && code !== "FILE_FAILED") this.#line(`${count - MOST_OF_A_KIND} more of ${code}`);
    this.#counts.clear();
  }

  #line(text: string): void {
    if (this.#stream === undefined) return;
    this.#bar.clear();
    this.#stream.write(`${this.#style.yellow("warning:")} ${text}\n`);
  }
}

function textOf({ message, source }: Warning): string {
  const place = source === undefined || message.includes(source) ? "" : ` (${source})`;
  return printable(message + place);
}
