// SPDX-License-Identifier: Apache-2.0
import {
  type AwsManagedPolicy,
  findManagedPolicy,
  listManagedPolicies,
} from '../../../identity/managed-policies/find-managed-policy.js';
import type { ManagedPolicy } from './find-policy.js';

/** AWS's own policies, by name. */
export function listAwsManagedPolicies(): readonly ManagedPolicy[] {
  return listManagedPolicies().map(toManagedPolicy);
}

export function findAwsManagedPolicy(arn: string): ManagedPolicy | undefined {
  const policy = findManagedPolicy(arn);
  return policy === undefined ? undefined : toManagedPolicy(policy);
}

/** Only the version that counts is known here. */
function toManagedPolicy({ versionId, document, ...facts }: AwsManagedPolicy): ManagedPolicy {
  return {
    ...facts,
    tags: {},
    defaultVersionId: versionId,
    versions: [{ versionId, document, createdAtMs: facts.updatedAtMs }],
  };
}
