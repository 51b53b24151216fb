// SPDX-License-Identifier: Apache-2.0
import {
  type OrganizationDocument,
  type OrganizationPolicyDocument,
  organizationPolicyKey,
  type PolicyTargetDocument,
  policyTargetKey,
} from '../organization-documents.js';
import {
  type ListState,
  membersOf,
  type OrganizationState,
  type ReadState,
  unitsOf,
} from './organization-state.js';
import { fullAccessId, serviceControlPolicy } from './policy-types.js';

type Of = Pick<OrganizationDocument, 'organizationId'>;

/** Ids of the policies of a root, unit or account, in the order of attachment. */
export function attachedIds(state: ReadState, { organizationId }: Of, targetId: string): readonly string[] {
  return state.get<PolicyTargetDocument>(policyTargetKey(organizationId, targetId))?.policyIds ?? [];
}

export function attachedPolicies(
  state: ReadState,
  organization: Of,
  targetId: string,
  type: string,
): OrganizationPolicyDocument[] {
  return attachedIds(state, organization, targetId).flatMap((id) => {
    const policy = findPolicy(state, organization, id);
    return policy?.type === type ? [policy] : [];
  });
}

export function findPolicy(
  state: ReadState,
  { organizationId }: Of,
  id: string,
): OrganizationPolicyDocument | undefined {
  return state.get<OrganizationPolicyDocument>(organizationPolicyKey(organizationId, id));
}

export function putAttached(
  state: OrganizationState,
  { organizationId }: Of,
  targetId: string,
  policyIds: readonly string[],
): void {
  const key = policyTargetKey(organizationId, targetId);
  if (policyIds.length === 0) state.delete(key);
  else state.put(key, { policyIds } satisfies PolicyTargetDocument);
}

/** What a new root, unit or account starts with: full access, while service control policies are enabled. */
export function attachDefaults(
  state: OrganizationState,
  organization: Pick<OrganizationDocument, 'organizationId' | 'enabledPolicyTypes'>,
  targetId: string,
): void {
  if (organization.enabledPolicyTypes.includes(serviceControlPolicy))
    putAttached(state, organization, targetId, [fullAccessId]);
}

/** Everything that policies can be attached to: the root, units, accounts. */
export function targetsOf(
  state: ListState,
  { organizationId, rootId }: Pick<OrganizationDocument, 'organizationId' | 'rootId'>,
): string[] {
  const units = unitsOf(state, organizationId).map(({ id }) => id);
  const accounts = membersOf(state, organizationId).map(({ accountId }) => accountId);
  return [rootId, ...units, ...accounts];
}
