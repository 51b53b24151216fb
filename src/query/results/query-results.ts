// SPDX-License-Identifier: Apache-2.0
import type { PackedRows, QueryStatistics, Row } from '../query-engine.js';
import type { TableColumn } from '../table-source.js';

/** A result that is complete. */
export interface QueryResult {
  readonly columns: readonly TableColumn[];
  readonly rowCount: number;
  /** Rows from one on, at most `count`; fewer only at the end. */
  rows(from: number, count: number): Promise<readonly Row[]>;
  /** All rows from the first on, in pieces. */
  pieces(): AsyncIterable<readonly Row[]>;
  /** Of the query that had it, where they were given with the result. */
  readonly statistics?: QueryStatistics;
  /** Its lines in Athena's CSV files, where they came along with the rows. */
  readonly csv?: ResultCsv;
}

export interface ResultCsv {
  readonly bytes: number;
  /** All of them, while they are still at hand. */
  readonly pieces?: readonly Uint8Array[];
}

export interface ResultWriter {
  columns(columns: readonly TableColumn[]): void;
  rows(rows: readonly Row[]): Promise<void>;
  /** Rows behind those that were given before. */
  packed(rows: PackedRows): Promise<void>;
  /** Makes the result durable and visible whole. */
  finish(statistics?: QueryStatistics): Promise<QueryResult>;
  /** Removes what was written. */
  abandon(): Promise<void>;
}

/** Results of queries, kept for a time, by the query's id (UUID). Encrypted at rest, as objects are. */
export interface QueryResults {
  write(queryId: string): ResultWriter;
  open(queryId: string): Promise<QueryResult | undefined>;
  remove(queryId: string): Promise<void>;
}
