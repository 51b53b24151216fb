// SPDX-License-Identifier: Apache-2.0
import type { CreateEventDataStoreRequest, CreateEventDataStoreResponse } from '@aws-sdk/client-cloudtrail';
import {
  type EventDataStoreDocument,
  eventDataStoreArn,
} from '../../../event-data-stores/event-data-store.js';
import {
  defaultStoreSelectors,
  hasLiveIngestion,
  holdsCloudTrailEvents,
  usualRetentionDays,
} from '../../../event-data-stores/store-rules.js';
import { keyOfStore } from '../../../event-data-stores/store-state.js';
import { toTagRecord } from '../../../trails/trail-tags.js';
import type { Call, Handler } from '../../service.js';
import { callersOrganization, shareWithOwner } from '../organization-caller.js';
import { verifyTags } from '../tag-handlers.js';
import { noteStore } from './find-store.js';
import { resolveStoreKey } from './store-key.js';
import { invalidParameter, verifyRetention, verifyStoreMembers } from './store-members.js';
import { verifyStorePlace } from './store-places.js';
import { readStoreSelectors } from './store-selectors.js';
import { toStoreSettings, toTags } from './store-shapes.js';

/**
 * Source: CloudTrail API Reference, "CreateEventDataStore". An organization store is its management account's, also when
 * a delegated administrator makes it. It takes events at once, and is answered as CREATED, as AWS does.
 */
export function createStoreHandler(
  newId: () => string,
): Handler<CreateEventDataStoreRequest, CreateEventDataStoreResponse> {
  return (input, call) => {
    verifyStoreMembers(input);
    const store = toNewStore(input, call, newId());
    verifyTags(input.TagsList ?? [], store.tags);
    verifyStorePlace(store, call);
    shareWithOwner(store, call);
    call.state.put(keyOfStore(store), store);
    noteStore(store, call);
    return { ...toStoreSettings({ ...store, status: 'CREATED' }), ...toTags(store) };
  };
}

function toNewStore(input: CreateEventDataStoreRequest, call: Call, id: string): EventDataStoreDocument {
  const billingMode = input.BillingMode ?? 'EXTENDABLE_RETENTION_PRICING';
  const retentionDays = input.RetentionPeriod ?? usualRetentionDays(billingMode);
  verifyRetention(retentionDays, billingMode);
  const given = input.AdvancedEventSelectors ?? [];
  const selectors = given.length === 0 ? defaultStoreSelectors : readStoreSelectors(given);
  const organization = input.OrganizationEnabled === true ? callersOrganization(call, 'managing') : undefined;
  if (organization !== undefined) verifyForOrganization({ selectors });
  const isStopped = input.StartIngestion === false && hasLiveIngestion({ selectors });
  const place = { accountId: organization?.managementAccountId ?? call.accountId, region: call.region, id };
  return {
    ...place,
    name: input.Name ?? '',
    status: isStopped ? 'STOPPED_INGESTION' : 'ENABLED',
    isMultiRegion: input.MultiRegionEnabled ?? true,
    ...(organization === undefined ? {} : { organizationId: organization.organizationId }),
    selectors,
    retentionDays,
    billingMode,
    isTerminationProtected: input.TerminationProtectionEnabled ?? true,
    ...(input.KmsKeyId === undefined
      ? {}
      : { kmsKeyId: resolveStoreKey(input.KmsKeyId, eventDataStoreArn(place), call) }),
    tags: toTagRecord(input.TagsList ?? []),
    createdAtMs: call.receivedAtMs,
    updatedAtMs: call.receivedAtMs,
  };
}

/** Source: CloudTrail User Guide, "Understanding organization event data stores": none for events from outside of AWS. */
export function verifyForOrganization(store: Pick<EventDataStoreDocument, 'selectors'>): void {
  if (holdsCloudTrailEvents(store) || hasLiveIngestion(store)) return;
  throw invalidParameter(
    'An organization event data store can collect CloudTrail events or configuration items only.',
  );
}
