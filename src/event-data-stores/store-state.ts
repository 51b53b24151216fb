// SPDX-License-Identifier: Apache-2.0
import {
  isDelegatedAdministrator,
  organizationOfAccount,
} from '../identity/organizations/organization-state.js';
import { cloudTrailPrincipal } from '../identity/organizations/service-principals.js';
import type { StateEntry } from '../ports/state-store.js';
import { type EventDataStoreDocument, eventDataStoreKey } from './event-data-store.js';

/** State as far as event data stores are read in it: a call's, or that of a pipeline. */
export interface StoreState {
  get<T>(key: string): T | undefined;
  list<T>(prefix: string): StateEntry<T>[];
}

/**
 * Stores that a Region may have, in any stage of their life; multi-Region stores of other Regions count.
 * Source: CloudTrail User Guide, "Quotas in AWS CloudTrail".
 */
export const storesPerRegionMax = 10;

/** A deleted store can be restored for so long. Source: CloudTrail API Reference, "DeleteEventDataStore". */
export const pendingDeletionMs = 7 * 86_400_000;

/**
 * A document of the account that every call writes which adds a store or gives one a name: two calls that each find the
 * last place, or the same free name, must be made to meet somewhere.
 */
export function storePlacesKey(accountId: string): string {
  return `event-data-store-places/${accountId}`;
}

/** Its waiting period is over: it is not there any more, also before its document has been removed. */
export function isGone({ deleteAtMs }: EventDataStoreDocument, nowMs: number): boolean {
  return deleteAtMs !== undefined && deleteAtMs <= nowMs;
}

export function keyOfStore({ accountId, region, id }: EventDataStoreDocument): string {
  return eventDataStoreKey(accountId, region, id);
}

/** All stores of an account, in every Region or one, in any stage of their life. */
export function storesOf(
  state: Pick<StoreState, 'list'>,
  {
    accountId,
    region,
    nowMs,
  }: { readonly accountId: string; readonly region?: string; readonly nowMs: number },
): EventDataStoreDocument[] {
  const prefix = `event-data-store/${accountId}/${region === undefined ? '' : `${region}/`}`;
  return state
    .list<EventDataStoreDocument>(prefix)
    .map(({ value }) => value)
    .filter((store) => !isGone(store, nowMs));
}

export function findStore(
  state: Pick<StoreState, 'get'>,
  place: { readonly accountId: string; readonly region: string; readonly id: string },
  nowMs: number,
): EventDataStoreDocument | undefined {
  const { accountId, region, id } = place;
  const store = state.get<EventDataStoreDocument>(eventDataStoreKey(accountId, region, id));
  return store === undefined || isGone(store, nowMs) ? undefined : store;
}

/**
 * Whose organization stores an account sees besides its own stores: as a delegated administrator those of the management
 * account, which owns them all. Source: CloudTrail User Guide, "Understanding organization event data stores".
 */
export function managementAccountSeenBy(
  state: Pick<StoreState, 'get'>,
  accountId: string,
): { readonly accountId: string; readonly organizationId: string } | undefined {
  const organization = organizationOfAccount(state, accountId);
  if (organization === undefined || organization.managementAccountId === accountId) return undefined;
  if (!isDelegatedAdministrator(organization, accountId, cloudTrailPrincipal)) return undefined;
  return { accountId: organization.managementAccountId, organizationId: organization.organizationId };
}

/** They go on as stores of their own account alone: CloudTrail sees into the organization no more. What they hold stays. */
export function releaseOrganizationStores(
  state: Pick<StoreState, 'list'> & { put(key: string, value: unknown): void },
  owner: { readonly organizationId: string; readonly managementAccountId: string },
): void {
  const prefix = `event-data-store/${owner.managementAccountId}/`;
  for (const { key, value } of state.list<EventDataStoreDocument>(prefix)) {
    if (value.organizationId !== owner.organizationId) continue;
    const { organizationId: _, ...store } = value;
    state.put(key, store);
  }
}
