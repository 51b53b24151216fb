// SPDX-License-Identifier: Apache-2.0

/** What EXPLAIN is asked for (Amazon Athena User Guide, "Using EXPLAIN and EXPLAIN ANALYZE in Athena"). */
export interface Explain {
  readonly type: 'logical' | 'distributed' | 'validate' | 'io';
  readonly format: 'text' | 'json';
  /** The statement is run, its rows are counted and not shown. */
  readonly analyzes: boolean;
}

/** What was measured of a statement that EXPLAIN ANALYZE has run. */
export interface ExplainFigures {
  readonly planningMs: number;
  readonly executionMs: number;
  readonly cpuMs: number;
  readonly rowsRead: number;
  readonly bytesRead: number;
  readonly rowsReturned: number;
}
