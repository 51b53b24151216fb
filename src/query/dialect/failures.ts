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
    // Columns of queries within, and those beside a table's own, have names that nobody has given them.
    const what = /^(?:[cf]\d+|[_$].*|)$/.test(column)
      ? 'what is selected, sorted by or asked of groups'
      : `'${column}'`;
    return new QueryError(
      'SYNTAX_ERROR',
      `EXPRESSION_NOT_AGGREGATE: ${what} must be an aggregate expression or appear in GROUP BY clause`,
    );
  }
  for (const [form, words] of STATEMENT_FAULTS)
    if (form.test(plain)) return new QueryError('SYNTAX_ERROR', words);
  if (/[Mm]ax expression depth|nest/.test(plain))
    return new QueryError('EXCEEDED_LIMIT', 'The statement is nested too deeply.');
  return new QueryError('SYNTAX_ERROR', plain);
}

/** What the engine finds wrong in a statement, as Trino names it (its `StandardErrorCode`). */
const STATEMENT_FAULTS: readonly (readonly [form: RegExp, words: string])[] = [
  [
    /aggregate function calls cannot be nested|aggregate function calls cannot contain (?:aggregate|window)/i,
    'NESTED_AGGREGATION: Cannot nest aggregations or window functions inside an aggregation',
  ],
  [/window function calls cannot be nested/i, 'NESTED_WINDOW: Cannot nest window functions'],
  [
    /(?:WHERE|GROUP BY|JOIN) (?:clause|condition) cannot contain (?:aggregates|window functions)/i,
    'EXPRESSION_NOT_SCALAR: WHERE, GROUP BY and JOIN clauses cannot contain aggregations, window functions or grouping operations',
  ],
  [
    /^GROUPING child/,
    'INVALID_ARGUMENTS: The arguments of GROUPING must be expressions referenced by GROUP BY',
  ],
  [
    /^APPROXIMATE QUANTILE can only/,
    'INVALID_FUNCTION_ARGUMENT: percentile must be between 0 and 1 and the same for all rows',
  ],
  [/inside the TRY expression/, 'NOT_SUPPORTED: TRY of an aggregate is not supported'],
  [/TRY can not be used in combination/, 'NOT_SUPPORTED: TRY of a function of chance is not supported'],
  [/^No function matches/, 'TYPE_MISMATCH: The types do not go together here'],
];

const ENGINE_TYPES: Readonly<Record<string, string>> = {
  INT8: 'tinyint',
  INT16: 'smallint',
  INT32: 'integer',
  INT64: 'bigint',
  FLOAT: 'real',
  DOUBLE: 'double',
  INT128: 'uuid',
};

/** What the engine says in words of its own types. */
function inOurWords(message: string): string {
  if (/Map keys must be unique/.test(message)) return 'Duplicate map keys are not allowed';
  if (/map key list does not align/.test(message)) return 'Key and value arrays must be the same length';
  for (const [form, words] of VALUE_FAULTS) {
    const found = form.exec(message);
    if (found) return words(...(found.slice(1) as string[]));
  }
  return message;
}

const typeName = (type: string): string => ENGINE_TYPES[type] ?? type.toLowerCase();

/** What the data made fail, as Trino names it. */
const VALUE_FAULTS: readonly (readonly [form: RegExp, words: (...groups: string[]) => string])[] = [
  [
    /^Type \w+ with value (.*) can't be cast .* destination type (\w+)/,
    (value, type) => `Cannot cast '${value}' to ${typeName(type ?? '')}: it is out of range`,
  ],
  [
    /^Could not (?:convert string|cast value) ['"]?(.*?)['"]? to ([A-Z]\w*(?:\([\d,]+\))?)/,
    (value, type) => `Cannot cast '${value}' to ${typeName(type ?? '')}`,
  ],
  [
    /^(?:invalid )?(date|time|timestamp) field (?:format|value out of range): "(.*?)"/,
    (type, value) => `INVALID_CAST_ARGUMENT: Value cannot be cast to ${type}: ${value}`,
  ],
  [
    /^Overflow in (\w+) of (\w+) \((.*)\)!/,
    (operation, type, numbers) =>
      `NUMERIC_VALUE_OUT_OF_RANGE: ${typeName(type ?? '')} ${operation} overflow: ${numbers}`,
  ],
  [/^Overflow in negation/, () => 'NUMERIC_VALUE_OUT_OF_RANGE: negation overflow'],
  [
    /^Overflow on abs\((.*)\)/,
    (value) => `NUMERIC_VALUE_OUT_OF_RANGE: Value ${value} is out of range for abs`,
  ],
  [
    /^Could not parse string "(.*)" according to format/,
    (value) => `INVALID_FUNCTION_ARGUMENT: Invalid format: "${value}"`,
  ],
  [
    /^Malformed JSON.*Input: "(.*)/,
    (value) =>
      `INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: '${(value ?? '').replace(/"$/, '')}'`,
  ],
  [
    /^More than one row returned by a subquery/,
    () => 'SUBQUERY_MULTIPLE_ROWS: Scalar sub-query has returned multiple rows',
  ],
];
