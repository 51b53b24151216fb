// SPDX-License-Identifier: Apache-2.0
import { MalformedPolicyError } from '../identity/policy/malformed-policy-error.js';
import { parsePolicy } from '../identity/policy/parse-policy.js';
import type { Policy } from '../identity/policy/policy.js';
import type { StateEntry } from '../ports/state-store.js';

/** A resource policy of an account and Region as it is kept in state; at most ten a Region. */
export interface LogResourcePolicyDocument {
  readonly name: string;
  readonly document: string;
  readonly updatedAtMs: number;
}

export function logResourcePoliciesOf(accountId: string, region: string): string {
  return `log-resource-policy/${accountId}/${region}/`;
}

/** Compiled policies that are kept: a policy is put rarely and asked on every call. */
const compiledMax = 1_000;
const compiled = new Map<string, Policy | 'unreadable'>();

/** All policies of an account and Region as one; undefined when there are none. One that cannot be read refuses everybody. */
export function resourcePolicyOf(
  accountId: string,
  region: string,
  state: { list<T>(prefix: string): StateEntry<T>[] },
): Policy | 'unreadable' | undefined {
  const entries = state.list<LogResourcePolicyDocument>(logResourcePoliciesOf(accountId, region));
  if (entries.length === 0) return undefined;
  const policies = entries.map(({ value }) => compiledPolicy(value.document));
  const readable = policies.filter((policy) => policy !== 'unreadable');
  if (readable.length < policies.length) return 'unreadable';
  return {
    version: '2012-10-17',
    id: undefined,
    statements: readable.flatMap(({ statements }) => statements),
  };
}

function compiledPolicy(text: string): Policy | 'unreadable' {
  const known = compiled.get(text);
  if (known !== undefined) return known;
  const policy = readPolicy(text);
  const oldest = compiled.size >= compiledMax ? compiled.keys().next().value : undefined;
  if (oldest !== undefined) compiled.delete(oldest);
  compiled.set(text, policy);
  return policy;
}

function readPolicy(text: string): Policy | 'unreadable' {
  try {
    return parsePolicy(text.trim(), 'resource');
  } catch (error) {
    if (error instanceof MalformedPolicyError) return 'unreadable';
    throw error;
  }
}
