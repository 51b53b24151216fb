// SPDX-License-Identifier: Apache-2.0
import type { GetQueryResultsRequest, GetQueryResultsResponse } from '@aws-sdk/client-cloudtrail';
import type { QueryJob } from '../../../query/jobs/query-job.js';
import type { Row } from '../../../query/query-engine.js';
import type { QueryResult } from '../../../query/results/query-results.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Handler } from '../../service.js';
import { storeAt } from '../event-data-stores/find-store.js';
import { verifyStoreKeyUsable } from '../event-data-stores/store-key.js';
import { invalidNextToken } from '../lookup-token.js';
import { errorMessage, queryNamed, queryStatus, storePlacesOf } from './find-query.js';
import type { LakeDependencies } from './lake-dependencies.js';
import { lakeOf } from './start-query.js';

/** Source: CloudTrail API Reference, "GetQueryResults" (MaxQueryResults). */
const pageRowsMax = 1_000;

/** Characters of cells after which a page ends, full or not: cells hold whole records. */
const pageCharactersMax = 4 * 1024 * 1024;

/** Rows that are read at a time, so that a page of large ones is never held whole. */
const stepRows = 100;

/** Source: CloudTrail API Reference, "GetQueryResults". A query that has not ended answers its status alone. */
export function getQueryResultsHandler(deps: {
  readonly lake?: LakeDependencies;
}): Handler<GetQueryResultsRequest, GetQueryResultsResponse> {
  return async (input, call) => {
    const limit = input.MaxQueryResults ?? pageRowsMax;
    if (limit < 1 || limit > pageRowsMax)
      throw new WireError(
        'InvalidMaxResultsException',
        `MaxQueryResults must be between 1 and ${pageRowsMax}.`,
      );
    const job = queryNamed(input, call);
    for (const place of storePlacesOf(job)) verifyStoreKeyUsable(storeAt(place, call), call);
    const from = input.NextToken === undefined ? 0 : readToken(input.NextToken, job.id);
    const status = { QueryStatus: queryStatus(job), ...errorMessage(job) };
    if (job.state !== 'SUCCEEDED') return { ...status, QueryStatistics: statisticsOf(job, 0, 0) };
    const result = await lakeOf(deps).results.open(job.id);
    // Results are kept as long as their query, which ends with this call's next answer.
    if (result === undefined)
      throw new WireError('QueryIdNotFoundException', `The results of query ${job.id} are gone.`);
    if (from > result.rowCount) throw invalidNextToken();
    const rows = await pageOf(result, from, limit);
    const next = from + rows.length;
    return {
      ...status,
      QueryStatistics: statisticsOf(job, rows.length, result.rowCount),
      QueryResultRows: rows.map((row) => toResultRow(row, result)),
      ...(next < result.rowCount ? { NextToken: writeToken(next, job.id) } : {}),
    };
  };
}

async function pageOf(result: QueryResult, from: number, limit: number): Promise<Row[]> {
  const page: Row[] = [];
  let characters = 0;
  while (page.length < limit) {
    const rows = await result.rows(from + page.length, Math.min(stepRows, limit - page.length));
    if (rows.length === 0) return page;
    for (const row of rows) {
      characters += row.reduce((sum, cell) => sum + (cell?.length ?? 0), 0);
      if (page.length > 0 && characters > pageCharactersMax) return page;
      page.push(row);
    }
  }
  return page;
}

/** One map a column, in the order of the columns: two columns may have one name. NULL is the empty text. */
function toResultRow(row: Row, { columns }: QueryResult): Record<string, string>[] {
  return columns.map(({ name }, at) => ({ [name]: row[at] ?? '' }));
}

function statisticsOf(
  { statistics }: QueryJob,
  resultsCount: number,
  totalResultsCount: number,
): GetQueryResultsResponse['QueryStatistics'] {
  return {
    ResultsCount: resultsCount,
    TotalResultsCount: totalResultsCount,
    BytesScanned: statistics?.bytesScanned ?? 0,
  };
}

function writeToken(from: number, queryId: string): string {
  return Buffer.from(`1/${queryId}/${from}`).toString('base64url');
}

function readToken(token: string, queryId: string): number {
  const [version, id, from = ''] = Buffer.from(token, 'base64url').toString().split('/');
  if (version !== '1' || id !== queryId || !/^\d{1,15}$/.test(from)) throw invalidNextToken();
  return Number(from);
}
