// SPDX-License-Identifier: Apache-2.0
import { FilterPatternError, invalidCharacters } from './filter-pattern-error.js';
import {
  type Operand,
  type Operator,
  regexesPerPatternMax,
  wildcardsPerPatternMax,
} from './filter-pattern-syntax.js';

const bareText = /[A-Za-z0-9_.*+-]+/y;
const numberForm = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
const operatorForm = /!=|>=|<=|=|>|</y;

/** Goes over a pattern's text from left to right; every parser of patterns reads through it. */
export class PatternScanner {
  readonly text: string;
  at = 0;
  #regexes = 0;
  #wildcards = 0;

  constructor(text: string) {
    this.text = text;
  }

  skipSpaces(): void {
    while (/\s/.test(this.text.charAt(this.at))) this.at++;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** Takes `token` when it comes next, spaces aside. */
  take(token: string): boolean {
    this.skipSpaces();
    if (!this.text.startsWith(token, this.at)) return false;
    this.at += token.length;
    return true;
  }

  /** What a sticky expression finds here, or nothing. */
  takeForm(form: RegExp): string | undefined {
    form.lastIndex = this.at;
    const found = form.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  /** A word in whatever case, spaces around it. */
  takeWord(word: string): boolean {
    this.skipSpaces();
    const end = this.at + word.length;
    if (this.text.slice(this.at, end).toUpperCase() !== word || /\w/.test(this.text.charAt(end)))
      return false;
    this.at = end;
    return true;
  }

  operator(): Operator {
    this.skipSpaces();
    return (this.takeForm(operatorForm) as Operator | undefined) ?? this.fail();
  }

  /** A quoted text without its quotes; `\"` and `\\` stand for themselves. */
  quoted(): string {
    const start = this.at++;
    let text = '';
    for (; ; this.at++) {
      const char = this.text.charAt(this.at);
      if (char === '')
        throw new FilterPatternError('Invalid filter pattern: a quotation mark is not closed', start);
      if (char === '"') break;
      if (char === '\\' && /["\\]/.test(this.text.charAt(this.at + 1))) this.at++;
      text += this.text.charAt(this.at);
    }
    this.at++;
    return text;
  }

  /** `%…%`, without the percent signs. */
  regex(): { readonly kind: 'regex'; readonly source: string; readonly position: number } {
    const start = this.at;
    const end = this.text.indexOf('%', start + 1);
    if (end < 0)
      throw new FilterPatternError('Invalid filter pattern: a regular expression is not closed by %', start);
    if (++this.#regexes > regexesPerPatternMax) {
      throw new FilterPatternError(
        `Invalid filter pattern: at most ${regexesPerPatternMax} regular expressions in a filter pattern`,
        start,
      );
    }
    this.at = end + 1;
    return { kind: 'regex', source: this.text.slice(start + 1, end), position: start + 1 };
  }

  /** What stands on the right of an operator. Only `=` and `!=` take texts. */
  operand(operator: Operator): Operand {
    this.skipSpaces();
    const start = this.at;
    const operand = this.#operand();
    const isEquality = operator === '=' || operator === '!=';
    if (!isEquality && operand.kind !== 'number') {
      throw new FilterPatternError(`Invalid filter pattern: ${operator} compares numbers only`, start);
    }
    return operand;
  }

  /** Counts a wildcard in a selector. */
  countWildcard(position: number): void {
    if (++this.#wildcards > wildcardsPerPatternMax) {
      throw new FilterPatternError(
        `Invalid filter pattern: at most ${wildcardsPerPatternMax} wildcard selectors in a filter pattern`,
        position,
      );
    }
  }

  /** Refuses the pattern for the characters that come next. */
  fail(): never {
    if (this.isAtEnd) throw new FilterPatternError('Invalid filter pattern: it ends too early', this.at);
    const run = /[^\w\s"]+|./suy;
    run.lastIndex = this.at;
    throw invalidCharacters(run.exec(this.text)?.[0] ?? '', this.at);
  }

  #operand(): Operand {
    const next = this.text.charAt(this.at);
    if (next === '"') return { kind: 'text', text: this.quoted() };
    if (next === '%') return this.regex();
    const text = this.takeForm(bareText) ?? this.fail();
    return numberForm.test(text) ? { kind: 'number', value: Number(text), text } : { kind: 'text', text };
  }
}
