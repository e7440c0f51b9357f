import { ExpressionSyntaxError } from "@lazynwb/core";
import { WHERE_WORDS } from "../expr/format-expr.ts";
import { type Literal, type LiteralNode, literalNode, literalValue } from "../expr/node.ts";
import { type Token, tokenize } from "./tokenize.ts";

/** Goes through the tokens of a where text, and says what it would have wanted instead. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #at = 0;
  readonly zero: LiteralNode = literalNode(0);

  constructor(text: string) {
    this.#tokens = tokenize(text);
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)]!;
  }

  next(): Token {
    const token = this.peek();
    this.#at++;
    return token;
  }

  peekWord(word: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === "word" && token.written.toLowerCase() === word;
  }

  takeWord(word: string): boolean {
    const found = this.peekWord(word);
    if (found) this.#at++;
    return found;
  }

  expectWord(word: string): void {
    if (!this.takeWord(word)) throw this.error(`expected '${word}', not ${this.describe(this.peek())}`, this.peek());
  }

  takeSign(sign: string): boolean {
    const token = this.peek();
    const found = token.kind === "sign" && token.written === sign;
    if (found) this.#at++;
    return found;
  }

  expectSign(sign: string): void {
    if (!this.takeSign(sign)) throw this.error(`expected '${sign}', not ${this.describe(this.peek())}`, this.peek());
  }

  expectText(): string {
    const token = this.next();
    if (token.kind === "text") return token.value;
    throw this.error(`expected a text in single quotes, not ${this.describe(token)}`, token);
  }

  literal(value: Literal): LiteralNode {
    return literalNode(value);
  }

  /** The literal that a word stands for, if any. */
  wordLiteral(word: string): LiteralNode | null {
    switch (word) {
      case "true":
      case "false":
        return literalNode(word === "true");
      case "null":
        return literalNode(null);
      case "nan":
        return literalNode(Number.NaN);
      case "infinity":
        return literalNode(Number.POSITIVE_INFINITY);
      default:
        return null;
    }
  }

  negative(node: LiteralNode): LiteralNode {
    const value = literalValue(node);
    if ((typeof value !== "number" && typeof value !== "bigint") || node.type === "timestamp")
      throw this.error("only a number can have a minus before it", this.peek(-1));
    return literalNode(-value);
  }

  isReserved(word: string): boolean {
    return WHERE_WORDS.has(word.toLowerCase());
  }

  describe(token: Token): string {
    if (token.kind === "end") return "the end";
    if (token.kind === "word" && this.isReserved(token.written))
      return `the word '${token.written}' (a column of that name is written "${token.written}")`;
    return token.kind === "text" ? `the text ${token.written}` : `'${token.written}'`;
  }

  error(message: string, token: Token): ExpressionSyntaxError {
    return new ExpressionSyntaxError(`${message} (at character ${token.position + 1})`, { position: token.position });
  }
}
