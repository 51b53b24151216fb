// SPDX-License-Identifier: Apache-2.0
import type { ForeignBuckets } from '../../buckets/foreign-buckets.js';
import { WireError } from '../../wire/wire-error.js';

/** Throws when the endpoint of a bucket that is not Cairn's own would take nothing. */
export async function verifyForeignBucket(
  name: string,
  accountId: string,
  foreignBuckets: ForeignBuckets,
): Promise<void> {
  const verdict = await foreignBuckets.check(name, accountId);
  if (verdict.ok) return;
  if (verdict.reason === 'missing') throw missingBucket(name);
  if (verdict.reason === 'forbidden') throw insufficientPolicy(name);
  const message = `The S3 endpoint of bucket ${name} could not be asked (${verdict.message}). Please try again.`;
  throw new WireError('ServiceUnavailable', message, { status: 503 });
}

export function missingBucket(name: string): WireError {
  return new WireError('S3BucketDoesNotExistException', `S3 bucket ${name} does not exist!`);
}

export function insufficientPolicy(name: string): WireError {
  const message = `Incorrect S3 bucket policy is detected for bucket: ${name}`;
  return new WireError('InsufficientS3BucketPolicyException', message);
}
