// SPDX-License-Identifier: Apache-2.0
import { STATEMENT_BYTES_MAX } from '../../query/dialect/tokens.js';
import { CommandError } from '../command-error.js';

/** What a place stands in, by what ends it. */
type Inside = "'" | '"' | '`' | '\n' | '*/' | undefined;

/** So much tells a kind of statement. */
const HEAD_LENGTH_MAX = 40;
/** Statements about tables have Hive's texts, where a backslash takes a quote's meaning away; queries, and so views, have not. */
const HIVE = /^(?:create\s+(?!view\b|or\b|protected\b)|drop\b|alter\b|msck\b|show\b|desc)/i;

/** Takes statements out of lines: each ends with a semicolon outside of quotes and comments. */
export class StatementSplitter {
  #text = '';
  /** How the statement begins, without its comments. */
  #head = '';
  #inside: Inside;

  /** Nothing of a statement has come yet. */
  get isEmpty(): boolean {
    return this.#text === '';
  }

  /** Amid a quote or a comment. */
  get isInside(): boolean {
    return this.#inside !== undefined;
  }

  /** Whether this, behind what has come so far, ends amid a quote or a comment. */
  endsInside(text: string): boolean {
    const ahead = new StatementSplitter();
    ahead.#head = this.#head;
    ahead.#inside = this.#inside;
    for (let at = 0; at < text.length; ) {
      if (text[at] === ';' && ahead.#inside === undefined) ahead.clear();
      at += ahead.#step(text.slice(at, at + 2));
    }
    return ahead.#inside !== undefined;
  }

  /**
   * @param line without its end
   * @returns the statements that end in it
   * @throws CommandError a statement is longer than any that would be taken
   */
  take(line: string): readonly string[] {
    const statements: string[] = [];
    const text = `${line}\n`;
    let from = 0;
    for (let at = 0; at < text.length; ) {
      const isEnd = text[at] === ';' && this.#inside === undefined;
      at += isEnd ? 1 : this.#step(text.slice(at, at + 2));
      if (!isEnd) continue;
      this.#text += text.slice(from, at);
      from = at;
      const statement = this.rest();
      if (statement !== undefined) statements.push(statement);
    }
    this.#text += text.slice(from);
    if (this.#head === '' && this.#inside === undefined) this.clear();
    if (this.#text.length > STATEMENT_BYTES_MAX) {
      this.clear();
      throw new CommandError(`a statement has at most ${STATEMENT_BYTES_MAX} bytes`);
    }
    return statements;
  }

  /** What has come since the last statement, if it is more than space and comments; and begins anew. */
  rest(): string | undefined {
    const text = this.#text.trim();
    const isOne = this.#head !== '';
    this.clear();
    return isOne ? text : undefined;
  }

  clear(): void {
    this.#text = '';
    this.#head = '';
    this.#inside = undefined;
  }

  /** Goes over one character, or over two that belong together, and tells how many. */
  #step(pair: string): 1 | 2 {
    const character = pair[0] as string;
    if (this.#inside !== undefined) return this.#stepInside(character, pair);
    if (pair === '--' || pair === '/*') {
      this.#inside = pair === '--' ? '\n' : '*/';
      return 2;
    }
    if (character === "'" || character === '"' || character === '`') this.#inside = character;
    if (this.#head.length < HEAD_LENGTH_MAX) this.#head = `${this.#head}${character}`.trimStart();
    return 1;
  }

  #stepInside(character: string, pair: string): 1 | 2 {
    if (this.#inside === '*/') {
      if (pair !== '*/') return 1;
      this.#inside = undefined;
      return 2;
    }
    const isText = this.#inside === "'" || this.#inside === '"';
    if (isText && character === '\\' && HIVE.test(this.#head)) return 2;
    // A quote that is doubled ends the text and begins it again.
    if (character === this.#inside) this.#inside = undefined;
    return 1;
  }
}
