// SPDX-License-Identifier: Apache-2.0
import type {
  DeleteEventDataStoreRequest,
  DeleteEventDataStoreResponse,
  RestoreEventDataStoreRequest,
  RestoreEventDataStoreResponse,
  StartEventDataStoreIngestionRequest,
  StartEventDataStoreIngestionResponse,
  StopEventDataStoreIngestionRequest,
  StopEventDataStoreIngestionResponse,
} from '@aws-sdk/client-cloudtrail';
import { channelsInto } from '../../../event-data-stores/channel.js';
import {
  type EventDataStoreDocument,
  type EventDataStoreStatus,
  eventDataStoreArn,
} from '../../../event-data-stores/event-data-store.js';
import {
  isUnderWay,
  type StoreImportDocument,
  storeImportPrefix,
} from '../../../event-data-stores/store-import.js';
import { hasLiveIngestion } from '../../../event-data-stores/store-rules.js';
import { keyOfStore, pendingDeletionMs } from '../../../event-data-stores/store-state.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call, Handler } from '../../service.js';
import { noteStore, storeNamed, verifyActive } from './find-store.js';
import { toStoreSettings } from './store-shapes.js';

/** Source: CloudTrail API Reference, "DeleteEventDataStore". Its events stay for seven days more, for RestoreEventDataStore. */
export const deleteEventDataStore: Handler<DeleteEventDataStoreRequest, DeleteEventDataStoreResponse> = (
  input,
  call,
) => {
  const store = verifyActive(storeNamed(input.EventDataStore, call));
  verifyMayGo(store, call);
  const deleteAtMs = call.receivedAtMs + pendingDeletionMs;
  const wasStopped = store.status === 'STOPPED_INGESTION' ? ({ wasStopped: true } as const) : undefined;
  put({ ...store, status: 'PENDING_DELETION', deleteAtMs, ...wasStopped }, call);
  return {};
};

function verifyMayGo(store: EventDataStoreDocument, call: Call): void {
  const arn = eventDataStoreArn(store);
  if (store.isTerminationProtected) {
    const message = `The event data store ${arn} cannot be deleted because termination protection is enabled for it.`;
    throw new WireError('EventDataStoreTerminationProtectedException', message);
  }
  if (store.federation?.status === 'ENABLED') {
    const message = `The event data store ${arn} cannot be deleted because Lake query federation is enabled for it.`;
    throw new WireError('EventDataStoreFederationEnabledException', message);
  }
  verifyNoImport(store, call);
  if (channelsInto(call.state, store).length > 0) {
    const message = `The event data store ${arn} cannot be deleted because a channel delivers events to it.`;
    throw new WireError('ChannelExistsForEDSException', message);
  }
}

/** An import would bring events to a store that is changed under it. Source: the same page, and "UpdateEventDataStore". */
export function verifyNoImport(store: EventDataStoreDocument, { state }: Call): void {
  const { accountId, region } = store;
  const arn = eventDataStoreArn(store);
  const imports = state.list<StoreImportDocument>(storeImportPrefix(accountId, region));
  if (!imports.some(({ value }) => isUnderWay(value) && value.destination === arn)) return;
  const message = `An import into the event data store ${arn} is in progress.`;
  throw new WireError('EventDataStoreHasOngoingImportException', message);
}

/** Source: CloudTrail API Reference, "RestoreEventDataStore". Who had stopped its ingestion finds it stopped. */
export const restoreEventDataStore: Handler<RestoreEventDataStoreRequest, RestoreEventDataStoreResponse> = (
  input,
  call,
) => {
  const store = storeNamed(input.EventDataStore, call);
  verifyStatus(store, 'PENDING_DELETION');
  const { deleteAtMs: _, wasStopped, ...kept } = store;
  const restored = put({ ...kept, status: wasStopped ? 'STOPPED_INGESTION' : 'ENABLED' }, call);
  return toStoreSettings(restored);
};

/** Source: CloudTrail API Reference, "StartEventDataStoreIngestion". */
export const startIngestion: Handler<
  StartEventDataStoreIngestionRequest,
  StartEventDataStoreIngestionResponse
> = (input, call) => {
  const store = storeNamed(input.EventDataStore, call);
  verifyIngestion(store, 'STOPPED_INGESTION');
  put({ ...store, status: 'ENABLED' }, call);
  return {};
};

/** What was recorded until now is still stored. */
export const stopIngestion: Handler<
  StopEventDataStoreIngestionRequest,
  StopEventDataStoreIngestionResponse
> = (input, call) => {
  const store = storeNamed(input.EventDataStore, call);
  verifyIngestion(store, 'ENABLED');
  put({ ...store, status: 'STOPPED_INGESTION' }, call);
  return {};
};

function verifyIngestion(store: EventDataStoreDocument, status: EventDataStoreStatus): void {
  if (!hasLiveIngestion(store)) {
    const message = `The ingestion of ${eventDataStoreArn(store)} cannot be started or stopped: its event category must be Management, Data, NetworkActivity or ConfigurationItem.`;
    throw new WireError('InvalidEventDataStoreCategoryException', message);
  }
  verifyStatus(store, status);
}

function verifyStatus(store: EventDataStoreDocument, status: EventDataStoreStatus): void {
  if (store.status === status) return;
  const message = `The status of the event data store ${eventDataStoreArn(store)} is ${store.status}; it must be ${status}.`;
  throw new WireError('InvalidEventDataStoreStatusException', message);
}

function put(store: EventDataStoreDocument, call: Call): EventDataStoreDocument {
  const changed = { ...store, updatedAtMs: call.receivedAtMs };
  call.state.put(keyOfStore(changed), changed);
  noteStore(changed, call);
  return changed;
}
