// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../query-error.js';
import { FAILURE_MARK } from './typed.js';

/** What DuckDB says of values and of statements, in the dialect's words. Its own words name relations that nobody has named. */
export function explainFailure(message: string): QueryError {
  const own = new RegExp(`'${FAILURE_MARK}(.*?) \\((.*)\\)' to INT32`, 's').exec(message);
  if (own)
    return new QueryError(
      'INVALID_VALUE',
      `${own[1]}${own[1] === 'Division by zero' ? '' : `: ${(own[2] ?? '').slice(0, 200)}`}`,
    );
  const [first = ''] = message.split('\n');
  const plain = inOurWords(first.replace(/^[A-Z][A-Za-z ]* Error: /, '').slice(0, 500));
  if (/^Out of Range Error|^Conversion Error|^Invalid Input Error|^Mismatch Type Error/.test(message))
    return new QueryError('INVALID_VALUE', plain);
  if (/must appear in the GROUP BY clause/.test(message)) {
    const column = /column "([^"]*)"/.exec(message)?.[1] ?? '';
    return new QueryError(
      'SYNTAX_ERROR',
      `EXPRESSION_NOT_AGGREGATE: '${column}' must be an aggregate expression or appear in GROUP BY clause`,
    );
  }
  if (/[Mm]ax expression depth|nest/.test(plain))
    return new QueryError('EXCEEDED_LIMIT', 'The statement is nested too deeply.');
  return new QueryError('SYNTAX_ERROR', plain);
}

const ENGINE_TYPES: Readonly<Record<string, string>> = {
  INT8: 'tinyint',
  INT16: 'smallint',
  INT32: 'integer',
  INT64: 'bigint',
  FLOAT: 'real',
  DOUBLE: 'double',
};

/** What the engine says in words of its own types. */
function inOurWords(message: string): string {
  if (/Map keys must be unique/.test(message)) return 'Duplicate map keys are not allowed';
  if (/map key list does not align/.test(message)) return 'Key and value arrays must be the same length';
  const [, value, type] =
    /^Type \w+ with value (.*) can't be cast .* destination type (\w+)/.exec(message) ?? [];
  if (value === undefined || type === undefined) return message;
  return `Cannot cast '${value}' to ${ENGINE_TYPES[type] ?? type}: it is out of range`;
}
