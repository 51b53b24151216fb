// SPDX-License-Identifier: Apache-2.0
import type { UpdateEventDataStoreRequest, UpdateEventDataStoreResponse } from '@aws-sdk/client-cloudtrail';
import {
  type EventDataStoreDocument,
  eventDataStoreArn,
  segmentKindOf,
} from '../../../event-data-stores/event-data-store.js';
import { categoriesOf, holdsCloudTrailEvents } from '../../../event-data-stores/store-rules.js';
import { keyOfStore } from '../../../event-data-stores/store-state.js';
import { WireError } from '../../../wire/wire-error.js';
import type { Call, Handler } from '../../service.js';
import { callersOrganization, notManagementAccount } from '../organization-caller.js';
import { verifyForOrganization } from './create-store.js';
import { noteStore, storeNamed, verifyActive } from './find-store.js';
import { resolveStoreKey } from './store-key.js';
import { verifyNoImport } from './store-life.js';
import { invalidParameter, verifyRetention, verifyStoreMembers } from './store-members.js';
import { verifyStorePlace } from './store-places.js';
import { readStoreSelectors } from './store-selectors.js';
import { toFederation, toStoreSettings } from './store-shapes.js';

/** Source: CloudTrail API Reference, "UpdateEventDataStore". What is not given stays as it is. */
export const updateEventDataStore: Handler<UpdateEventDataStoreRequest, UpdateEventDataStoreResponse> = (
  input,
  call,
) => {
  verifyStoreMembers(input);
  const before = verifyActive(storeNamed(input.EventDataStore, call));
  const { EventDataStore: _, ...asked } = input;
  if (Object.values(asked).every((value) => value === undefined))
    throw invalidParameter('At least one parameter besides EventDataStore must be specified.');
  verifyNoImport(before, call);
  const after = withKey(withOrganization(withSettings(before, input, call), input, call), input, call);
  if (after.name !== before.name || after.isMultiRegion !== before.isMultiRegion)
    verifyStorePlace(after, call);
  call.state.put(keyOfStore(after), after);
  noteStore(after, call);
  return { ...toStoreSettings(after), ...toFederation(after) };
};

function withSettings(
  store: EventDataStoreDocument,
  input: UpdateEventDataStoreRequest,
  call: Call,
): EventDataStoreDocument {
  const billingMode = input.BillingMode ?? store.billingMode;
  if (store.billingMode === 'EXTENDABLE_RETENTION_PRICING' && billingMode === 'FIXED_RETENTION_PRICING')
    throw invalidParameter(
      'The billing mode cannot be changed from EXTENDABLE_RETENTION_PRICING to FIXED_RETENTION_PRICING.',
    );
  const retentionDays = input.RetentionPeriod ?? store.retentionDays;
  verifyRetention(retentionDays, billingMode);
  return {
    ...store,
    name: input.Name ?? store.name,
    selectors: changedSelectors(store, input),
    isMultiRegion: input.MultiRegionEnabled ?? store.isMultiRegion,
    isTerminationProtected: input.TerminationProtectionEnabled ?? store.isTerminationProtected,
    billingMode,
    retentionDays,
    updatedAtMs: call.receivedAtMs,
  };
}

/** A store goes on to hold events of the kind that it was made for: its columns are theirs. */
function changedSelectors(
  store: EventDataStoreDocument,
  { AdvancedEventSelectors: given }: UpdateEventDataStoreRequest,
): EventDataStoreDocument['selectors'] {
  if (given === undefined) return store.selectors;
  const selectors = readStoreSelectors(given);
  const [before] = categoriesOf(store);
  const [after] = categoriesOf({ selectors });
  const isSameKind = holdsCloudTrailEvents(store) ? holdsCloudTrailEvents({ selectors }) : before === after;
  if (isSameKind && segmentKindOf({ selectors }) === segmentKindOf(store)) return selectors;
  const message = `An event data store for ${before} events cannot be changed to hold ${after} events.`;
  throw new WireError('InvalidEventSelectorsException', message);
}

/** Only the management account converts a store. Source: the same page (OrganizationEnabled). */
function withOrganization(
  store: EventDataStoreDocument,
  { OrganizationEnabled: wanted }: UpdateEventDataStoreRequest,
  call: Call,
): EventDataStoreDocument {
  if (wanted === undefined || wanted === (store.organizationId !== undefined)) return store;
  const { organizationId } = callersOrganization(call, 'converting');
  if (store.accountId !== call.accountId) throw notManagementAccount();
  if (wanted) {
    verifyForOrganization(store);
    return { ...store, organizationId };
  }
  const { organizationId: _, ...own } = store;
  return own;
}

/** "After you associate an event data store with a KMS key, the KMS key cannot be removed or changed": the same page. */
function withKey(
  store: EventDataStoreDocument,
  { KmsKeyId: keyId }: UpdateEventDataStoreRequest,
  call: Call,
): EventDataStoreDocument {
  if (keyId === undefined) return store;
  const kmsKeyId = resolveStoreKey(keyId, eventDataStoreArn(store), call);
  if (store.kmsKeyId === undefined || store.kmsKeyId === kmsKeyId) return { ...store, kmsKeyId };
  throw invalidParameter('The KMS key of an event data store cannot be changed once it has one.');
}
