// SPDX-License-Identifier: Apache-2.0
import { type LakeQueryFacts, queryAliasKey } from '../../../event-data-stores/lake-query.js';
import { findStore, managementAccountSeenBy } from '../../../event-data-stores/store-state.js';
import { type QueryJob, type QueryState, queryJobKey } from '../../../query/jobs/query-job.js';
import { parseCloudTrailArn } from '../../../trails/cloudtrail-arn.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call } from '../../service.js';
import {
  placeOfStore,
  type StorePlace,
  storeNotFound,
  verifyActive,
} from '../event-data-stores/find-store.js';

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
    const id = input.QueryId ?? idOfAlias(input.QueryAlias, accountId, call);
    if (id === undefined) continue;
    const place = { front: 'lake', accountId, region: call.region, id } as const;
    const job = call.state.get<QueryJob>(queryJobKey(place));
    if (job === undefined) continue;
    if (input.RefreshId === undefined || factsOf(job).refreshId === input.RefreshId) return job;
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
  const job = findQuery(input, call);
  if (job === undefined) throw queryNotFound(input.QueryId ?? input.QueryAlias ?? '');
  const places = storePlacesOf(job);
  if (input.EventDataStore !== undefined) {
    const named = placeOfStore(input.EventDataStore, call, input.EventDataStoreOwnerAccountId);
    if (!places.some(({ id }) => id === named?.id)) throw queryNotFound(job.id);
  }
  for (const place of places) {
    const store = findStore(call.state, place, call.receivedAtMs);
    if (store === undefined) throw storeNotFound(place.id);
    verifyActive(store);
  }
  return job;
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
