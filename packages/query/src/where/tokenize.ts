import { ExpressionSyntaxError } from "@lazynwb/core";

/** A piece of a where text. `position`: its first character, counted from 0. */
export type Token = { readonly position: number; readonly written: string } & (
  | { readonly kind: "word" }
  /** A quoted name. */
  | { readonly kind: "name"; readonly value: string }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "number"; readonly value: number | bigint }
  | { readonly kind: "sign" }
  | { readonly kind: "end" }
);

const WORD = /[\p{L}_][\p{L}\p{N}_.]*/uy;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(n?)/y;
const SIGN = /<=|>=|!=|<>|==|[<>=+\-*/%(),]/y;
const SPACE = /\s*/y;
const CLOSERS: Readonly<Record<string, string>> = { "'": "'", '"': '"', "`": "`" };

/** The pieces of a where text, an `end` last. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  for (;;) {
    at += match(SPACE)![0].length;
    if (at === text.length) return [...tokens, { kind: "end", position: at, written: "" }];
    const token = CLOSERS[text[at]!] === undefined ? plainToken(at, match) : quotedToken(text, at);
    if (token === null)
      throw new ExpressionSyntaxError(`'${String.fromCodePoint(text.codePointAt(at)!)}' means nothing here`, {
        position: at,
      });
    tokens.push(token);
    at += token.written.length;
  }
}

function plainToken(position: number, match: (pattern: RegExp) => RegExpExecArray | null): Token | null {
  const word = match(WORD)?.[0];
  if (word !== undefined) return { kind: "word", position, written: word };
  const number = match(NUMBER);
  if (number !== null) return { kind: "number", position, written: number[0], value: numberOf(number[0], position) };
  const sign = match(SIGN)?.[0];
  return sign === undefined ? null : { kind: "sign", position, written: sign };
}

/** Whole numbers that doubles do not hold, and those marked by an n, are bigints. */
function numberOf(written: string, position: number): number | bigint {
  const digits = written.endsWith("n") ? written.slice(0, -1) : written;
  if (/^\d+$/.test(digits)) {
    const whole = Number(digits);
    return written.endsWith("n") || !Number.isSafeInteger(whole) ? BigInt(digits) : whole;
  }
  if (written.endsWith("n"))
    throw new ExpressionSyntaxError(`${written} is no whole number, and only those are marked by n`, { position });
  return Number(digits);
}

/** A quote inside is written twice. */
function quotedToken(text: string, position: number): Token {
  const quote = text[position]!;
  let value = "";
  let at = position + 1;
  for (;;) {
    const close = text.indexOf(quote, at);
    if (close < 0) throw new ExpressionSyntaxError(`the ${quote} opened here is never closed`, { position });
    value += text.slice(at, close);
    at = close + 1;
    if (text[at] !== quote) break;
    value += quote;
    at++;
  }
  return { kind: quote === "'" ? "text" : "name", position, written: text.slice(position, at), value };
}
