// SPDX-License-Identifier: Apache-2.0
import type {
  BatchGetQueryExecutionInput,
  BatchGetQueryExecutionOutput,
  GetQueryExecutionInput,
  GetQueryExecutionOutput,
  GetQueryRuntimeStatisticsInput,
  GetQueryRuntimeStatisticsOutput,
  ListEngineVersionsInput,
  ListEngineVersionsOutput,
  ListQueryExecutionsInput,
  ListQueryExecutionsOutput,
  QueryExecution,
  StopQueryExecutionInput,
} from '@aws-sdk/client-athena';
import { athenaFacts, type ExecutionEntry, executionPrefix } from '../../athena/query-execution.js';
import { hasEnded, type QueryJob, queryJobKey } from '../../query/jobs/query-job.js';
import type { Handler } from '../service.js';
import { checkIds } from './check-members.js';
import { existingQuery, findQuery } from './find-query.js';
import { existingWorkGroup } from './find-work-group.js';
import { pageOf, pageToken, readPage } from './paging.js';
import { statisticsOf, toQueryExecution } from './query-execution-shape.js';
import { effectiveEngineVersion, engineVersions } from './work-group-settings.js';

export const getQueryExecution: Handler<GetQueryExecutionInput, GetQueryExecutionOutput> = (input, call) => ({
  QueryExecution: toQueryExecution(existingQuery(input.QueryExecutionId, call)),
});

export const batchGetQueryExecution: Handler<BatchGetQueryExecutionInput, BatchGetQueryExecutionOutput> = (
  input,
  call,
) => {
  const found: QueryExecution[] = [];
  const missing: { QueryExecutionId: string; ErrorCode: string; ErrorMessage: string }[] = [];
  for (const id of checkIds(input.QueryExecutionIds, 'queryExecutionIds')) {
    const job = findQuery(id, call);
    if (job !== undefined) found.push(toQueryExecution(job));
    else
      missing.push({
        QueryExecutionId: id,
        ErrorCode: 'QUERY_EXECUTION_NOT_FOUND',
        ErrorMessage: `QueryExecution ${id} was not found`,
      });
  }
  return { QueryExecutions: found, UnprocessedQueryExecutionIds: missing };
};

/** Newest first. A token is the place of the last one shown: new queries do not move the pages. */
export const listQueryExecutions: Handler<ListQueryExecutionsInput, ListQueryExecutionsOutput> = (
  input,
  call,
) => {
  const { name } = existingWorkGroup(input.WorkGroup, call);
  const kind = `queries/${name}`;
  const { after, limit } = readPage(input, { kind, min: 0 });
  const prefix = executionPrefix(call, name);
  const entries = call.state.list<ExecutionEntry>(prefix, {
    ...(after === undefined ? {} : { after: `${prefix}${after}` }),
    limit: limit + 1,
  });
  const shown = entries.slice(0, limit);
  const last = shown.at(-1);
  return {
    QueryExecutionIds: shown.map(({ value: { id } }) => id),
    ...(entries.length > limit && last !== undefined
      ? { NextToken: pageToken(kind, last.key.slice(prefix.length)) }
      : {}),
  };
};

/** A query that has ended stays as it is, and nothing is said about it. */
export const stopQueryExecution: Handler<StopQueryExecutionInput> = (input, call) => {
  const job = existingQuery(input.QueryExecutionId, call);
  if (hasEnded(job)) return {};
  const cancelled: QueryJob = { ...job, state: 'CANCELLED', endedAtMs: call.receivedAtMs };
  call.state.put(queryJobKey(job), cancelled);
  return {};
};

export const getQueryRuntimeStatistics: Handler<
  GetQueryRuntimeStatisticsInput,
  GetQueryRuntimeStatisticsOutput
> = (input, call) => {
  const job = existingQuery(input.QueryExecutionId, call);
  const { DataScannedInBytes: _, ResultReuseInformation: __, ...timeline } = statisticsOf(job);
  return {
    QueryRuntimeStatistics: {
      Timeline: timeline,
      ...(job.statistics === undefined
        ? {}
        : {
            Rows: {
              InputRows: job.statistics.rowsScanned,
              InputBytes: athenaFacts(job).bytesScanned ?? job.statistics.bytesScanned,
              OutputRows: job.statistics.rowsReturned,
            },
          }),
    },
  };
};

export const listEngineVersions: Handler<ListEngineVersionsInput, ListEngineVersionsOutput> = (input) => {
  const all = engineVersions.map((SelectedEngineVersion) => ({
    SelectedEngineVersion,
    EffectiveEngineVersion: effectiveEngineVersion,
  }));
  const nameOf = (version: { readonly SelectedEngineVersion: string }) => version.SelectedEngineVersion;
  const { items, ...next } = pageOf(all.toReversed(), nameOf, input, {
    kind: 'engines',
    max: 10,
    otherwise: 10,
  });
  return { EngineVersions: [...items], ...next };
};
