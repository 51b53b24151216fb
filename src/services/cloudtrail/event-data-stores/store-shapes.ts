// SPDX-License-Identifier: Apache-2.0
import type { AdvancedEventSelector, GetEventDataStoreResponse, Tag } from '@aws-sdk/client-cloudtrail';
import {
  type EventDataStoreDocument,
  eventDataStoreArn,
} from '../../../event-data-stores/event-data-store.js';
import { toTagList } from '../../../trails/trail-tags.js';
import { toAdvancedSelector } from '../event-selectors.js';

type Settings = Omit<GetEventDataStoreResponse, 'FederationStatus' | 'FederationRoleArn' | 'PartitionKeys'>;

/** What every answer about a store has. */
export function toStoreSettings(store: EventDataStoreDocument): Settings {
  return {
    EventDataStoreArn: eventDataStoreArn(store),
    Name: store.name,
    Status: store.status,
    AdvancedEventSelectors: store.selectors.map(toAdvancedSelector) as AdvancedEventSelector[],
    MultiRegionEnabled: store.isMultiRegion,
    OrganizationEnabled: store.organizationId !== undefined,
    RetentionPeriod: store.retentionDays,
    TerminationProtectionEnabled: store.isTerminationProtected,
    CreatedTimestamp: new Date(store.createdAtMs),
    UpdatedTimestamp: new Date(store.updatedAtMs),
    ...(store.kmsKeyId === undefined ? {} : { KmsKeyId: store.kmsKeyId }),
    BillingMode: store.billingMode,
  };
}

export function toFederation({
  federation,
}: EventDataStoreDocument): Pick<GetEventDataStoreResponse, 'FederationStatus' | 'FederationRoleArn'> {
  return {
    FederationStatus: federation?.status ?? 'DISABLED',
    ...(federation?.roleArn === undefined ? {} : { FederationRoleArn: federation.roleArn }),
  };
}

export function toTags({ tags }: EventDataStoreDocument): { TagsList?: Tag[] } {
  const list = toTagList(tags);
  return list.length === 0 ? {} : { TagsList: list };
}
