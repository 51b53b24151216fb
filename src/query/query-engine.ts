// SPDX-License-Identifier: Apache-2.0
import type { RecordTexts } from '../ports/event-store.js';
import type { DdlStatement } from './dialect/ddl-statement.js';
import type { Explain } from './dialect/explain/explain.js';
import type { PreparedStatement } from './dialect/prepared-statement.js';
import type { WantedTable } from './table-condition.js';
import type { TableColumn, TableName, TableSource } from './table-source.js';

/** `lake`: CloudTrail Lake's (Trino SELECT; unquoted event data store ids in FROM). `athena`: Athena's (and Hive's DDL). */
export type SqlDialect = 'athena' | 'lake';

/** A cell as Athena prints it: `{type=Root, arn=…}`, `[a, b]`, `2026-11-21 10:00:00.000`; null is SQL's NULL. */
export type Cell = string | null;
export type Row = readonly Cell[];

export interface QueryLimits {
  readonly runMsMax: number;
  readonly rowsMax: number;
  /** Of the printed cells. */
  readonly resultBytesMax: number;
  readonly memoryBytesMax: number;
}

export interface QueryStatistics {
  readonly planningMs: number;
  readonly executionMs: number;
  /** Bytes that were read of the files; where the system does not count them, the files' sizes. */
  readonly bytesScanned: number;
  /** Rows of the files that the query was given to read. */
  readonly rowsScanned: number;
  readonly rowsReturned: number;
}

/** What a statement that is no query answers: lines of one column, as Athena's SHOW and DESCRIBE do. */
export interface StatementAnswer {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly Row[];
}

/** Rows made ready where they were printed, so that nobody on their way takes them apart. */
export interface PackedRows {
  readonly count: number;
  /** As `query/results/packed-rows.ts` packs them; not checked. */
  readonly packed: Uint8Array;
  /** Bytes of their lines in Athena's CSV files, where those were asked for. */
  readonly csvBytes?: number;
  /** These lines; absent once a result has more than `csvBytesMax` of them. */
  readonly csv?: Uint8Array;
}

/** Where the rows of a query go. */
export interface QueryOutput {
  /** Cells of arrays, maps and rows come as JSON documents, not as Athena prints them. */
  readonly nestedAsJson?: boolean;
  /** Called once, before the rows. */
  onColumns(columns: readonly TableColumn[]): void | Promise<void>;
  /** The next rows, in order; the next ones come when it has resolved. */
  onRows(rows: readonly Row[]): void | Promise<void>;
  /** Rows of queries go here instead of `onRows`; the next ones come when it has resolved. */
  readonly packed?: {
    /** Their lines of CSV come along. */
    readonly csv: boolean;
    onRows(rows: PackedRows): void | Promise<void>;
  };
}

export interface QueryRequest extends QueryOutput {
  readonly sql: string;
  readonly dialect: SqlDialect;
  /** Values of `?`, as SQL literals are written (`'eu-west-1'`, `42`): Athena's execution parameters. */
  readonly parameters?: readonly string[];
  readonly limits: QueryLimits;
  /**
   * What stands behind the names that the statement uses (once for each name; again for the names in views). In the order of
   * the names. Throws QueryError for a table that is not there or not for the caller. Nothing else is ever readable.
   * Rows for which a name's condition is not true may be left out.
   */
  resolve(names: readonly WantedTable[]): Promise<readonly TableSource[]>;
  /**
   * Records of the query's tables that are `byPlace`, in the order of the places, at most so many bytes of them. One that is not
   * there (any more), or not for the caller, is left out. Absent: no table is.
   */
  records?(places: readonly string[], bytesMax: number): Promise<RecordTexts>;
  /** Carries out a statement about tables; absent: such statements are refused. */
  define?(statement: DdlStatement): Promise<StatementAnswer>;
}

export interface QueryRun {
  /** Rejects with QueryError. */
  readonly done: Promise<QueryStatistics>;
  /** Ends it at once: `done` rejects with CANCELLED, and its process is gone soon after. */
  cancel(): void;
}

/**
 * Runs statements of strangers where they can hurt nothing.
 *
 * Obligations:
 * - A statement MUST read nothing but the files that `resolve` gave for it, and MUST write nothing.
 * - Limits MUST hold whatever the statement does; a process that does not end by itself is killed.
 * - At most `runningMax` run at a time, at most `waitingMax` wait; more are refused with BUSY.
 */
export interface QueryEngine {
  run(request: QueryRequest): QueryRun;
  /** Reads a statement without running it: its kind and the tables it names. Rejects with QueryError. */
  check(sql: string, dialect: SqlDialect): Promise<CheckedStatement>;
  close(): Promise<void>;
}

export interface CheckedStatement {
  readonly kind: 'query' | 'ddl' | 'prepared';
  readonly tables: readonly TableName[];
  readonly ddl?: DdlStatement;
  /** Of PREPARE, EXECUTE and DEALLOCATE PREPARE. */
  readonly prepared?: PreparedStatement;
  /** How many `?` it has. */
  readonly parameterCount: number;
  /** Of a query with EXPLAIN before it: what is asked of it instead of its rows. */
  readonly explain?: Explain;
}
