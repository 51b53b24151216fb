// SPDX-License-Identifier: Apache-2.0
import { type BucketDocument, bucketKey } from '../../buckets/bucket.js';
import { isBucketName } from '../../buckets/bucket-name.js';
import type { ForeignBuckets } from '../../buckets/foreign-buckets.js';
import { canCloudTrailWrite } from '../../buckets/log-destination.js';
import type { TrailDocument } from '../../trails/trail.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call } from '../service.js';
import { insufficientPolicy, missingBucket, verifyForeignBucket } from './bucket-refusals.js';

/** Source: CloudTrail API Reference, "CreateTrail" (S3KeyPrefix). */
const prefixLengthMax = 200;

/**
 * The trail with what was found out about its bucket. Refuses a bucket that log files could not go to, as AWS does when a
 * trail is made or changed.
 */
export async function withLogBucket(
  trail: TrailDocument,
  call: Call,
  foreignBuckets: ForeignBuckets | undefined,
): Promise<TrailDocument> {
  verifyBucketName(trail.s3BucketName);
  verifyPrefix(trail.s3KeyPrefix);
  const { s3BucketIsForeign: _, ...own } = trail;
  const bucket = call.state.get<BucketDocument>(bucketKey(trail.s3BucketName));
  const place = foreignBuckets?.place(trail.s3BucketName, trail.accountId);
  if (
    foreignBuckets !== undefined &&
    (place === 'named' || (place === 'otherwise' && bucket === undefined))
  ) {
    await verifyForeignBucket(trail.s3BucketName, trail.accountId, foreignBuckets);
    return { ...own, s3BucketIsForeign: true };
  }
  if (bucket === undefined) throw missingBucket(trail.s3BucketName);
  const { arn: trailArn, accountId, organizationId, s3KeyPrefix: keyPrefix } = trail;
  if (!canCloudTrailWrite({ bucket, trailArn, accountId, organizationId, keyPrefix }).ok)
    throw insufficientPolicy(bucket.name);
  return own;
}

function verifyBucketName(name: string): void {
  if (name === '') throw new WireError('InvalidS3BucketNameException', 'S3 bucket name cannot be blank!');
  if (!isBucketName(name))
    throw new WireError('InvalidS3BucketNameException', `S3 bucket name ${name} is not valid.`);
}

function verifyPrefix(prefix = ''): void {
  if ([...prefix].length > prefixLengthMax) {
    const message = `S3 key prefix is too long. Maximum allowed length: ${prefixLengthMax} characters.`;
    throw new WireError('InvalidS3PrefixException', message);
  }
  if (/[\u0000-\u001f\u007f]/.test(prefix) || /\p{Surrogate}/u.test(prefix)) {
    throw new WireError('InvalidS3PrefixException', 'S3 key prefix can only contain printable characters.');
  }
}
