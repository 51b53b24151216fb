// SPDX-License-Identifier: Apache-2.0
import { SelectError, type SelectErrorCode } from '../select-error.js';
import { type Token, tokenize } from './lexer.js';
import { reservedWords } from './reserved-words.js';
import type { Name } from './syntax.js';

/** The tokens of an expression, one after the other. */
export class TokenReader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(expression: string) {
    this.#tokens = tokenize(expression);
  }

  peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] as Token;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.#at += 1;
    return token;
  }

  isWord(...words: readonly string[]): boolean {
    const token = this.peek();
    return token.kind === 'word' && words.includes(token.text);
  }

  isSymbol(...symbols: readonly string[]): boolean {
    const token = this.peek();
    return token.kind === 'symbol' && symbols.includes(token.text);
  }

  /** Takes one of the words, if it comes next. */
  takeWord(...words: readonly string[]): string | undefined {
    return this.isWord(...words) ? this.next().text : undefined;
  }

  takeSymbol(...symbols: readonly string[]): string | undefined {
    return this.isSymbol(...symbols) ? this.next().text : undefined;
  }

  expectWord(word: string, code: SelectErrorCode = 'ParseExpectedKeyword'): void {
    if (this.takeWord(word) === undefined) throw this.error(code);
  }

  expectSymbol(symbol: string, code: SelectErrorCode = 'ParseExpectedTokenType'): void {
    if (this.takeSymbol(symbol) === undefined) throw this.error(code);
  }

  /** A name that comes next: quoted, or a word that is not reserved. */
  takeName(): Name | undefined {
    const token = this.peek();
    if (token.kind === 'quotedName') {
      this.next();
      return { text: token.text, quoted: true };
    }
    if (token.kind !== 'word' || reservedWords.has(token.text)) return undefined;
    this.next();
    return { text: token.raw, quoted: false };
  }

  /** Says what was found instead. */
  error(code: SelectErrorCode): SelectError {
    const token = this.peek();
    const found = token.kind === 'end' ? 'the end' : `"${token.text.slice(0, 40)}"`;
    return new SelectError(code, `Found ${found} at character ${token.at + 1}.`);
  }
}
