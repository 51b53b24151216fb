// SPDX-License-Identifier: Apache-2.0
import { QueryError, type QueryErrorCode } from '../../query/query-error.js';

/** Failures of DDL in the words that Athena's Hive side has for them: they are the whole `StateChangeReason`. */

export function tableNotFound(database: string, table: string): QueryError {
  return semantic('TABLE_NOT_FOUND', 10001, `Table not found ${database}.${table}`);
}

export function databaseNotFound(database: string): QueryError {
  return semantic('TABLE_NOT_FOUND', 10072, `Database does not exist: ${database}`);
}

export function semantic(code: QueryErrorCode, number: number, message: string): QueryError {
  return new QueryError(code, `FAILED: SemanticException [Error ${number}]: ${message}`);
}

export function taskFailed(message: string): QueryError {
  return new QueryError(
    'SYNTAX_ERROR',
    `FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. ${message}`,
  );
}

export function notSupported(message: string): QueryError {
  return new QueryError('NOT_SUPPORTED', `NOT_SUPPORTED: ${message}`);
}
