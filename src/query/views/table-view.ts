// SPDX-License-Identifier: Apache-2.0
import type { RecordColumnKind } from '../../record/record-columns.js';
import type { TableColumn } from '../table-source.js';

/** What the translator has to know of a table to translate a query over it. */
export interface TableSchema {
  /** Columns that `SELECT *` shows, in order, partition columns last. */
  readonly columns: readonly TableColumn[];
  /** Columns of the view that `SELECT *` must not show: the raw forms below. */
  readonly hidden: readonly string[];
  /**
   * A faster way to what a column says, by the column's name in lower case: names of hidden columns.
   * - `timestamp`: the same instant as TIMESTAMP (UTC) of a text that can be read as one, any instant where it cannot or where there
   *   is none: what a condition on `from_iso8601_timestamp(eventtime)` implies of it lets files be left out
   * - `fallback`: what `timestamp` says where the text cannot be read: where the two differ, `timestamp` is what the text says
   * - `json`: the JSON text that a map of texts was made of: for `element_at(requestParameters, 'bucketName')` with a fixed key
   * - `fields`: columns that hold the fields of a row, by path in lower case (`username`, `sessioncontext.attributes.mfaauthenticated`)
   */
  readonly faster: Readonly<Record<string, FasterColumn>>;
}

export interface FasterColumn {
  readonly timestamp?: string;
  readonly fallback?: string;
  readonly json?: string;
  readonly fields?: Readonly<Record<string, string>>;
}

/** A table of a query for the engine: a SELECT in its own words, and what it shows. */
export interface TableView {
  readonly select: string;
  readonly schema: TableSchema;
  /** Of a table whose records can be had one by one: a query that shows few of its rows reads only those whole. */
  readonly late?: LateView;
}

/** How a table is asked for places of rows first, and then shown over the records of just those. */
export interface LateView {
  readonly kind: RecordColumnKind;
  /**
   * Columns of the view's SELECT with what a record does not say of itself: place, account, region, category, entered; where
   * there are `files`, which have that too: the path of the row's, and how many rows of it are before this one.
   */
  readonly head: readonly string[];
  /** Whose records stand in the table's own files (`record/record-blocks.ts`), if they do; absent: the server has them by place. */
  readonly files?: readonly string[];
  /** Names, in lower case, of columns that take long to read: few values occur twice. */
  readonly costly: ReadonlySet<string>;
  /** The same SELECT over a relation with the columns of segments (`selectRecordColumns`). */
  over(relation: string): string;
}
