// SPDX-License-Identifier: Apache-2.0
import type { ForeignBucketVerdict } from '../../buckets/foreign-buckets.js';
import type { S3Bucket } from './s3-bucket.js';
import { toS3Failure } from './s3-failure.js';
import { s3Sdk } from './s3-sdk.js';

/** How long CreateTrail waits for a foreign endpoint. */
export const checkMsMax = 10_000;

/** Whether a foreign bucket is there and lets these credentials in. Nothing is written. Never rejects. */
export async function checkS3Bucket({ client, name }: S3Bucket): Promise<ForeignBucketVerdict> {
  try {
    const abortSignal = AbortSignal.timeout(checkMsMax);
    const { HeadBucketCommand } = s3Sdk();
    await client.send(new HeadBucketCommand({ Bucket: name }), { abortSignal });
    return { ok: true };
  } catch (error) {
    const { status, code } = toS3Failure(error);
    if (status === 404) return { ok: false, reason: 'missing', message: code };
    const isNo = status !== undefined && status < 500;
    // HEAD answers name no code. A redirect is a bucket of another Region than the one that is set.
    return { ok: false, reason: isNo ? 'forbidden' : 'unreachable', message: code };
  }
}
