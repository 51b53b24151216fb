// SPDX-License-Identifier: Apache-2.0
import {
  type EventDataStoreDocument,
  eventDataStoreArn,
} from '../../../event-data-stores/event-data-store.js';
import {
  concurrentQueriesMax,
  type LakeQueryFacts,
  type QueryOfStore,
  type QuerySlots,
  queriesOfStorePrefix,
  queryAliasKey,
  queryKeptMs,
  queryOrder,
  querySlotsKey,
  queryTimeOrder,
} from '../../../event-data-stores/lake-query.js';
import type { SignedPrincipal } from '../../../identity/principal.js';
import { hasEnded, type QueryJob, queryJobKey } from '../../../query/jobs/query-job.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call } from '../../service.js';

/** Entries of queries that are forgotten, removed by each new query: more than one query brings. */
const sweptPerQuery = 20;

/** A query as it is to be started: checked, its stores authorised. */
export interface NewQuery {
  readonly id: string;
  readonly sql: string;
  readonly stores: readonly EventDataStoreDocument[];
  readonly facts: Omit<LakeQueryFacts, 'stores'>;
}

/**
 * Puts a query's job into the call's state, where the runner finds it. It is one of the account whose stores it asks.
 * Throws MaxConcurrentQueriesException.
 */
export function putQuery({ id, sql, stores, facts }: NewQuery, call: Call): QueryJob {
  const accountId = stores[0]?.accountId ?? call.accountId;
  takeSlot(id, accountId, call);
  const { principal, request, region, receivedAtMs } = call;
  const all: LakeQueryFacts = { ...facts, stores: stores.map(eventDataStoreArn) };
  const job: QueryJob = {
    id,
    front: 'lake',
    accountId,
    region,
    dialect: 'lake',
    sql,
    caller: {
      principal: signed(principal),
      sourceIp: request.sourceIp,
      userAgent: request.headers['user-agent'] ?? '',
    },
    state: 'QUEUED',
    submittedAtMs: receivedAtMs,
    facts: { ...all },
  };
  call.state.put(queryJobKey(job), job);
  for (const store of stores) list(job, store, call);
  if (facts.alias !== undefined)
    call.state.put(queryAliasKey(accountId, region, facts.alias), { queryId: id });
  return job;
}

function signed(principal: Call['principal']): SignedPrincipal {
  if ('accountId' in principal) return principal;
  throw new TypeError(`a ${principal.kind} principal cannot start queries`);
}

/** Counted where the query was asked from: whoever is let at another account's stores takes none of its places. */
function takeSlot(id: string, ownerAccountId: string, call: Call): void {
  const key = querySlotsKey(call.accountId, call.region);
  const isRunning = (slot: string) => {
    const [accountId = '', queryId = ''] = slot.split('/');
    const job = call.state.get<QueryJob>(
      queryJobKey({ front: 'lake', accountId, region: call.region, id: queryId }),
    );
    return job !== undefined && !hasEnded(job);
  };
  const taken = (call.state.get<QuerySlots>(key)?.ids ?? []).filter(isRunning);
  if (taken.length >= concurrentQueriesMax) {
    const message = `You are already running the maximum number of concurrent queries, which is ${concurrentQueriesMax}. Wait for some queries to finish, and then run the query again.`;
    throw new WireError('MaxConcurrentQueriesException', message);
  }
  call.state.put(key, { ids: [...taken, `${ownerAccountId}/${id}`] } satisfies QuerySlots);
}

function list(job: QueryJob, store: EventDataStoreDocument, call: Call): void {
  const prefix = queriesOfStorePrefix(store);
  const entry: QueryOfStore = { queryId: job.id, createdAtMs: job.submittedAtMs };
  const forgotten = prefix + queryTimeOrder(call.receivedAtMs - queryKeptMs);
  for (const { key } of call.state.list(prefix, { after: forgotten, limit: sweptPerQuery }))
    call.state.delete(key);
  call.state.put(prefix + queryOrder(entry), entry);
}
