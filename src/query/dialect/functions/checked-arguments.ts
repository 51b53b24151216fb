// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../../query-error.js';
import { failure } from '../typed.js';
import type { FunctionCall } from './function-call.js';

const WHOLE_NUMBER = /^\(?(-?\d+)\)?$/;

/** The value of a number that stands in the statement. */
export function literalNumber(sql: string): number | undefined {
  const found = WHOLE_NUMBER.exec(sql)?.[1];
  return found === undefined ? undefined : Number(found);
}

export function invalidArgument(message: string): QueryError {
  return new QueryError('INVALID_VALUE', `INVALID_FUNCTION_ARGUMENT: ${message}`);
}

/** `sql` where the argument is at least so much, else a complaint: at once where the argument stands in the statement. */
export function atLeast(
  call: FunctionCall,
  index: number,
  least: number,
  message: string,
  sql: string,
): string {
  const number = call.arg(index).sql;
  const literal = literalNumber(number);
  if (literal === undefined)
    return `(CASE WHEN ${number} < ${least} THEN ${failure(message, number)} ELSE ${sql} END)`;
  if (literal < least) throw invalidArgument(message);
  return sql;
}

/** `sql` where the text is not empty. */
export function notEmpty(call: FunctionCall, index: number, message: string, sql: string): string {
  const { constant, sql: text } = call.arg(index);
  if (constant === undefined)
    return `(CASE WHEN ${text} = '' THEN ${failure(message, text)} ELSE ${sql} END)`;
  if (constant === '') throw invalidArgument(message);
  return sql;
}
