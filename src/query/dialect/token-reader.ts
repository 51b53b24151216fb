// SPDX-License-Identifier: Apache-2.0

import { QueryError } from '../query-error.js';
import type { TableName } from '../table-source.js';
import type { Identifier } from './ast.js';
import { syntaxError, type Token } from './tokens.js';

/** Deeper than this nothing that a person writes goes; every level costs stack here and in the engine. */
export const NESTING_MAX = 120;
/** Of expressions, relations and queries together. */
export const NODES_MAX = 50_000;

/** Words that are never names unless quoted (Trino, "Reserved keywords"). */
const RESERVED: ReadonlySet<string> = new Set(
  `alter and as between by case cast constraint create cross cube current_catalog current_date current_role current_schema
   current_time current_timestamp current_user deallocate delete describe distinct drop else end escape except execute exists
   extract false for from full group grouping having in inner insert intersect into is join left like listagg
   localtime localtimestamp natural normalize not null on or order outer prepare recursive right rollup select skip table then
   trim true uescape union unnest using values when where with`.split(/\s+/),
);

/** A place in a statement's tokens, and what every parser needs of it. */
export class TokenReader {
  private index = 0;
  private depth = 0;
  private nodes = 0;

  constructor(
    readonly sql: string,
    private readonly tokens: readonly Token[],
  ) {}

  get token(): Token {
    return this.tokens[this.index] as Token;
  }

  peek(ahead: number): Token {
    return this.tokens[Math.max(0, Math.min(this.index + ahead, this.tokens.length - 1))] as Token;
  }

  take(): Token {
    const { token } = this;
    if (token.kind !== 'end') this.index++;
    return token;
  }

  mark(): number {
    return this.index;
  }

  reset(mark: number): void {
    this.index = mark;
  }

  isWord(word: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'word' && token.text.toLowerCase() === word;
  }

  isWords(...words: readonly string[]): boolean {
    return words.every((word, ahead) => this.isWord(word, ahead));
  }

  isSymbol(symbol: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'symbol' && token.text === symbol;
  }

  takeWord(...words: readonly string[]): boolean {
    if (!this.isWords(...words)) return false;
    this.index += words.length;
    return true;
  }

  takeSymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.index++;
    return true;
  }

  expectWord(...words: readonly string[]): void {
    if (!this.takeWord(...words)) throw this.unexpected(words.join(' ').toUpperCase());
  }

  expectSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) throw this.unexpected(`'${symbol}'`);
  }

  expectString(): string {
    if (this.token.kind !== 'string') throw this.unexpected('<string>');
    return this.take().text;
  }

  isIdentifier(ahead = 0): boolean {
    const { kind, text } = this.peek(ahead);
    return kind === 'quoted' || (kind === 'word' && !RESERVED.has(text.toLowerCase()));
  }

  identifier(): Identifier {
    if (!this.isIdentifier()) throw this.unexpected('<identifier>');
    const { kind, text, at } = this.take();
    if (text === '') throw this.fail('Zero-length delimited identifier not allowed', at);
    return { name: text, quoted: kind === 'quoted' };
  }

  /** Where every word is a name, reserved or not. */
  memberName(): Identifier {
    if (this.token.kind === 'word') return { name: this.take().text, quoted: false };
    if (this.token.kind === 'id') return { name: this.take().text, quoted: true };
    return this.identifier();
  }

  /** `table`, `schema.table`, `catalog.schema.table`; in Lake also an event data store's id or ARN. */
  tableName(): TableName {
    if (this.token.kind === 'id') return { table: this.take().text };
    const parts = [this.identifier().name];
    while (parts.length < 3 && this.takeSymbol('.')) parts.push(this.identifier().name);
    const [table = '', schema, catalog] = parts.reverse();
    return { ...(catalog !== undefined && { catalog }), ...(schema !== undefined && { schema }), table };
  }

  list<T>(read: () => T): T[] {
    const items = [read()];
    while (this.takeSymbol(',')) items.push(read());
    return items;
  }

  parenthesized<T>(read: () => T): T {
    this.expectSymbol('(');
    const value = read();
    this.expectSymbol(')');
    return value;
  }

  /** Everything up to the parenthesis that closes: the type is read where it is used. */
  typeText(...ends: readonly string[]): string {
    const from = this.token.at;
    let open = 0;
    let end = from;
    while (!(open === 0 && (this.isSymbol(')') || ends.some((word) => this.isWord(word))))) {
      if (this.token.kind === 'end') throw this.unexpected("')'");
      if (this.isSymbol('(')) open++;
      if (this.isSymbol(')')) open--;
      end = this.take().end;
    }
    if (end === from) throw this.unexpected('<type>');
    return this.sql.slice(from, end);
  }

  /** Runs a reader one level deeper. */
  nested<T>(read: () => T): T {
    if (++this.depth > NESTING_MAX)
      throw new QueryError('EXCEEDED_LIMIT', `The statement is nested deeper than ${NESTING_MAX} levels.`);
    try {
      return read();
    } finally {
      this.depth--;
    }
  }

  count(): void {
    if (++this.nodes > NODES_MAX)
      throw new QueryError('EXCEEDED_LIMIT', `The statement has more than ${NODES_MAX} parts.`);
  }

  unexpected(expected?: string): QueryError {
    const { kind, text, at } = this.token;
    const found = kind === 'end' ? '<EOF>' : text.slice(0, 100);
    return syntaxError(
      this.sql,
      at,
      `mismatched input '${found}'${expected === undefined ? '' : `. Expecting: ${expected}`}`,
    );
  }

  fail(problem: string, at = this.token.at): QueryError {
    return syntaxError(this.sql, at, problem);
  }
}
