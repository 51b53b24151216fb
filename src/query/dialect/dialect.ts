// SPDX-License-Identifier: Apache-2.0
import type { CheckedStatement, SqlDialect } from '../query-engine.js';
import type { TableColumn, TableName } from '../table-source.js';
import type { TableSchema } from '../views/table-view.js';
import type { Query } from './ast.js';
import { translateQuery } from './translate-query.js';

export { ALLOWED_FUNCTIONS } from './allowed-functions.js';
export { explanationOf } from './explain/explanation.js';
export { explainFailure } from './failures.js';
export { DIALECT_MACROS } from './macros.js';
export { readStatement } from './read-statement.js';

/** A statement that has been read: `CheckedStatement`, and of a query its tree. Nothing of DuckDB was needed for it. */
export interface ParsedStatement extends CheckedStatement {
  /** Of a query; absent for DDL and for PREPARE, EXECUTE, DEALLOCATE. */
  readonly query?: Query;
  /** The statement's own text: messages say where in it. */
  readonly text: string;
}

/** What stands behind a table's name: a relation of DuckDB that the engine has made (its plain name, without quotes), and its columns. */
export interface ResolvedTable {
  readonly view: string;
  readonly schema: TableSchema;
}

export interface TranslateOptions {
  readonly dialect: SqlDialect;
  /** What `now()` says, the same everywhere in a query. */
  readonly nowMs: number;
  /** Values of `?`, as SQL literals are written. */
  readonly parameters?: readonly string[];
  /** For a relation rather than for the caller's eyes: instants in zones of their own stay instants. */
  readonly forView?: boolean;
}

export interface Translation {
  /**
   * One SELECT for DuckDB, of a session with `TimeZone='UTC'` in which DIALECT_MACROS have been created. Its columns are
   * named c1, c2, …; the names for the caller are in `columns`. Nothing that the statement calls anything gets into it
   * but the names of views, columns and row fields, always quoted.
   */
  readonly sql: string;
  /** With the types in Athena's words; `unknown` for a column that is always NULL. */
  readonly columns: readonly TableColumn[];
}

/**
 * The query in DuckDB's words. For a view's own SQL: read and translate it first, and resolve its name to a relation over
 * the translation (which gives the columns' types).
 * @param table called for each table name of the statement, as often as it is used
 * @throws QueryError
 */
export function translate(
  parsed: ParsedStatement,
  table: (name: TableName) => ResolvedTable,
  options: TranslateOptions,
): Translation {
  return translateQuery(parsed, table, options);
}
