/**
 * The line of a where text in which a position lies, and under it a caret at that place: for people to see where an
 * ExpressionSyntaxError points to.
 *
 * @example caretLine("x >> 5", 3) // "x >> 5\n   ^"
 */
export function caretLine(text: string, position: number): string {
  const at = Math.max(0, Math.min(position, text.length));
  const start = text.lastIndexOf("\n", at - 1) + 1;
  const end = text.indexOf("\n", at);
  const line = text.slice(start, end < 0 ? undefined : end);
  return `${line}\n${" ".repeat([...text.slice(start, at)].length)}^`;
}
