// SPDX-License-Identifier: Apache-2.0
import type { QueryJob } from '../query/jobs/query-job.js';

type Failure = NonNullable<QueryJob['failure']>;

/** Failures that are told in whole words of Athena's: nothing is put in front. */
const complete =
  /^(?:[A-Z][A-Z_]{3,}: |FAILED: |Insufficient permissions|Unable to verify|Access [Dd]enied|Query |You are not authorized|Bytes scanned)/;

/** What the engine calls a failure, by what it says. Source: error codes of Trino, which Athena shows. */
const names: readonly (readonly [form: RegExp, name: string])[] = [
  [/division by zero/i, 'DIVISION_BY_ZERO'],
  [/^(?:line \d+:\d+: )?Column .* cannot be resolved/i, 'COLUMN_NOT_FOUND'],
  [/function .* not (?:registered|found)/i, 'FUNCTION_NOT_FOUND'],
  [/incorrect number of parameters/i, 'INVALID_PARAMETER_USAGE'],
  [/cannot (?:be )?cast|invalid cast/i, 'INVALID_CAST_ARGUMENT'],
  [/cannot be applied to|type mismatch/i, 'TYPE_MISMATCH'],
  [/schema .* does not exist/i, 'SCHEMA_NOT_FOUND'],
];

const byCode: Readonly<Record<string, string>> = {
  SYNTAX_ERROR: 'SYNTAX_ERROR',
  TABLE_NOT_FOUND: 'TABLE_NOT_FOUND',
  NOT_SUPPORTED: 'NOT_SUPPORTED',
  INVALID_VALUE: 'GENERIC_USER_ERROR',
  EXCEEDED_LIMIT: 'EXCEEDED_LOCAL_LIMIT',
  BUSY: 'QUERY_QUEUE_FULL',
  INTERNAL: 'GENERIC_INTERNAL_ERROR',
};

/** `StateChangeReason` of a query that failed. */
export function failureReason({ code, message: words }: Failure): string {
  // The engine says the place first and then what it is; Athena the other way round.
  const message = words.replace(/^(line \d+:\d+: )([A-Z][A-Z_]{3,}: )/, '$2$1');
  if (complete.test(message) || code === 'ACCESS_DENIED') return message;
  const name = names.find(([form]) => form.test(message))?.[1] ?? byCode[code];
  return name === undefined ? message : `${name}: ${message}`;
}

/** Source: Athena User Guide, "Athena error catalog". */
const typesByName: Readonly<Record<string, number>> = {
  TABLE_NOT_FOUND: 1301,
  SCHEMA_NOT_FOUND: 1301,
  COLUMN_NOT_FOUND: 1006,
  SYNTAX_ERROR: 1006,
  TYPE_MISMATCH: 1002,
  FUNCTION_NOT_FOUND: 1303,
  DIVISION_BY_ZERO: 1001,
  INVALID_CAST_ARGUMENT: 1100,
  INVALID_PARAMETER_USAGE: 1100,
  INVALID_FUNCTION_ARGUMENT: 1106,
  NOT_SUPPORTED: 1200,
  HIVE_BAD_DATA: 1001,
  HIVE_CURSOR_ERROR: 1001,
  INVALID_TABLE_PROPERTY: 1103,
  QUERY_QUEUE_FULL: 1404,
  EXCEEDED_LOCAL_LIMIT: 0,
};

export interface AthenaErrorFacts {
  readonly ErrorCategory: number;
  readonly ErrorType: number;
  readonly Retryable: boolean;
  readonly ErrorMessage: string;
}

/** `AthenaError` of a query that failed. */
export function athenaError(failure: Failure): AthenaErrorFacts {
  const reason = failureReason(failure);
  const facts = (ErrorCategory: number, ErrorType: number, Retryable = false) => ({
    ErrorCategory,
    ErrorType,
    Retryable,
    ErrorMessage: reason,
  });
  if (failure.code === 'INTERNAL') return facts(1, 200, true);
  if (failure.code === 'BUSY') return facts(1, 1404, true);
  if (failure.code === 'ACCESS_DENIED') return facts(2, /S3|bucket/i.test(reason) ? 1501 : 1500);
  if (/^FAILED: .*AlreadyExists|^FAILED: .*already exists/.test(reason)) return facts(2, 1006);
  if (/^FAILED: .*(?:not found|does not exist)/i.test(reason)) return facts(2, 1301);
  if (/^FAILED: /.test(reason)) return facts(2, 1003);
  const name = /^([A-Z_]+): /.exec(reason)?.[1] ?? '';
  return facts(2, typesByName[name] ?? 1000);
}
