// SPDX-License-Identifier: Apache-2.0
import { type BucketDocument, bucketKey } from '../../buckets/bucket.js';
import { isBucketName } from '../../buckets/bucket-name.js';
import { canCloudTrailWrite } from '../../buckets/log-destination.js';
import type { TrailDocument } from '../../trails/trail.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call } from '../service.js';

/** Source: CloudTrail API Reference, "CreateTrail" (S3KeyPrefix). */
const prefixLengthMax = 200;

/** Refuses a bucket that log files could not go to, as AWS does when a trail is made or changed. */
export function verifyLogBucket(trail: TrailDocument, call: Call): void {
  verifyBucketName(trail.s3BucketName);
  verifyPrefix(trail.s3KeyPrefix);
  const bucket = call.state.get<BucketDocument>(bucketKey(trail.s3BucketName));
  if (bucket === undefined) {
    throw new WireError('S3BucketDoesNotExistException', `S3 bucket ${trail.s3BucketName} does not exist!`);
  }
  const { arn: trailArn, accountId, s3KeyPrefix: keyPrefix } = trail;
  if (!canCloudTrailWrite({ bucket, trailArn, accountId, keyPrefix }).ok) {
    const message = `Incorrect S3 bucket policy is detected for bucket: ${trail.s3BucketName}`;
    throw new WireError('InsufficientS3BucketPolicyException', message);
  }
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
