// SPDX-License-Identifier: Apache-2.0
import type { RoleDocument } from './iam-documents.js';
import { compiledPolicy } from './policy/compiled-policy.js';
import type { Policy } from './policy/policy.js';

/** Who may assume a role, compiled; one that is damaged refuses everybody. */
export function trustPolicyOf({ trustPolicy }: Pick<RoleDocument, 'trustPolicy'>): Policy {
  return compiledPolicy(trustPolicy, 'trust');
}
