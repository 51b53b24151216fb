// SPDX-License-Identifier: Apache-2.0
import { eventDataStoreStream, segmentKindOf } from '../../event-data-stores/event-data-store.js';
import type { LakeQueryFacts } from '../../event-data-stores/lake-query.js';
import { findStore } from '../../event-data-stores/store-state.js';
import {
  type SealedSegmentKey,
  type SegmentFile,
  SegmentKeyError,
  type SegmentKeys,
  type SegmentSnapshot,
} from '../../ports/event-segments.js';
import type { StateStore } from '../../ports/state-store.js';
import type { QueryFront } from '../../query/jobs/query-front.js';
import type { QueryJob } from '../../query/jobs/query-job.js';
import { QueryError } from '../../query/query-error.js';
import type { TableFile, TableName, TableSource } from '../../query/table-source.js';
import { parseCloudTrailArn } from '../../trails/cloudtrail-arn.js';
import { deliverResults, type ResultDeliveryDependencies } from './deliver-results.js';
import { lakeQueryLimits } from './limits.js';

export interface LakeFrontDependencies extends ResultDeliveryDependencies {
  readonly stateStore: Pick<StateStore, 'get'>;
  /** The segments of a stream, with everything that is in the log when it is called. */
  readonly segmentsFor: (stream: string, signal: AbortSignal) => Promise<SegmentSnapshot>;
  /** Opens the keys of encrypted segments. */
  readonly segmentKeys: Pick<SegmentKeys, 'open'>;
}

/** CloudTrail Lake's side of its queries: tables are event data stores, results may go to a bucket. */
export function createLakeFront(deps: LakeFrontDependencies): QueryFront {
  /** Snapshots of the queries that run, by job. */
  const held = new Map<string, SegmentSnapshot[]>();

  async function snapshot(job: QueryJob, storeId: string, signal: AbortSignal): Promise<SegmentSnapshot> {
    const taken = await deps.segmentsFor(eventDataStoreStream(storeId), signal);
    if (signal.aborted) {
      taken.release();
      throw new QueryError('CANCELLED', 'The query was cancelled.');
    }
    const ofJob = held.get(job.id);
    if (ofJob === undefined) held.set(job.id, [taken]);
    else ofJob.push(taken);
    return taken;
  }

  return {
    limits: () => lakeQueryLimits,

    async resolve(job, names, signal) {
      const sources: TableSource[] = [];
      for (const name of names) {
        const { id, schema } = storeMeant(name, job, deps);
        const { files } = await snapshot(job, id, signal);
        sources.push({ kind: 'segments', schema, files: await tableFiles(files, deps.segmentKeys) });
      }
      return sources;
    },

    release({ id }) {
      for (const each of held.get(id) ?? []) each.release();
      held.delete(id);
    },

    async finish(job, result) {
      const facts = factsOf(job);
      if (facts.deliveryS3Uri === undefined) return {};
      try {
        return { deliveryStatus: await deliverResults(job, facts, result, deps) };
      } catch (err) {
        // The query has its result all the same.
        deps.log.error({ err, queryId: job.id }, 'the results of a query could not be delivered');
        return { deliveryStatus: 'FAILED' };
      }
    },
  };
}

/** With the keys of those that are encrypted. What the store's KMS key shuts cannot be queried. */
async function tableFiles(
  files: readonly SegmentFile[],
  keys: Pick<SegmentKeys, 'open'>,
): Promise<TableFile[]> {
  const opened: TableFile[] = [];
  for (const { path, rows, sealedKey, isOlder } of files)
    opened.push({
      path,
      rows,
      ...(sealedKey && { key: await openKey(sealedKey, keys) }),
      ...(isOlder && { isOlder }),
    });
  return opened;
}

async function openKey(sealed: SealedSegmentKey, keys: Pick<SegmentKeys, 'open'>): Promise<string> {
  try {
    return Buffer.from(await keys.open(sealed)).toString('base64');
  } catch (error) {
    if (!(error instanceof SegmentKeyError)) throw error;
    const message = `Insufficient permissions to use KMS key ${sealed.kmsKeyArn}.`;
    throw new QueryError('ACCESS_DENIED', message, { cause: error });
  }
}

function factsOf({ facts }: QueryJob): LakeQueryFacts {
  return { ...facts, stores: (facts.stores ?? []) as readonly string[] };
}

/** Only stores that the caller was let at when the query was started; one may be gone meanwhile. */
function storeMeant(
  { catalog, schema, table }: TableName,
  job: QueryJob,
  { stateStore, clock }: LakeFrontDependencies,
): { readonly id: string; readonly schema: 'lake' | 'activity' } {
  const isBare = catalog === undefined && schema === undefined;
  const id = table.split('/').at(-1)?.toLowerCase();
  const arn = isBare ? factsOf(job).stores.find((each) => idOf(each) === id) : undefined;
  const parts = arn === undefined ? undefined : parseCloudTrailArn(arn);
  if (parts === undefined)
    throw new QueryError(
      'ACCESS_DENIED',
      `Event data store ${table} is not one that this query was started for.`,
    );
  const { accountId, region, name } = parts;
  const state = { get: <T>(key: string) => stateStore.get<T>(key)?.value };
  const store = findStore(state, { accountId, region, id: name }, clock.now());
  if (store === undefined || store.status === 'PENDING_DELETION')
    throw new QueryError('TABLE_NOT_FOUND', `Event data store ${table} does not exist any more.`);
  return { id: store.id, schema: segmentKindOf(store) === 'activity' ? 'activity' : 'lake' };
}

function idOf(arn: string): string | undefined {
  return parseCloudTrailArn(arn)?.name.toLowerCase();
}
