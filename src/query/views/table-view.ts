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
   * - `odd`: NULL where the text is `timestamp` written as 2026-11-01T10:00:00Z, so that the texts' order is that of the times; else
   *   the text behind a `~` where it is a time that is written otherwise, behind a `=` where it is none; empty where there is no text
   * - `json`: the JSON text that a map of texts was made of: for `element_at(requestParameters, 'bucketName')` with a fixed key
   * - `members`: columns that hold members of the JSON text, by name, as `record/record-columns.ts` marks them
   * - `fields`: columns that hold the fields of a row, by path in lower case (`username`, `sessioncontext.attributes.mfaauthenticated`)
   * - `count`: how many elements an array has, NULL where it is NULL
   * - `first`: columns that hold the fields of an array's first element, by path; NULL where there is none. Never without `count`
   */
  readonly faster: Readonly<Record<string, FasterColumn>>;
}

export interface FasterColumn {
  readonly timestamp?: string;
  readonly fallback?: string;
  readonly odd?: string;
  readonly json?: string;
  readonly members?: Readonly<Record<string, string>>;
  readonly fields?: Readonly<Record<string, string>>;
  readonly count?: string;
  readonly first?: Readonly<Record<string, string>>;
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
  /** By their names in lower case, columns that take long to read, for few values occur twice: nanoseconds for each row of the table. */
  readonly costly: ReadonlyMap<string, number>;
  /** The same SELECT over a relation with the columns of segments (`selectRecordColumns`). */
  over(relation: string): string;
}
