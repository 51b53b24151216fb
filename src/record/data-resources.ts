// SPDX-License-Identifier: Apache-2.0

/** A resource of a data event, as selectors see it. */
export interface DataResource {
  readonly type: string;
  /** For lists the prefix that was asked for; absent where nothing names the resource. */
  readonly arn?: string;
}

/** The one kind of resource that a service's data events are about, where there is one. */
const typesBySource: Readonly<Record<string, string>> = {
  'cloudtrail-data.amazonaws.com': 'AWS::CloudTrail::Channel',
  'dynamodb.amazonaws.com': 'AWS::DynamoDB::Table',
  'lambda.amazonaws.com': 'AWS::Lambda::Function',
  's3.amazonaws.com': 'AWS::S3::Object',
  'sns.amazonaws.com': 'AWS::SNS::Topic',
  'sqs.amazonaws.com': 'AWS::SQS::Queue',
};

/** It stands in S3's records beside the object, and no data event is of this type. */
const bucketType = 'AWS::S3::Bucket';

/**
 * What a data event is about, from the `resources` of its record. A record that names nothing but a bucket, or nothing at all
 * (the bucket is not there, the call was refused before anything was looked up), is still a data event of its service:
 * it has the service's type, and the bucket with an empty key as its ARN, if it names one. Otherwise no selector could ever
 * ask for it, and refused calls would be missing from the evidence.
 *
 * @param eventSource asked for only where the resources do not tell
 */
export function dataResourcesOf(resources: unknown, eventSource: () => string | undefined): DataResource[] {
  const named: DataResource[] = [];
  let bucket: string | undefined;
  for (const entry of Array.isArray(resources) ? resources : []) {
    const resource = toDataResource(entry);
    if (resource === undefined) continue;
    if (resource.type === bucketType) bucket ??= resource.arn;
    else named.push(resource);
  }
  return named.length > 0 ? named : ofService(eventSource(), bucket);
}

function ofService(eventSource: string | undefined, bucket: string | undefined): DataResource[] {
  const type =
    eventSource !== undefined && Object.hasOwn(typesBySource, eventSource)
      ? typesBySource[eventSource]
      : undefined;
  if (type === undefined) return [];
  return [bucket === undefined ? { type } : { type, arn: `${bucket}/` }];
}

function toDataResource(entry: unknown): DataResource | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { type, ARN, ARNPrefix } = entry as Record<string, unknown>;
  if (typeof type !== 'string') return undefined;
  const arn = ARN ?? ARNPrefix;
  return typeof arn === 'string' ? { type, arn } : { type };
}
