// SPDX-License-Identifier: Apache-2.0
import type { JsonObject, RecordResource } from './types.js';

/** The facts that resources follow from; input and output in the SDK's shape. */
export interface ResourceFacts {
  readonly service: string;
  readonly eventName: string;
  readonly region: string;
  /** The account that gets the record; owner of what has no account in its ARN. */
  readonly accountId: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly output: Readonly<Record<string, unknown>>;
  /** As recorded. */
  readonly errorCode: string | undefined;
}

/**
 * The resources of a call whose handler named none; an empty list where records have none. Order and members as in
 * recorded events of these services; the other services served here record no resources.
 */
export function resourcesOf(facts: ResourceFacts): RecordResource[] {
  switch (facts.service) {
    case 's3':
      return s3Resources(facts);
    case 'sts':
      return facts.errorCode === undefined ? roleResources(facts) : [];
    case 'kms':
      return facts.errorCode === undefined ? keyResources(facts) : [];
    case 'cloudtrail':
      return facts.errorCode === undefined ? trailResources(facts) : [];
    case 'cloudtrail-data':
      return byArn('AWS::CloudTrail::Channel', facts.input.ChannelArn ?? facts.input.channelArn, facts);
    case 'sns':
      return facts.eventName.startsWith('Publish')
        ? byArn('AWS::SNS::Topic', facts.input.TopicArn, facts)
        : [];
    default:
      return [];
  }
}

/** S3 events on a bucket that does not exist, or does not exist yet, name no resource. */
function s3Resources(facts: ResourceFacts): RecordResource[] {
  const bucket = facts.input.Bucket;
  if (typeof bucket !== 'string' || bucket === '' || facts.errorCode === 'NoSuchBucket') return [];
  if (facts.eventName === 'CreateBucket') return [];
  const bucketArn = `arn:aws:s3:::${bucket}`;
  const bucketResource = { accountId: facts.accountId, type: 'AWS::S3::Bucket', ARN: bucketArn };
  const key = facts.input.Key;
  if (typeof key === 'string')
    return [{ type: 'AWS::S3::Object', ARN: `${bucketArn}/${key}` }, bucketResource];
  return [...objectsUnderPrefix(facts), bucketResource];
}

const callsOnManyObjects: ReadonlySet<string> = new Set([
  'ListObjects',
  'ListObjectVersions',
  'DeleteObjects',
]);

/** What a call on many objects is about: all of them under the prefix that it names, if it names one. */
export function objectsUnderPrefix({
  service,
  eventName,
  input,
}: Pick<ResourceFacts, 'service' | 'eventName' | 'input'>): RecordResource[] {
  if (service !== 's3' || !callsOnManyObjects.has(eventName) || typeof input.Bucket !== 'string') return [];
  const prefix = typeof input.Prefix === 'string' ? input.Prefix : '';
  return [{ type: 'AWS::S3::Object', ARNPrefix: `arn:aws:s3:::${input.Bucket}/${prefix}` }];
}

function roleResources(facts: ResourceFacts): RecordResource[] {
  return facts.eventName.startsWith('AssumeRole') ? byArn('AWS::IAM::Role', facts.input.RoleArn, facts) : [];
}

function keyResources(facts: ResourceFacts): RecordResource[] {
  const metadata = facts.output.KeyMetadata as JsonObject | undefined;
  const arns = [facts.output.SourceKeyId, metadata?.Arn ?? facts.output.KeyId ?? facts.input.KeyId].filter(
    (arn) => typeof arn === 'string' && arn.startsWith('arn:'),
  );
  return arns.flatMap((arn) => byArn('AWS::KMS::Key', arn, facts));
}

/** A trail that comes or changes: the trail, the bucket that it writes to and the key that it writes with. */
function trailResources(facts: ResourceFacts): RecordResource[] {
  if (facts.eventName !== 'CreateTrail' && facts.eventName !== 'UpdateTrail') return [];
  const bucket = facts.output.S3BucketName ?? facts.input.S3BucketName;
  return [
    ...byArn('AWS::CloudTrail::Trail', facts.output.TrailARN, facts),
    ...byArn('AWS::S3::Bucket', typeof bucket === 'string' ? `arn:aws:s3:::${bucket}` : undefined, facts),
    ...byArn('AWS::KMS::Key', facts.output.KmsKeyId ?? facts.input.KmsKeyId, facts),
  ];
}

function byArn(type: string, arn: unknown, facts: ResourceFacts): RecordResource[] {
  if (typeof arn !== 'string' || !arn.startsWith('arn:')) return [];
  return [{ accountId: arn.split(':')[4] || facts.accountId, type, ARN: arn }];
}
