// SPDX-License-Identifier: Apache-2.0
import type { TrailSelectors } from './selectors/trail-selectors.js';

/** Source: CloudTrail API Reference, "PutEventConfiguration" (AggregationConfigurations). */
export interface TrailEventConfiguration {
  readonly aggregations: readonly {
    readonly eventCategory: string;
    readonly templates: readonly string[];
  }[];
}

/** A trail as it is kept in state under `trailKey`. Times in ms since the epoch. */
export interface TrailDocument {
  readonly name: string;
  readonly arn: string;
  readonly accountId: string;
  readonly homeRegion: string;
  readonly s3BucketName: string;
  /** The bucket is at a foreign S3 endpoint; absent: one of Cairn. As it was found when the trail got it. */
  readonly s3BucketIsForeign?: true;
  readonly s3KeyPrefix?: string;
  readonly snsTopicName?: string;
  readonly snsTopicArn?: string;
  readonly cloudWatchLogsLogGroupArn?: string;
  readonly cloudWatchLogsRoleArn?: string;
  readonly kmsKeyId?: string;
  readonly includeGlobalServiceEvents: boolean;
  readonly isMultiRegionTrail: boolean;
  readonly isOrganizationTrail: boolean;
  /** `o-…`: of an organization trail, whose owner is that organization's management account. */
  readonly organizationId?: string;
  readonly logFileValidationEnabled: boolean;
  /** What the trail selects (`selectors/trail-selectors.ts`); absent: every management event, as AWS's default. */
  readonly selectors?: TrailSelectors;
  /** What PutEventConfiguration gave; absent: no aggregation. */
  readonly eventConfiguration?: TrailEventConfiguration;
  readonly isLogging: boolean;
  readonly createdAtMs: number;
  readonly startLoggingAtMs?: number;
  readonly stopLoggingAtMs?: number;
  readonly tags: Readonly<Record<string, string>>;
}

export const trailPrefix = 'trail/';

export function trailKey(accountId: string, homeRegion: string, name: string): string {
  return `${trailPrefix}${accountId}/${homeRegion}/${name}`;
}

export function trailArn(accountId: string, homeRegion: string, name: string): string {
  return `arn:aws:cloudtrail:${homeRegion}:${accountId}:trail/${name}`;
}
