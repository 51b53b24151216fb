// SPDX-License-Identifier: Apache-2.0
import {
  type MembershipDocument,
  membershipKey,
  type OrganizationDocument,
  policyTargetKey,
} from '../organization-documents.js';
import type { OrganizationState } from './organization-state.js';
import { attachDefaults } from './policy-attachments.js';

export type Joining = Pick<MembershipDocument, 'accountId' | 'name' | 'email' | 'joinedMethod' | 'tags'> & {
  readonly joinedAtMs: number;
};

/** An account becomes a member, in the root. Whoever calls has made sure that it is in no organization. */
export function joinOrganization(
  state: OrganizationState,
  organization: OrganizationDocument,
  joining: Joining,
): MembershipDocument {
  const { organizationId, managementAccountId, rootId } = organization;
  const membership: MembershipDocument = {
    ...joining,
    organizationId,
    managementAccountId,
    parentId: rootId,
    status: 'ACTIVE',
  };
  state.put(membershipKey(joining.accountId), membership);
  attachDefaults(state, organization, joining.accountId);
  return membership;
}

/** The account stands alone again: no policies of the organization, and none of its tags there. */
export function leaveOrganization(
  state: OrganizationState,
  { organizationId }: Pick<OrganizationDocument, 'organizationId'>,
  accountId: string,
): void {
  state.delete(membershipKey(accountId));
  state.delete(policyTargetKey(organizationId, accountId));
}
