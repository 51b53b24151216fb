// SPDX-License-Identifier: Apache-2.0
import { MalformedPolicyError } from '../identity/policy/malformed-policy-error.js';
import { parsePolicy } from '../identity/policy/parse-policy.js';
import type { Policy } from '../identity/policy/policy.js';

/** Source: KMS Developer Guide, "Resource quotas": the size of a key policy document. */
export const keyPolicyBytesMax = 32 * 1024;

/** Compiled policies that are kept: a policy is put rarely and asked on every call. */
const compiledMax = 1_000;
const compiled = new Map<string, Policy | 'unreadable'>();

/** A key's policy, compiled. One that cannot be read (it was accepted by other rules) lets nobody in. */
export function compiledKeyPolicy(text: string): Policy | 'unreadable' {
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const policy = compile(text);
  const oldest = compiled.size >= compiledMax ? compiled.keys().next().value : undefined;
  if (oldest !== undefined) compiled.delete(oldest);
  compiled.set(text, policy);
  return policy;
}

function compile(text: string): Policy | 'unreadable' {
  try {
    return parseKeyPolicy(text);
  } catch (error) {
    if (error instanceof MalformedPolicyError) return 'unreadable';
    throw error;
  }
}

/** Throws MalformedPolicyError. */
export function parseKeyPolicy(text: string): Policy {
  return parsePolicy(text.trim(), 'resource');
}

/**
 * What a key gets that is made without a policy: its account may do everything, and so may let others.
 * Source: KMS Developer Guide, "Default key policy".
 */
export function defaultKeyPolicy(accountId: string): string {
  return JSON.stringify(
    {
      Version: '2012-10-17',
      Id: 'key-default-1',
      Statement: [
        {
          Sid: 'Enable IAM User Permissions',
          Effect: 'Allow',
          Principal: { AWS: `arn:aws:iam::${accountId}:root` },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    },
    null,
    2,
  );
}
