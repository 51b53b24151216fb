// SPDX-License-Identifier: Apache-2.0
import type { ListQueriesRequest, ListQueriesResponse, Query } from '@aws-sdk/client-cloudtrail';
import type { EventDataStoreDocument } from '../../../event-data-stores/event-data-store.js';
import {
  type QueryOfStore,
  queriesOfStorePrefix,
  queryKeptMs,
  queryOrder,
  queryTimeOrder,
} from '../../../event-data-stores/lake-query.js';
import { type QueryJob, queryJobKey } from '../../../query/jobs/query-job.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call, Handler } from '../../service.js';
import { storeNamed, verifyActive } from '../event-data-stores/find-store.js';
import { invalidNextToken } from '../lookup-token.js';
import { type LakeQueryStatus, queryStatus } from './find-query.js';

/** Source: CloudTrail API Reference, "ListQueries" (MaxResults). */
const pageMax = 1_000;

/** Queries that are read at a time. */
const stepQueries = 200;

const statuses: readonly LakeQueryStatus[] = [
  'QUEUED',
  'RUNNING',
  'FINISHED',
  'FAILED',
  'CANCELLED',
  'TIMED_OUT',
];

/** Queries of the past seven days, newest first. Source: CloudTrail API Reference, "ListQueries". */
export const listQueries: Handler<ListQueriesRequest, ListQueriesResponse> = (input, call) => {
  verifyInput(input);
  const store = verifyActive(storeNamed(input.EventDataStore, call));
  const limit = input.MaxResults ?? pageMax;
  const prefix = queriesOfStorePrefix(store);
  let after = input.NextToken === undefined ? firstOrder(input) : readToken(input.NextToken);
  const found: { readonly query: Query; readonly order: string }[] = [];
  for (;;) {
    const entries = call.state.list<QueryOfStore>(prefix, { after: prefix + after, limit: stepQueries });
    for (const { value } of entries) {
      if (value.createdAtMs < earliestMs(input, call)) return pageOf(found, limit);
      after = queryOrder(value);
      const query = wanted(value, store, input, call);
      if (query !== undefined) found.push({ query, order: after });
      if (found.length > limit) return pageOf(found, limit);
    }
    if (entries.length < stepQueries) return pageOf(found, limit);
  }
};

function verifyInput({
  MaxResults: limit,
  StartTime,
  EndTime,
  QueryStatus: status,
}: ListQueriesRequest): void {
  if (limit !== undefined && (limit < 1 || limit > pageMax))
    throw new WireError('InvalidMaxResultsException', `MaxResults must be between 1 and ${pageMax}.`);
  if (status !== undefined && !statuses.includes(status))
    throw new WireError(
      'InvalidQueryStatusException',
      `QueryStatus ${String(status)} is not valid. It can be ${statuses.join(', ')}.`,
    );
  if (StartTime !== undefined && EndTime !== undefined && StartTime > EndTime)
    throw new WireError('InvalidDateRangeException', 'StartTime must not be later than EndTime.');
}

/** Where queries that are not later than EndTime begin. */
function firstOrder({ EndTime }: ListQueriesRequest): string {
  return EndTime === undefined ? '' : queryTimeOrder(Math.max(0, EndTime.getTime()));
}

function earliestMs({ StartTime }: ListQueriesRequest, { receivedAtMs }: Call): number {
  return Math.max(StartTime?.getTime() ?? 0, receivedAtMs - queryKeptMs);
}

function wanted(
  { queryId, createdAtMs }: QueryOfStore,
  { accountId, region }: EventDataStoreDocument,
  { QueryStatus: status }: ListQueriesRequest,
  { state }: Call,
): Query | undefined {
  const job = state.get<QueryJob>(queryJobKey({ front: 'lake', accountId, region, id: queryId }));
  if (job === undefined || (status !== undefined && queryStatus(job) !== status)) return undefined;
  return { QueryId: queryId, QueryStatus: queryStatus(job), CreationTime: new Date(createdAtMs) };
}

function pageOf(
  found: readonly { readonly query: Query; readonly order: string }[],
  limit: number,
): ListQueriesResponse {
  const page = found.slice(0, limit);
  const last = page.at(-1);
  const hasMore = last !== undefined && found.length > limit;
  return {
    Queries: page.map(({ query }) => query),
    ...(hasMore ? { NextToken: Buffer.from(`1/${last.order}`).toString('base64url') } : {}),
  };
}

function readToken(token: string): string {
  const [, order] = /^1\/(\d{13}-[\w-]{1,64})$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (order === undefined) throw invalidNextToken();
  return order;
}
