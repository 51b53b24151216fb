// SPDX-License-Identifier: Apache-2.0
import type { CreateTrailResponse, Trail } from '@aws-sdk/client-cloudtrail';
import { bucketArn } from '../../buckets/bucket-name.js';
import type { RecordResource } from '../../record/types.js';
import { isDefaultSelector } from '../../trails/selectors/basic-selectors.js';
import type { TrailDocument } from '../../trails/trail.js';

/** A trail as CreateTrail and UpdateTrail answer it: no home Region, members only where the trail has a value. */
export function toTrailSettings(trail: TrailDocument): CreateTrailResponse {
  return {
    Name: trail.name,
    S3BucketName: trail.s3BucketName,
    ...(trail.s3KeyPrefix === undefined ? {} : { S3KeyPrefix: trail.s3KeyPrefix }),
    ...(trail.snsTopicArn === undefined
      ? {}
      : { SnsTopicName: trail.snsTopicName, SnsTopicARN: trail.snsTopicArn }),
    IncludeGlobalServiceEvents: trail.includeGlobalServiceEvents,
    IsMultiRegionTrail: trail.isMultiRegionTrail,
    TrailARN: trail.arn,
    LogFileValidationEnabled: trail.logFileValidationEnabled,
    ...(trail.cloudWatchLogsLogGroupArn === undefined
      ? {}
      : {
          CloudWatchLogsLogGroupArn: trail.cloudWatchLogsLogGroupArn,
          CloudWatchLogsRoleArn: trail.cloudWatchLogsRoleArn,
        }),
    ...(trail.kmsKeyId === undefined ? {} : { KmsKeyId: trail.kmsKeyId }),
    IsOrganizationTrail: trail.isOrganizationTrail,
  };
}

/** A trail as DescribeTrails and GetTrail answer it. */
export function toTrail(trail: TrailDocument): Trail {
  return {
    ...toTrailSettings(trail),
    HomeRegion: trail.homeRegion,
    HasCustomEventSelectors: hasCustomSelectors(trail),
    HasInsightSelectors: false,
  };
}

/** Selectors other than what every trail has to begin with. Source: CloudTrail API Reference, "Trail". */
function hasCustomSelectors({ selectors }: TrailDocument): boolean {
  if (selectors === undefined) return false;
  return selectors.kind === 'advanced' || !isDefaultSelector(selectors.selectors);
}

/** What the record of a call that makes or changes a trail lists under `resources`. */
export function trailResources(trail: TrailDocument, bucketOwner: string): RecordResource[] {
  return [
    { type: 'AWS::CloudTrail::Trail', ARN: trail.arn, accountId: trail.accountId },
    { type: 'AWS::S3::Bucket', ARN: bucketArn(trail.s3BucketName), accountId: bucketOwner },
  ];
}
