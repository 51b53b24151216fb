// SPDX-License-Identifier: Apache-2.0
import type { AdvancedSelector } from '../trails/selectors/trail-selectors.js';

/** What GetEventDataStore calls the status. */
export type EventDataStoreStatus =
  | 'CREATED'
  | 'ENABLED'
  | 'PENDING_DELETION'
  | 'STARTING_INGESTION'
  | 'STOPPING_INGESTION'
  | 'STOPPED_INGESTION';

export type BillingMode = 'EXTENDABLE_RETENTION_PRICING' | 'FIXED_RETENTION_PRICING';

/** An event data store of CloudTrail Lake. Its records lie in the segment stream `event-data-store/<id>`. */
export interface EventDataStoreDocument {
  /** UUID, the last part of the ARN. */
  readonly id: string;
  readonly name: string;
  readonly accountId: string;
  /** Its home Region. */
  readonly region: string;
  readonly status: EventDataStoreStatus;
  readonly isMultiRegion: boolean;
  /** It takes the events of all accounts of the organization. */
  readonly organizationId?: string;
  readonly selectors: readonly AdvancedSelector[];
  readonly retentionDays: number;
  readonly billingMode: BillingMode;
  readonly isTerminationProtected: boolean;
  readonly kmsKeyId?: string;
  readonly federation?: { readonly status: 'ENABLED' | 'DISABLED'; readonly roleArn?: string };
  readonly maxEventSize?: 'Standard' | 'Large';
  readonly contextKeySelectors?: readonly {
    readonly type: 'TagContext' | 'RequestContext';
    readonly equals: readonly string[];
  }[];
  readonly resourcePolicy?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Of PENDING_DELETION: when it goes for good. */
  readonly deleteAtMs?: number;
  /** Of PENDING_DELETION: its ingestion was stopped before, and is stopped again once it is restored. */
  readonly wasStopped?: true;
}

/** `event-data-store/111122223333/eu-west-1/<id>` */
export function eventDataStoreKey(accountId: string, region: string, id: string): string {
  return `event-data-store/${accountId}/${region}/${id}`;
}

export function eventDataStoreArn({
  accountId,
  region,
  id,
}: Pick<EventDataStoreDocument, 'accountId' | 'region' | 'id'>): string {
  return `arn:aws:cloudtrail:${region}:${accountId}:eventdatastore/${id}`;
}

/** The name of its stream of segments. */
export function eventDataStoreStream(id: string): string {
  return `event-data-store/${id}`;
}

/** What a store holds is told by its selectors. Source: CloudTrail User Guide, "CloudTrail Lake event data stores". */
export function segmentKindOf({
  selectors,
}: Pick<EventDataStoreDocument, 'selectors'>): 'cloudtrail' | 'activity' {
  const isActivity = selectors.some(({ fieldSelectors }) =>
    fieldSelectors.some(
      ({ field, equals }) => field === 'eventCategory' && equals?.includes('ActivityAuditLog') === true,
    ),
  );
  return isActivity ? 'activity' : 'cloudtrail';
}
