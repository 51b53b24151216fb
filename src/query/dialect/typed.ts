// SPDX-License-Identifier: Apache-2.0
import { QueryError } from '../query-error.js';
import type { FasterColumn } from '../views/table-view.js';
import { quoteText, type TrinoType } from './trino-type.js';

/** An expression in DuckDB's words, in parentheses where it needs them, with the type that Trino gives it. */
export interface Typed {
  readonly sql: string;
  readonly type: TrinoType;
  /** Of a `timestampTz`: the same instant as a TIMESTAMP in UTC, where that is at hand. Comparisons of it can skip files. */
  readonly utc?: string;
  /**
   * Of a time that was read from a column's text: a TIMESTAMP column of the same time (UTC) wherever the text can be read, and
   * of any time where it cannot, or where there is none.
   */
  readonly near?: string;
  /** Of a time with `near`: a column that is NULL where `near` is that time. */
  readonly odd?: string;
  /** Of a condition: one that is true wherever this one is, and that files and their parts can be left out by. */
  readonly implied?: string;
  /** Of a member of a text of JSON: that text, where it is a column. */
  readonly within?: string;
  /** Of a member of JSON: a column that is the same wherever the member is a text that begins with a letter, and only there. */
  readonly held?: string;
  /** Of a text that stands in the statement: its value. */
  readonly constant?: string;
  /** Of a column of a table: the faster ways to it, and the relation's name to ask them of. */
  readonly column?: { readonly relation: string; readonly faster: FasterColumn };
  /** Of a row that is no column: fields that are at hand without it, by path in lower case. */
  readonly fields?: ReadonlyMap<string, string>;
}

/**
 * A call of a function stands for its arguments as often as its translation names them, and calls nest: without a limit,
 * forty levels could make a text of terabytes.
 */
const GENERATED_LENGTH_MAX = 4_000_000;

export function typed(sql: string, type: TrinoType, rest: Omit<Typed, 'sql' | 'type'> = {}): Typed {
  if (sql.length > GENERATED_LENGTH_MAX)
    throw new QueryError('EXCEEDED_LIMIT', 'The statement is too complex.');
  return { sql, type, ...rest };
}

/** What `explainFailure` knows our own complaints by. */
export const FAILURE_MARK = 'cairn: ';

/**
 * What fails when it is evaluated, as any type. Not by `error()`: that counts as volatile, and TRY refuses what is volatile.
 * @param data what the complaint is about. It has to depend on what the condition depends on: the engine evaluates constants
 * even in a branch that no row takes.
 */
export function failure(message: string, data: string): string {
  return `CASE WHEN ${failingTest(message, data)} THEN NULL END`;
}

/** The same as a condition, where a value that is always NULL would be left out. */
export function failingTest(message: string, data: string): string {
  return `CAST(${quoteText(`${FAILURE_MARK}${message}`)} || ' (' || CAST(${data} AS VARCHAR) || ')' AS INTEGER) = 0`;
}

/** Whether an expression is a column of a relation, and nothing else. */
export function isColumn(sql: string): boolean {
  return /^"[^"]+"\."[^"]+"$/.test(sql);
}
