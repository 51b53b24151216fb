// SPDX-License-Identifier: Apache-2.0

/**
 * Why a statement does not run, or did not end.
 * - `SYNTAX_ERROR`: cannot be read, or names columns, functions or types that do not go together
 * - `TABLE_NOT_FOUND`, `ACCESS_DENIED`: a table that is not there, or not for the caller
 * - `NOT_SUPPORTED`: a statement or function of the dialect that Cairn does not run; the message names it
 * - `INVALID_VALUE`: the data made it fail (a division by zero, a cast of what is no number)
 * - `EXCEEDED_LIMIT`: memory, time, rows, bytes of the answer, length or depth of the statement
 * - `CANCELLED`: somebody asked for it
 * - `BUSY`: more queries wait than are taken
 * - `INTERNAL`: a fault of ours
 */
export type QueryErrorCode =
  | 'SYNTAX_ERROR'
  | 'TABLE_NOT_FOUND'
  | 'ACCESS_DENIED'
  | 'NOT_SUPPORTED'
  | 'INVALID_VALUE'
  | 'EXCEEDED_LIMIT'
  | 'CANCELLED'
  | 'BUSY'
  | 'INTERNAL';

/** The message is for the caller: no path, no secret, nothing of the engine's insides. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  constructor(
    readonly code: QueryErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** EXCEEDED_LIMIT, of time: fronts have a state of their own for it. */
export class QueryTimeError extends QueryError {
  constructor(readonly runMsMax: number) {
    super('EXCEEDED_LIMIT', `The query ran for longer than ${Math.ceil(runMsMax / 1_000)} seconds.`);
  }
}
