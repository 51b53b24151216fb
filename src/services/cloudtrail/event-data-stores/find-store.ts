// SPDX-License-Identifier: Apache-2.0
import {
  type EventDataStoreDocument,
  eventDataStoreArn,
} from '../../../event-data-stores/event-data-store.js';
import { findStore, managementAccountSeenBy } from '../../../event-data-stores/store-state.js';
import { isArn, parseCloudTrailArn } from '../../../trails/cloudtrail-arn.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call } from '../../service.js';
import { shareWithOwner } from '../organization-caller.js';

type Asking = Pick<Call, 'state' | 'accountId' | 'region' | 'receivedAtMs'>;

export interface StorePlace {
  readonly accountId: string;
  readonly region: string;
  readonly id: string;
}

/** The last part of a store's ARN. AWS makes UUIDs; nothing says that ids of others are none. */
const idForm = /^[a-zA-Z0-9-]{3,256}$/;

/**
 * Where the store is that an ARN, or the last part of one, means; undefined for a text that means none. An id alone is one
 * of the caller's own account, of the named owner's, or, for a delegated administrator, of the organization.
 */
export function placeOfStore(arnOrId: string, call: Asking, ownerAccountId?: string): StorePlace | undefined {
  if (isArn(arnOrId)) {
    const parts = parseCloudTrailArn(arnOrId);
    if (parts?.kind !== 'eventdatastore' || !idForm.test(parts.name)) return undefined;
    return { accountId: parts.accountId, region: parts.region, id: parts.name };
  }
  const id = arnOrId.replace(/^eventdatastore\//, '');
  if (!idForm.test(id)) return undefined;
  const own = { accountId: ownerAccountId ?? call.accountId, region: call.region, id };
  if (ownerAccountId !== undefined || storeAt(own, call) !== undefined) return own;
  const management = managementAccountSeenBy(call.state, call.accountId);
  if (management === undefined) return own;
  const shared = { ...own, accountId: management.accountId };
  return storeAt(shared, call)?.organizationId === management.organizationId ? shared : own;
}

/** Of a table in a statement. Names in SQL are case-insensitive; ids of stores have no capitals. */
export function placeOfTable(name: string, call: Asking, ownerAccountId?: string): StorePlace | undefined {
  return placeOfStore(name.toLowerCase(), call, ownerAccountId);
}

export function storeAt(place: StorePlace, { state, receivedAtMs }: Pick<Call, 'state' | 'receivedAtMs'>) {
  return findStore(state, place, receivedAtMs);
}

/** The store that a call names. That the caller may do this with it has been decided before, by the ARN. */
export function storeNamed(
  arnOrId: string | undefined,
  call: Call,
  ownerAccountId?: string,
): EventDataStoreDocument {
  const place = placeOfStore(arnOrId ?? '', call, ownerAccountId);
  if (place === undefined) throw invalidStoreArn(arnOrId ?? '');
  const store = place.region === call.region ? storeAt(place, call) : undefined;
  if (store === undefined) throw storeNotFound(arnOrId ?? '');
  shareWithOwner(store, call);
  return store;
}

export function invalidStoreArn(arn: string): WireError {
  return new WireError('EventDataStoreARNInvalidException', `The event data store ARN ${arn} is not valid.`);
}

export function storeNotFound(arn: string): WireError {
  return new WireError('EventDataStoreNotFoundException', `The event data store ${arn} was not found.`);
}

/** A store that is to be deleted answers nothing but GetEventDataStore and RestoreEventDataStore. */
export function verifyActive(store: EventDataStoreDocument): EventDataStoreDocument {
  if (store.status !== 'PENDING_DELETION') return store;
  const message = `The event data store ${eventDataStoreArn(store)} is inactive: it is pending deletion.`;
  throw new WireError('InactiveEventDataStoreException', message);
}

export function noteStore(store: EventDataStoreDocument, call: Call): void {
  call.audit.resources.push({
    type: 'AWS::CloudTrail::EventDataStore',
    ARN: eventDataStoreArn(store),
    accountId: store.accountId,
  });
}
