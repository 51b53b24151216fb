// SPDX-License-Identifier: Apache-2.0
import { BucketError } from './bucket-error.js';

/** Source: S3 User Guide, "Naming Amazon S3 objects": a key is at most 1,024 bytes of UTF-8. */
export const keyBytesMax = 1024;

/** Throws KeyTooLongError for a longer key. An empty one never gets here: the request names the bucket then. */
export function verifyObjectKey(key: string | undefined): asserts key is string {
  const size = Buffer.byteLength(key ?? '', 'utf8');
  if (key === undefined || size === 0)
    throw new BucketError('UserKeyMustBeSpecified', 'The key must be specified.');
  if (size <= keyBytesMax) return;
  throw new BucketError('KeyTooLongError', 'Your key is too long', {
    Size: size,
    MaxSizeAllowed: keyBytesMax,
  });
}

/** The order of listings: by the bytes of the UTF-8 keys, which is not JavaScript's order of strings. */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}
