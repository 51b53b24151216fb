// SPDX-License-Identifier: Apache-2.0
import { MalformedPolicyError } from '../identity/policy/malformed-policy-error.js';
import { bucketPolicyBytesMax, parseBucketPolicy } from '../identity/policy/parse-bucket-policy.js';
import type { Policy } from '../identity/policy/policy.js';
import type { BucketDocument } from './bucket.js';
import { BucketError } from './bucket-error.js';

/** Compiled policies that are kept: a policy is put rarely and asked on every call. */
const compiledMax = 1000;
const compiled = new Map<string, Policy>();

/** The bucket's policy, compiled; undefined when it has none. Throws MalformedPolicyError for one that cannot be read. */
export function policyOf(bucket: Pick<BucketDocument, 'name' | 'policy'>): Policy | undefined {
  if (bucket.policy === undefined) return undefined;
  const key = `${bucket.name}\0${bucket.policy}`;
  let policy = compiled.get(key);
  if (policy === undefined) {
    policy = parseBucketPolicy(bucket.policy, bucket.name);
    const oldest = compiled.size >= compiledMax ? compiled.keys().next().value : undefined;
    if (oldest !== undefined) compiled.delete(oldest);
    compiled.set(key, policy);
  }
  return policy;
}

/** Checks a policy that is to be put. Throws MalformedPolicy or PolicyTooLarge. */
export function verifiedPolicy(bucket: string, text: string): Policy {
  if (Buffer.byteLength(text) > bucketPolicyBytesMax) {
    throw new BucketError(
      'PolicyTooLarge',
      `Policy exceeds the maximum allowed document size of ${bucketPolicyBytesMax} bytes`,
    );
  }
  try {
    return parseBucketPolicy(text, bucket);
  } catch (error) {
    if (!(error instanceof MalformedPolicyError)) throw error;
    throw new BucketError(
      'MalformedPolicy',
      error.message,
      error.detail === undefined ? {} : { Detail: error.detail },
    );
  }
}
