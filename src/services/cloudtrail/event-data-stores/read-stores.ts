// SPDX-License-Identifier: Apache-2.0
import type {
  EventDataStore,
  GetEventDataStoreRequest,
  GetEventDataStoreResponse,
  ListEventDataStoresRequest,
  ListEventDataStoresResponse,
} from '@aws-sdk/client-cloudtrail';
import {
  type EventDataStoreDocument,
  eventDataStoreArn,
} from '../../../event-data-stores/event-data-store.js';
import { managementAccountSeenBy, storesOf } from '../../../event-data-stores/store-state.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call, Handler } from '../../service.js';
import { invalidNextToken } from '../lookup-token.js';
import { storeNamed } from './find-store.js';
import { toFederation, toStoreSettings } from './store-shapes.js';

/** Source: CloudTrail API Reference, "GetEventDataStore". */
export const getEventDataStore: Handler<GetEventDataStoreRequest, GetEventDataStoreResponse> = (
  input,
  call,
) => {
  const store = storeNamed(input.EventDataStore, call);
  return { ...toStoreSettings(store), ...toFederation(store) };
};

/** Source: CloudTrail API Reference, "ListEventDataStores" (MaxResults). */
const pageMax = 1000;

/** Stores of this Region, in any stage of their life. Only name and ARN are told, as AWS does. */
export const listEventDataStores: Handler<ListEventDataStoresRequest, ListEventDataStoresResponse> = (
  input,
  call,
) => {
  const limit = input.MaxResults ?? pageMax;
  if (limit < 1 || limit > pageMax)
    throw new WireError('InvalidMaxResultsException', `MaxResults must be between 1 and ${pageMax}.`);
  const after = input.NextToken === undefined ? '' : idOfToken(input.NextToken);
  const stores = seenBy(call).filter(({ id }) => id > after);
  const page = stores.slice(0, limit);
  const last = page.at(-1);
  const hasMore = last !== undefined && stores.length > limit;
  return {
    EventDataStores: page.map(toListed),
    ...(hasMore ? { NextToken: Buffer.from(`1:${last.id}`).toString('base64url') } : {}),
  };
};

function seenBy({ state, accountId, region, receivedAtMs: nowMs }: Call): EventDataStoreDocument[] {
  const own = storesOf(state, { accountId, region, nowMs });
  const management = managementAccountSeenBy(state, accountId);
  const shared =
    management === undefined
      ? []
      : storesOf(state, { accountId: management.accountId, region, nowMs }).filter(
          ({ organizationId }) => organizationId === management.organizationId,
        );
  return [...own, ...shared].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function idOfToken(token: string): string {
  const [, id] = /^1:([a-zA-Z0-9-]{3,256})$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (id === undefined) throw invalidNextToken();
  return id;
}

function toListed(store: EventDataStoreDocument): EventDataStore {
  return { EventDataStoreArn: eventDataStoreArn(store), Name: store.name };
}
