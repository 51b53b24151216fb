// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../query-error.js';
import type { Expression, JsonClauses, JsonFallback } from './ast.js';
import type { TokenReader } from './token-reader.js';

/** What is needed of the parser of expressions. */
export interface JsonReader extends TokenReader {
  expression(): Expression;
  valueExpression(): Expression;
  typeText(...ends: readonly string[]): string;
}

const JSON_FUNCTIONS: readonly string[] = [
  'json_exists',
  'json_query',
  'json_value',
  'json_array',
  'json_object',
];
/** Words that end the type of RETURNING. */
const CLAUSES: readonly string[] = [
  'without',
  'with',
  'keep',
  'omit',
  'null',
  'error',
  'empty',
  'default',
  'format',
];

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export function isJsonFunction(name: string): boolean {
  return JSON_FUNCTIONS.includes(name);
}

/** The arguments of the functions of SQL/JSON, and the clauses behind them (Trino, "JSON functions and operators"). */
export function jsonArguments(
  reader: JsonReader,
  name: string,
): { readonly args: Expression[]; readonly json: JsonClauses } {
  const args = readArguments(reader, name);
  const json: Mutable<JsonClauses> = {};
  while (!reader.isSymbol(')')) readJsonClause(reader, json);
  return { args, json };
}

function readArguments(reader: JsonReader, name: string): Expression[] {
  if (name === 'json_array' || name === 'json_object') {
    const none = ['returning', 'absent', 'with', 'without'].some((word) => reader.isWord(word));
    if (none || reader.isWords('null', 'on', 'null')) return [];
    return reader.list(() => (name === 'json_array' ? [item(reader)] : entry(reader))).flat();
  }
  const input = item(reader);
  reader.expectSymbol(',');
  return [input, reader.valueExpression()];
}

function item(reader: JsonReader): Expression {
  const value = reader.expression();
  if (reader.isWords('format', 'json')) throw notSupported('FORMAT JSON');
  return value;
}

/** `'key' : value`, `'key' VALUE value`, `KEY 'key' VALUE value` */
function entry(reader: JsonReader): Expression[] {
  if (reader.isWord('key') && !reader.isSymbol(':', 1) && !reader.isWord('value', 1)) reader.take();
  const key = reader.valueExpression();
  if (!reader.takeWord('value')) reader.expectSymbol(':');
  return [key, item(reader)];
}

/** One clause behind the arguments. */
export function readJsonClause(reader: JsonReader, json: Mutable<JsonClauses>): void {
  if (reader.isWord('passing')) throw notSupported('PASSING');
  if (reader.isWords('format', 'json')) throw notSupported('FORMAT JSON');
  if (reader.takeWord('returning')) json.returning = reader.typeText(...CLAUSES);
  else if (reader.takeWord('keep', 'quotes') || reader.takeWord('omit', 'quotes')) {
    json.omitsQuotes = reader.sql.slice(0, reader.peek(-2).end).toLowerCase().endsWith('omit');
    reader.takeWord('on', 'scalar', 'string');
  } else if (reader.isWords('with', 'unique') || reader.isWords('without', 'unique')) {
    throw notSupported('UNIQUE KEYS');
  } else if (reader.takeWord('without')) wrapperEnd(reader);
  else if (reader.takeWord('with')) {
    const conditional = reader.takeWord('conditional');
    if (!conditional) reader.takeWord('unconditional');
    wrapperEnd(reader);
    json.wrapper = conditional ? 'conditional' : 'unconditional';
  } else readFallback(reader, json);
}

function wrapperEnd(reader: JsonReader): void {
  reader.takeWord('array');
  reader.expectWord('wrapper');
}

function readFallback(reader: JsonReader, json: Mutable<JsonClauses>): void {
  if (reader.takeWord('absent', 'on', 'null')) {
    json.nulls = 'absent';
    return;
  }
  if (reader.takeWord('null', 'on', 'null')) {
    json.nulls = 'null';
    return;
  }
  const fallback = fallbackOf(reader);
  reader.expectWord('on');
  if (reader.takeWord('empty')) json.onEmpty = fallback;
  else {
    reader.expectWord('error');
    json.onError = fallback;
  }
}

function fallbackOf(reader: JsonReader): JsonFallback {
  if (reader.takeWord('default')) return { value: reader.valueExpression() };
  for (const word of ['null', 'error', 'true', 'false', 'unknown'] as const)
    if (reader.takeWord(word)) return word;
  if (reader.takeWord('empty', 'object')) return 'emptyObject';
  if (reader.takeWord('empty', 'array') || reader.takeWord('empty')) return 'emptyArray';
  throw reader.unexpected("')'");
}

function notSupported(clause: string): QueryError {
  return new QueryError('NOT_SUPPORTED', `${clause} in a JSON function is not supported.`);
}
