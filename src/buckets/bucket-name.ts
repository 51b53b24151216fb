// SPDX-License-Identifier: Apache-2.0
import { BucketError } from './bucket-error.js';

const labels = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])$/;
const ipv4Shaped = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const reservedPrefixes = ['xn--', 'sthree-', 'amzn-s3-demo-'];
const reservedSuffixes = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'];

/** Whether a bucket may have this name. Source: S3 User Guide, "General purpose bucket naming rules". */
export function isBucketName(name: string): boolean {
  if (name.length < 3 || name.length > 63) return false;
  if (!labels.test(name) || name.includes('..') || ipv4Shaped.test(name)) return false;
  if (reservedPrefixes.some((prefix) => name.startsWith(prefix))) return false;
  return !reservedSuffixes.some((suffix) => name.endsWith(suffix));
}

/** Throws InvalidBucketName. Names begin with a letter or digit, so no bucket meets the internal ones (`.uploads…`). */
export function verifyBucketName(name: string | undefined): asserts name is string {
  if (name !== undefined && isBucketName(name)) return;
  throw new BucketError('InvalidBucketName', 'The specified bucket is not valid.', {
    BucketName: name ?? '',
  });
}

export function bucketArn(name: string): string {
  return `arn:aws:s3:::${name}`;
}

export function objectArn(name: string, key: string): string {
  return `arn:aws:s3:::${name}/${key}`;
}
