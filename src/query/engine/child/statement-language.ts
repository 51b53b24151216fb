// SPDX-License-Identifier: Apache-2.0
import type { ExplainFigures } from '../../dialect/explain/explain.js';
import type { CheckedStatement, SqlDialect, StatementAnswer } from '../../query-engine.js';
import type { QueryError } from '../../query-error.js';
import type { TableCondition, WantedTable } from '../../table-condition.js';
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

export interface ConditionOptions {
  readonly parameters?: readonly string[];
  /** Of a view: what the statement says of its columns. */
  readonly where?: TableCondition;
}

/** A table of a statement that is explained, with the tables that it is a view of. */
export interface ExplainTable {
  readonly name: WantedTable;
  readonly source: TableSource;
  /** Of a view. */
  readonly parsed?: CheckedStatement;
  readonly tables?: ReadonlyMap<string, ExplainTable>;
}

export interface ExplainFacts {
  /** Of the query. */
  readonly columns: readonly TableColumn[];
  readonly tables: ReadonlyMap<string, ExplainTable>;
  readonly keyOf: (name: TableName) => string;
  /** Of a statement that was run. */
  readonly figures?: ExplainFigures;
}

export interface StatementConditions<Parsed> {
  /** A query of one row of constants that is to be run first, over no tables; absent: there is nothing to be known. */
  readonly constants?: Parsed;
  tables(values?: readonly { readonly type: string; readonly text: string | null }[]): readonly WantedTable[];
}

/** What a session has to know of the language that statements are written in, and of the tables that they may read. */
export interface StatementLanguage<Parsed extends CheckedStatement = CheckedStatement> {
  read(sql: string, dialect: SqlDialect): Parsed;
  translate(
    parsed: Parsed,
    table: (name: TableName) => ResolvedTable,
    options: TranslateOptions,
  ): Translation;
  /** What a statement says of its tables before they are opened; absent: nothing. */
  conditionsOf?(parsed: Parsed, options: ConditionOptions): StatementConditions<Parsed>;
  /** What EXPLAIN answers of a statement that was found right; absent: nothing is explained. */
  explanation?(parsed: Parsed, facts: ExplainFacts): StatementAnswer;
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
