// SPDX-License-Identifier: Apache-2.0
import type { CheckedStatement, SqlDialect } from '../../query-engine.js';
import type { QueryError } from '../../query-error.js';
import type { TableColumn, TableName, TableSource } from '../../table-source.js';
import type { TableSchema, TableView } from '../../views/table-view.js';

export interface Translation {
  readonly sql: string;
  readonly columns: readonly TableColumn[];
}

export interface TranslateOptions {
  readonly dialect: SqlDialect;
  readonly nowMs: number;
  readonly parameters?: readonly string[];
  /** For a relation that others read, rather than for the caller's eyes. */
  readonly forView?: boolean;
}

/** A relation of the session, by its plain name. */
export interface ResolvedTable {
  readonly view: string;
  readonly schema: TableSchema;
}

/** What a session has to know of the language that statements are written in, and of the tables that they may read. */
export interface StatementLanguage<Parsed extends CheckedStatement = CheckedStatement> {
  read(sql: string, dialect: SqlDialect): Parsed;
  translate(
    parsed: Parsed,
    table: (name: TableName) => ResolvedTable,
    options: TranslateOptions,
  ): Translation;
  /** Statements that every session runs first. */
  readonly macros: readonly string[];
  /** The type of a column (Athena's words) in the engine's words. */
  engineType(athenaType: string): string;
  /** A source over files as a SELECT in the engine's words. */
  viewOf(source: Extract<TableSource, { kind: 'segments' | 'files' }>): TableView;
  /** The functions that a translated statement may call. */
  readonly functions: ReadonlySet<string>;
  /** What the engine's complaint about data or types means to the caller. */
  explain(message: string): QueryError;
}
