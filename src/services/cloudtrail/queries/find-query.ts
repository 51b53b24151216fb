// SPDX-License-Identifier: Apache-2.0
import { timeOfRefresh } from '../../../event-data-stores/dashboard.js';
import {
  type LakeQueryFacts,
  type QueryOfStore,
  queriesOfStorePrefix,
  queryAliasKey,
  queryTimeOrder,
} from '../../../event-data-stores/lake-query.js';
import { findStore, managementAccountSeenBy, storesOf } from '../../../event-data-stores/store-state.js';
import type { StateEntry } from '../../../ports/state-store.js';
import { type QueryJob, type QueryState, queryJobKey } from '../../../query/jobs/query-job.js';
import { parseCloudTrailArn } from '../../../trails/cloudtrail-arn.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call } from '../../service.js';
import {
  invalidStoreArn,
  placeOfStore,
  type StorePlace,
  storeNotFound,
  verifyActive,
} from '../event-data-stores/find-store.js';
import { MemberRules, type TextRule } from '../verify-members.js';

/** Members by which calls name a query. */
export interface QueryInput {
  readonly QueryId?: string | undefined;
  readonly QueryAlias?: string | undefined;
  readonly RefreshId?: string | undefined;
  readonly EventDataStore?: string | undefined;
  readonly EventDataStoreOwnerAccountId?: string | undefined;
}

type Asking = Pick<Call, 'state' | 'accountId' | 'region' | 'receivedAtMs'>;

/** The query that a call names, whatever state it is in; undefined for none. */
export function findQuery(input: QueryInput, call: Asking): QueryJob | undefined {
  for (const accountId of accountsOf(input, call)) {
    const job =
      input.RefreshId === undefined
        ? jobOf(input.QueryId ?? idOfAlias(input.QueryAlias, accountId, call), accountId, call)
        : jobOfRefresh(input, accountId, call);
    if (job !== undefined) return job;
  }
  return undefined;
}

function jobOf(
  id: string | undefined,
  accountId: string,
  { state, region }: Pick<Asking, 'state' | 'region'>,
): QueryJob | undefined {
  return id === undefined
    ? undefined
    : state.get<QueryJob>(queryJobKey({ front: 'lake', accountId, region, id }));
}

/** More queries than a store can be asked within one millisecond, by an account's refreshes. */
const queriesOfTimeMax = 100;

/**
 * The query that a refresh, of any time, has started for an alias. A refresh's id begins with its time: the queries of the
 * account's stores are listed by theirs. Which store it asked nobody says: managed dashboards are told with each refresh.
 */
function jobOfRefresh(
  { QueryAlias: alias, RefreshId: refreshId = '' }: QueryInput,
  accountId: string,
  { state, region, receivedAtMs: nowMs }: Asking,
): QueryJob | undefined {
  const startedAtMs = timeOfRefresh(refreshId);
  if (startedAtMs === undefined) return undefined;
  for (const store of storesOf(state, { accountId, region, nowMs })) {
    const prefix = queriesOfStorePrefix(store);
    const after: string = prefix + queryTimeOrder(startedAtMs);
    const listed: StateEntry<QueryOfStore>[] = state.list(prefix, { after, limit: queriesOfTimeMax });
    for (const { value } of listed) {
      if (value.createdAtMs !== startedAtMs) break;
      const job = jobOf(value.queryId, accountId, { state, region });
      const facts = job === undefined ? undefined : factsOf(job);
      if (facts?.alias === alias && facts?.refreshId === refreshId) return job;
    }
  }
  return undefined;
}

/** Queries are of the account whose stores they ask: the named owner, or the one that the store's ARN or id tells. */
function accountsOf(input: QueryInput, call: Asking): string[] {
  if (input.EventDataStoreOwnerAccountId !== undefined) return [input.EventDataStoreOwnerAccountId];
  const named = input.EventDataStore === undefined ? undefined : placeOfStore(input.EventDataStore, call);
  const ofStore = named?.accountId ?? call.accountId;
  return [...new Set([call.accountId, ofStore, ...sharedOwner(call)])];
}

/** The management account's, whose organization stores a delegated administrator asks by their ids alone. */
function sharedOwner({ state, accountId }: Asking): string[] {
  const management = managementAccountSeenBy(state, accountId);
  return management === undefined ? [] : [management.accountId];
}

function idOfAlias(
  alias: string | undefined,
  accountId: string,
  { state, region }: Asking,
): string | undefined {
  if (alias === undefined) return undefined;
  return state.get<{ readonly queryId: string }>(queryAliasKey(accountId, region, alias))?.queryId;
}

export function factsOf({ facts }: QueryJob): LakeQueryFacts {
  return { ...facts, stores: (facts.stores ?? []) as readonly string[] };
}

/** Where the stores of a query are. */
export function storePlacesOf(job: QueryJob): StorePlace[] {
  return factsOf(job).stores.flatMap((arn) => {
    const parts = parseCloudTrailArn(arn);
    return parts === undefined ? [] : [{ accountId: parts.accountId, region: parts.region, id: parts.name }];
  });
}

/**
 * The query that a call asks about. Of a store that is pending deletion nothing is told any more. Source: CloudTrail API
 * Reference, "DeleteEventDataStore".
 */
export function queryNamed(input: QueryInput, call: Call): QueryJob {
  verifyMembers(input);
  const named = storeOfInput(input, call);
  const job = findQuery(input, call);
  if (job === undefined) throw queryNotFound(input.QueryId ?? input.QueryAlias ?? '');
  const places = storePlacesOf(job);
  if (named !== undefined && !places.some(({ id }) => id === named.id)) throw queryNotFound(job.id);
  for (const place of places) {
    const store = findStore(call.state, place, call.receivedAtMs);
    if (store === undefined) throw storeNotFound(place.id);
    verifyActive(store);
  }
  return job;
}

/** Source: CloudTrail API Reference, "DescribeQuery", "GetQueryResults", "CancelQuery" (request parameters). */
function verifyMembers(input: QueryInput): void {
  new MemberRules()
    .text('queryId', input.QueryId, { min: 36, max: 36, pattern: /^[a-f0-9-]+$/ })
    .text('queryAlias', input.QueryAlias, aliasRule)
    .text('refreshId', input.RefreshId, { min: 10, max: 20, pattern: /^\d+$/ })
    .text('eventDataStoreOwnerAccountId', input.EventDataStoreOwnerAccountId, accountIdRule)
    .verify();
}

/** Source: CloudTrail API Reference, "StartQuery" (QueryAlias, EventDataStoreOwnerAccountId). */
export const aliasRule: TextRule = { min: 1, max: 256, pattern: /^[a-zA-Z][a-zA-Z0-9._-]*$/ };
export const accountIdRule: TextRule = { min: 12, max: 16, pattern: /^\d+$/ };

/** The store that a call names beside its query. Which ones other accounts have is not told. */
function storeOfInput(
  { EventDataStore: named, EventDataStoreOwnerAccountId: owner }: QueryInput,
  call: Call,
): StorePlace | undefined {
  if (named === undefined) return undefined;
  const place = placeOfStore(named, call, owner);
  if (place === undefined) throw invalidStoreArn(named);
  const isOwn = place.accountId === call.accountId;
  if (isOwn && findStore(call.state, place, call.receivedAtMs) === undefined) throw storeNotFound(named);
  return place;
}

function queryNotFound(id: string): WireError {
  return new WireError('QueryIdNotFoundException', `The query ${id} was not found.`);
}

export type LakeQueryStatus = Exclude<QueryState, 'SUCCEEDED'> | 'FINISHED';

/** What Lake calls the state of a query. */
export function queryStatus({ state }: Pick<QueryJob, 'state'>): LakeQueryStatus {
  return state === 'SUCCEEDED' ? 'FINISHED' : state;
}

/** Source: CloudTrail API Reference, "DescribeQuery" (ErrorMessage): 4 to 1,000 characters. */
export function errorMessage({ failure }: QueryJob): { ErrorMessage?: string } {
  return failure === undefined ? {} : { ErrorMessage: failure.message.slice(0, 1_000).padEnd(4, '.') };
}
