// SPDX-License-Identifier: Apache-2.0
import type { CloudTrailRecord, RecordResource } from './types.js';

/** The call, SDK-shaped, as far as it tells what was deleted. */
export interface DeleteObjectsCall {
  readonly input: Readonly<Record<string, unknown>> | undefined;
  readonly output: Readonly<Record<string, unknown>>;
}

interface ObjectName {
  readonly Key?: string;
  readonly VersionId?: string;
}

/**
 * A record for each object that a DeleteObjects call deleted: the call's own record names none of them, so that a selector of a
 * prefix would never see them go. They are DeleteObject events of the type AwsServiceEvent, by which selectors tell them
 * from calls. Sources: CloudTrail User Guide, "Document history" (June 9, 2025) and "Filtering data events by using advanced event
 * selectors" (Example 3).
 */
export function deletedObjectRecords(
  record: CloudTrailRecord,
  { input, output }: DeleteObjectsCall,
  newEventId: () => string,
): CloudTrailRecord[] {
  const bucket = input?.Bucket;
  const asked = (input?.Delete as { Objects?: readonly ObjectName[] } | undefined)?.Objects ?? [];
  if (record.eventName !== 'DeleteObjects' || record.errorCode !== undefined || typeof bucket !== 'string')
    return [];
  const refused = new Set(((output.Errors ?? []) as readonly ObjectName[]).map(nameOf));
  const { additionalEventData: _, ...shared } = record;
  const buckets = (record.resources ?? []).filter(({ type }) => type === 'AWS::S3::Bucket');
  return asked
    .filter((object) => !refused.has(nameOf(object)))
    .map(({ Key: key = '', VersionId: versionId }) => ({
      ...shared,
      eventName: 'DeleteObject',
      eventID: newEventId(),
      eventType: 'AwsServiceEvent',
      requestParameters: { bucketName: bucket, key, ...(versionId === undefined ? {} : { versionId }) },
      responseElements: null,
      resources: [objectOf(bucket, key), ...buckets],
    }));
}

function nameOf({ Key, VersionId }: ObjectName): string {
  return JSON.stringify([Key, VersionId]);
}

function objectOf(bucket: string, key: string): RecordResource {
  return { type: 'AWS::S3::Object', ARN: `arn:aws:s3:::${bucket}/${key}` };
}
