// SPDX-License-Identifier: Apache-2.0

import type { SqlDialect } from '../query-engine.js';
import { QueryError } from '../query-error.js';

export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'binary' | 'symbol' | 'id' | 'end';
  /** A word as written; the content of a quoted name or a string, its escapes undone. */
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

/** "Service quotas: query string length" (Amazon Athena User Guide): 262,144 bytes. */
export const STATEMENT_BYTES_MAX = 262_144;
/** QueryStatement of StartQuery (AWS CloudTrail API Reference): 10,000 characters. */
export const LAKE_STATEMENT_LENGTH_MAX = 10_000;

/** In Trino's words, as in the next (its test TestSqlParserErrorHandling). */
const BACKQUOTED = 'backquoted identifiers are not supported; use double quotes to quote identifiers';
const BEGINS_WITH_DIGIT =
  'identifiers must not start with a digit; surround the identifier with double quotes';

const SPACE = /(?:\s+|--[^\r\n]*|\/\*[\s\S]*?\*\/)+/y;
const WORD = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const NUMBER = /(?:\d[\d_]*(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y;
const SYMBOL = /->|<>|!=|<=|>=|\|\||=>|[-+*/%=<>(),.;?[\]:{}]/y;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![\w-])/iy;
const STORE_ARN = /arn:aws[\w-]*:cloudtrail:[\w-]+:\d{12}:eventdatastore\/[0-9a-f-]{36}(?![\w-])/iy;

/**
 * Whose words these are. `query`: Trino's. `hive`: the statements about tables, with strings in double quotes too, `\'` in
 * strings, and names in backquotes. `view`: the head of CREATE VIEW, Trino's but for such names ("Name databases, tables, and
 * columns", Amazon Athena User Guide: names of views that begin with an underscore are put in backquotes).
 */
export type TokenGrammar = 'query' | 'hive' | 'view';

/**
 * Takes a statement apart.
 * @throws QueryError SYNTAX_ERROR, EXCEEDED_LIMIT
 */
export function readTokens(
  sql: string,
  dialect: SqlDialect,
  grammar: TokenGrammar = 'query',
): readonly Token[] {
  verifyLength(sql, dialect);
  const hive = grammar === 'hive';
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(sql)?.[0];
  };
  const push = (kind: Token['kind'], text: string, length: number): void => {
    tokens.push({ kind, text, at, end: at + length });
    at += length;
  };
  while (true) {
    at += match(SPACE)?.length ?? 0;
    if (at >= sql.length) break;
    // Else every `/*` of a row of them would be searched to the end.
    if (sql.startsWith('/*', at)) throw syntaxError(sql, at, 'comment without an end');
    const id = dialect === 'lake' ? (match(UUID) ?? match(STORE_ARN)) : undefined;
    const character = sql[at] as string;
    if (id !== undefined) push('id', id, id.length);
    else if (character === "'" || (hive && character === '"')) pushQuoted(character, 'string');
    else if (character === '"' || (character === '`' && grammar !== 'query')) pushQuoted(character, 'quoted');
    else if (character === '`') throw syntaxError(sql, at, BACKQUOTED);
    else if (/[xX]/.test(character) && sql[at + 1] === "'") pushBinary();
    else pushPlain();
  }
  tokens.push({ kind: 'end', text: '', at: sql.length, end: sql.length });
  return tokens;

  function pushQuoted(quote: string, kind: 'string' | 'quoted'): void {
    let text = '';
    let next = at + 1;
    while (true) {
      if (next >= sql.length)
        throw syntaxError(sql, at, `${kind === 'string' ? 'string' : 'quoted name'} without an end`);
      const character = sql[next] as string;
      if (character === quote && sql[next + 1] === quote) {
        text += quote;
        next += 2;
      } else if (hive && kind === 'string' && character === '\\' && next + 1 < sql.length) {
        text += unescapeHive(sql[next + 1] as string);
        next += 2;
      } else if (character === quote) {
        push(kind, text, next + 1 - at);
        return;
      } else {
        text += character;
        next++;
      }
    }
  }

  function pushBinary(): void {
    const text = /'([0-9a-fA-F\s]*)'/y;
    text.lastIndex = at + 1;
    const found = text.exec(sql);
    const hex = found?.[1]?.replace(/\s/g, '');
    if (!found || hex === undefined || hex.length % 2 !== 0)
      throw syntaxError(sql, at, "binary literals are pairs of hexadecimal digits: X'65ff'");
    push('binary', hex, found[0].length + 1);
  }

  function pushPlain(): void {
    const number = match(NUMBER);
    if (number !== undefined) {
      if (/[\w$]/.test(sql[at + number.length] ?? '')) {
        // Hive's names may begin with a digit; Trino's may not.
        const word = hive ? /[\w$]+/y : undefined;
        if (word) word.lastIndex = at;
        const name = word?.exec(sql)?.[0];
        if (name === undefined) throw syntaxError(sql, at, BEGINS_WITH_DIGIT);
        push('word', name, name.length);
      } else push('number', number.replaceAll('_', ''), number.length);
      return;
    }
    const word = match(WORD);
    const symbol = word === undefined ? match(SYMBOL) : undefined;
    if (word !== undefined) push('word', word, word.length);
    else if (symbol !== undefined) push('symbol', symbol === '!=' ? '<>' : symbol, symbol.length);
    else throw syntaxError(sql, at, `unexpected character ${JSON.stringify(sql[at])}`);
  }
}

function verifyLength(sql: string, dialect: SqlDialect): void {
  if (dialect === 'lake' && sql.length > LAKE_STATEMENT_LENGTH_MAX) {
    throw new QueryError(
      'EXCEEDED_LIMIT',
      `The query has ${sql.length} characters; at most ${LAKE_STATEMENT_LENGTH_MAX} are allowed.`,
    );
  }
  if (Buffer.byteLength(sql) > STATEMENT_BYTES_MAX) {
    throw new QueryError('EXCEEDED_LIMIT', `The statement is longer than ${STATEMENT_BYTES_MAX} bytes.`);
  }
}

const HIVE_ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  0: '\0',
  b: '\b',
  Z: '\x1a',
};

/** Hive's strings: `\t` is a tabulator, `\'` a quote, `\\` a backslash; before anything else the backslash just goes. */
function unescapeHive(character: string): string {
  return HIVE_ESCAPES[character] ?? character;
}

/** In the words of Trino: `line 1:8: …`. */
export function syntaxError(sql: string, at: number, problem: string): QueryError {
  return new QueryError('SYNTAX_ERROR', `${position(sql, at)}: ${problem}`);
}

export function position(sql: string, at: number): string {
  const before = sql.slice(0, at);
  const line = before.split('\n').length;
  return `line ${line}:${at - before.lastIndexOf('\n')}`;
}
