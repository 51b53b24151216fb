// SPDX-License-Identifier: Apache-2.0
import type {
  QueryExecution,
  QueryExecutionState,
  QueryExecutionStatistics,
  QueryExecutionStatus,
  ResultConfiguration,
} from '@aws-sdk/client-athena';
import { athenaError, failureReason } from '../../athena/failure-reason.js';
import { athenaFacts } from '../../athena/query-execution.js';
import { answeredKind } from '../../athena/statement-kind.js';
import type { QueryJob } from '../../query/jobs/query-job.js';
import { effectiveEngineVersion } from './work-group-settings.js';

export function toQueryExecution(job: QueryJob): QueryExecution {
  const { workGroup, query, kind: told, catalog, database, parameters, result, reuse } = athenaFacts(job);
  const kind = answeredKind(told, job.columns ?? []);
  return {
    QueryExecutionId: job.id,
    Query: query,
    StatementType: kind.type,
    ...(kind.subtype === undefined ? {} : { SubstatementType: kind.subtype }),
    ResultConfiguration: { ...result } as ResultConfiguration,
    ...(result === undefined ? { ManagedQueryResultsConfiguration: { Enabled: true } } : {}),
    ResultReuseConfiguration: {
      ResultReuseByAgeConfiguration: {
        Enabled: reuse?.enabled ?? false,
        ...(reuse?.maxAgeMinutes === undefined ? {} : { MaxAgeInMinutes: reuse.maxAgeMinutes }),
      },
    },
    QueryExecutionContext: {
      ...(database === undefined ? {} : { Database: database }),
      ...(catalog === undefined ? {} : { Catalog: catalog }),
    },
    Status: statusOf(job),
    Statistics: statisticsOf(job),
    WorkGroup: workGroup,
    EngineVersion: { SelectedEngineVersion: 'AUTO', EffectiveEngineVersion: effectiveEngineVersion },
    ...(parameters === undefined ? {} : { ExecutionParameters: [...parameters] }),
  };
}

function statusOf(job: QueryJob): QueryExecutionStatus {
  const { failure, endedAtMs } = job;
  const state = shownState(job);
  return {
    State: state,
    SubmissionDateTime: new Date(job.submittedAtMs),
    ...(endedAtMs === undefined ? {} : { CompletionDateTime: new Date(endedAtMs) }),
    ...(state === 'CANCELLED' ? { StateChangeReason: failure?.message ?? 'Query cancelled by user' } : {}),
    ...(state === 'FAILED' && failure !== undefined
      ? { StateChangeReason: failureReason(failure), AthenaError: athenaError(failure) }
      : {}),
  };
}

/** A query that ran out of time is FAILED; one over its work group's limit of data CANCELLED. */
export function shownState({ state, failure }: QueryJob): QueryExecutionState {
  if (state === 'TIMED_OUT') return 'FAILED';
  if (state === 'FAILED' && failure?.message.startsWith('Bytes scanned limit') === true) return 'CANCELLED';
  return state;
}

/** Every number is measured: nothing is shown that did not happen yet. */
export function statisticsOf(job: QueryJob): QueryExecutionStatistics {
  const { submittedAtMs, startedAtMs, endedAtMs, statistics } = job;
  if (startedAtMs === undefined) return {};
  const queued = Math.max(0, startedAtMs - submittedAtMs);
  const total = endedAtMs === undefined ? undefined : Math.max(0, endedAtMs - submittedAtMs);
  const planning = statistics?.planningMs ?? 0;
  const engine = planning + (statistics?.executionMs ?? 0);
  return {
    QueryQueueTimeInMillis: queued,
    ...(statistics === undefined
      ? {}
      : {
          EngineExecutionTimeInMillis: Math.round(engine),
          DataScannedInBytes: athenaFacts(job).bytesScanned ?? statistics.bytesScanned,
          QueryPlanningTimeInMillis: Math.round(planning),
        }),
    ...(total === undefined
      ? {}
      : {
          TotalExecutionTimeInMillis: total,
          ServicePreProcessingTimeInMillis: 0,
          ServiceProcessingTimeInMillis: Math.max(0, Math.round(total - queued - engine)),
        }),
    ResultReuseInformation: { ReusedPreviousResult: false },
  };
}
