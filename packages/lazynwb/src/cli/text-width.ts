const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const WIDE =
  /^(?:\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}])/u;
const INVISIBLE = /^(?:\p{Mark}|\p{Format})+$/u;

/** Escapes, line ends, and marks that turn the direction of text: bytes of a file must not drive a terminal. */
const CONTROL = /[\p{Control}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const NAMED: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0" };

/**
 * Text that is safe to print on one line: control characters are written as escapes.
 *
 * @example printable("a\nb") // "a\\nb"
 */
export function printable(text: string): string {
  return text.replace(
    CONTROL,
    (control) => NAMED[control] ?? `\\u${control.codePointAt(0)!.toString(16).padStart(4, "0")}`,
  );
}

/** Columns that text takes on a terminal. It must be printable. */
export function widthOf(text: string): number {
  if (/^[\x20-\x7e]*$/.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += segmentWidth(segment);
  return width;
}

function segmentWidth(segment: string): number {
  return INVISIBLE.test(segment) ? 0 : WIDE.test(segment) ? 2 : 1;
}

/**
 * Text cut to a width, with `…` in place of what was left out.
 *
 * @param end - which end gives way; paths say more by their tail.
 * @example cut("presence_ratio", 8) // "presenc…"
 */
export function cut(text: string, width: number, end: "head" | "tail" = "tail"): string {
  if (widthOf(text) <= width) return text;
  if (width < 1) return "";
  const segments = Array.from(segmenter.segment(text), ({ segment }) => segment);
  if (end === "head") segments.reverse();
  const kept: string[] = [];
  let used = 1;
  for (const segment of segments) {
    used += segmentWidth(segment);
    if (used > width) break;
    kept.push(segment);
  }
  return end === "head" ? `…${kept.reverse().join("")}` : `${kept.join("")}…`;
}

/** Text filled up with spaces to a width. */
export function pad(text: string, width: number, align: "left" | "right" = "left"): string {
  const space = " ".repeat(Math.max(0, width - widthOf(text)));
  return align === "right" ? space + text : text + space;
}

/** Lines of at most a width, broken between words; a word that is longer stands alone. No line for an empty text. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ").filter((each) => each !== "")) {
    const last = lines.at(-1);
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
