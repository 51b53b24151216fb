// SPDX-License-Identifier: Apache-2.0
import type { RecordTexts } from '../../ports/event-store.js';
import type { DdlStatement } from '../dialect/ddl-statement.js';
import type { QueryLimits, QueryStatistics, StatementAnswer } from '../query-engine.js';
import type { QueryResult } from '../results/query-results.js';
import type { WantedTable } from '../table-condition.js';
import type { TableSource } from '../table-source.js';
import type { QueryJob } from './query-job.js';

/** What the runner asks of CloudTrail Lake's or Athena's side of a query. */
export interface QueryFront {
  /** What `finish` makes of most results: Athena's CSV files can be had ready with the rows (`QueryResult.csv`). */
  readonly delivers?: 'csv';
  limits(job: QueryJob): QueryLimits;
  /** @param signal ends when the query is cancelled or over. Throws QueryError. */
  resolve(job: QueryJob, names: readonly WantedTable[], signal: AbortSignal): Promise<readonly TableSource[]>;
  /** `QueryRequest.records`, of the tables that `resolve` gave for this query. */
  records?(job: QueryJob, places: readonly string[], bytesMax: number): Promise<RecordTexts>;
  /** What `resolve` held for a query (snapshots, scratch files) may go: it has ended. Called once for each job. */
  release?(job: QueryJob): void;
  define?(job: QueryJob, statement: DdlStatement): Promise<StatementAnswer>;
  /**
   * Delivers the result before the job counts as succeeded (also after a restart: it has to be safe to repeat). What it
   * gives back is added to the job's facts; what it throws fails the job.
   */
  finish?(
    job: QueryJob,
    result: QueryResult,
    statistics: QueryStatistics,
  ): Promise<Readonly<Record<string, unknown>>>;
}
