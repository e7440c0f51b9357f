import { styleText } from "node:util";

/** Marks text for a terminal; leaves it alone where colour is not wanted. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

const plain = (text: string) => text;
const marked = (format: Parameters<typeof styleText>[0]) => (text: string) =>
  styleText(format, text, { validateStream: false });

export const PLAIN: Style = { bold: plain, dim: plain, red: plain, yellow: plain, cyan: plain };
const COLOURED: Style = {
  bold: marked("bold"),
  dim: marked("dim"),
  red: marked("red"),
  yellow: marked("yellow"),
  cyan: marked("cyan"),
};

/**
 * The style for a stream. `NO_COLOR` (not empty) and `TERM=dumb` turn colour off, `FORCE_COLOR` (not 0) turns it on where the
 * stream is no terminal.
 */
export function styleFor(
  stream: { readonly isTTY?: boolean | undefined },
  env: Readonly<Record<string, string | undefined>>,
  wanted = true,
): Style {
  if (!wanted || env.NO_COLOR) return PLAIN;
  if (env.FORCE_COLOR) return env.FORCE_COLOR === "0" ? PLAIN : COLOURED;
  return stream.isTTY === true && env.TERM !== "dumb" ? COLOURED : PLAIN;
}
