// SPDX-License-Identifier: Apache-2.0

/** The same four as the event log's; record/ imports nothing above itself. */
export type RecordCategory = 'Management' | 'Data' | 'NetworkActivity' | 'Insight';

export interface CategorySigns {
  readonly eventCategory: string | undefined;
  readonly eventType: string | undefined;
  /** The JSON text of the member: `true`, `false`, or undefined where the record has none. */
  readonly managementEvent: string | undefined;
  readonly eventSource: string;
  readonly eventName: string;
}

/**
 * What kind of event a record tells of. `eventCategory` came with event version 1.07 and `managementEvent` with 1.06
 * (CloudTrail User Guide, "CloudTrail record contents"); older records are judged by service and name: data events
 * were logged for S3 objects since November 2016 and for Lambda since November 2017.
 */
export function categoryOf(signs: CategorySigns): RecordCategory {
  switch (signs.eventCategory) {
    case 'Management':
    case 'Data':
    case 'NetworkActivity':
    case 'Insight':
      return signs.eventCategory;
    // Events from outside of AWS in CloudTrail Lake: they never were in the event history.
    case 'ActivityAuditLog':
      return 'Data';
  }
  if (signs.eventType === 'AwsCloudTrailInsight') return 'Insight';
  if (signs.eventType === 'AwsVpceEvent') return 'NetworkActivity';
  if (signs.managementEvent === 'true') return 'Management';
  if (signs.managementEvent === 'false') return 'Data';
  return earlyDataEvents.get(signs.eventSource)?.has(signs.eventName) === true ? 'Data' : 'Management';
}

const earlyDataEvents = new Map<string, ReadonlySet<string>>([
  [
    's3.amazonaws.com',
    new Set([
      'AbortMultipartUpload',
      'CompleteMultipartUpload',
      'CopyObject',
      'CreateMultipartUpload',
      'DeleteObject',
      'DeleteObjects',
      'GetObject',
      'GetObjectAcl',
      'GetObjectTagging',
      'GetObjectTorrent',
      'HeadObject',
      'ListObjects',
      'ListParts',
      'PostObject',
      'PutObject',
      'PutObjectAcl',
      'PutObjectTagging',
      'RestoreObject',
      'UploadPart',
      'UploadPartCopy',
    ]),
  ],
  ['lambda.amazonaws.com', new Set(['Invoke'])],
]);
