// SPDX-License-Identifier: Apache-2.0
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Destinations } from './composition-delivery.js';
import type { LocalCairn } from './composition-local.js';
import type { Queries } from './composition-query.js';
import type { RunningSegments } from './composition-segments.js';
import type { AccessNeed } from './identity/access.js';
import { accessDeniedMessage } from './identity/policy/access-denied-message.js';
import { athenaService, createAthenaFront } from './pipelines/athena-queries/athena-front.js';
import { loadLimits } from './pipelines/athena-queries/limits.js';
import { QueryCache } from './pipelines/athena-queries/query-cache.js';
import { routedObjects } from './pipelines/athena-queries/routed-objects.js';
import {
  type ExecutionUpkeep,
  startExecutionUpkeep,
} from './pipelines/athena-queries/start-execution-upkeep.js';
import { TableLoader } from './pipelines/athena-queries/table-loader.js';
import type { OperatorLog } from './ports/operator-log.js';
import { StateOverlay } from './ports/state-overlay.js';
import type { QueryFront } from './query/jobs/query-front.js';
import type { QueryCaller } from './query/jobs/query-job.js';
import { decisionsOf } from './request-path/authorize-call.js';
import type { AwsApi } from './request-path/aws-api.js';
import { callerObjects } from './request-path/caller-objects.js';
import type { AthenaDependencies } from './services/athena/athena-dependencies.js';

type Local = Pick<LocalCairn, 'directory' | 'eventLog' | 'stateStore' | 'eventStore' | 'clock'>;

/** Athena's side of its queries. Objects are read and written by S3's own calls, as the caller of the query. */
export function athenaFrontOf(
  local: Local,
  { foreignBuckets, findForeign }: Pick<Destinations, 'foreignBuckets' | 'findForeign'>,
  { segmentsFor }: Pick<RunningSegments, 'segmentsFor'>,
  { engine }: Pick<Queries, 'engine'>,
  run: AwsApi['run'],
): QueryFront {
  const { stateStore, clock } = local;
  const denialOf = (caller: QueryCaller & { readonly region: string }, need: AccessNeed) =>
    denial(caller, need, local);
  const objects = routedObjects({
    own: callerObjects({ run, newRequestId: randomUUID, now: () => clock.now() }),
    find: findForeign,
    foreignBuckets,
    stateStore,
    denialOf,
  });
  const cache = new QueryCache(join(local.directory.path, 'query-cache'), loadLimits.cacheBytesMax);
  return createAthenaFront({
    ...local,
    denialOf: (job, need) => denialOf({ ...job.caller, region: job.region }, need),
    objects,
    loader: new TableLoader({ objects, cache, limits: loadLimits }),
    cache,
    engine,
    segmentsFor,
  });
}

/** Why somebody may not do something now, in AWS's words; undefined when he may. */
function denial(
  { principal, region, sourceIp }: QueryCaller & { readonly region: string },
  need: AccessNeed,
  { stateStore, clock }: Pick<LocalCairn, 'stateStore' | 'clock'>,
): string | undefined {
  const receivedAtMs = clock.now();
  const decision = decisionsOf({
    principal,
    accountId: principal.accountId,
    region,
    receivedAtMs,
    state: new StateOverlay(stateStore),
    request: {
      requestId: '',
      method: 'POST',
      rawPath: '/',
      rawQuery: '',
      headers: { 'user-agent': athenaService },
      body: Readable.from([]),
      withoutBody: true,
      sourceIp,
      receivedAtMs,
      invokedBy: athenaService,
    },
  })(need);
  return decision.isAllowed ? undefined : accessDeniedMessage(principal, need, decision);
}

export function athenaDependenciesOf(
  { engine, results }: Pick<Queries, 'engine' | 'results'>,
  { foreignBuckets }: Pick<Destinations, 'foreignBuckets'>,
): Omit<AthenaDependencies, 'model'> {
  return {
    results,
    foreignBuckets,
    randomId: randomUUID,
    check: async (sql) => {
      await engine.check(sql, 'athena');
    },
  };
}

export function startExecutionUpkeepOf(
  { stateStore, eventLog, clock }: Local,
  log: OperatorLog,
): ExecutionUpkeep {
  return startExecutionUpkeep({ stateStore, eventLog, clock, log });
}
