// SPDX-License-Identifier: Apache-2.0
import { type OrganizationDocument, organizationKey } from '../../../identity/organization-documents.js';
import { joinOrganization } from '../../../identity/organizations/join-organization.js';
import type { OrganizationState } from '../../../identity/organizations/organization-state.js';

export const organizationId = 'o-exampleorgid';
/** The principal that CloudTrail has trusted access as. */
export const trust = 'cloudtrail.amazonaws.com';

/** Puts an organization that trusts CloudTrail into state, with these accounts in it; the first manages it. */
export function organize(
  state: OrganizationState,
  [management, ...others]: readonly [string, ...string[]],
  change: Partial<OrganizationDocument> = {},
): OrganizationDocument {
  const organization: OrganizationDocument = {
    organizationId,
    managementAccountId: management,
    managementEmail: 'root@example.com',
    featureSet: 'ALL',
    createdAtMs: 0,
    rootId: 'r-ab12',
    enabledPolicyTypes: [],
    trustedServices: { [trust]: 0 },
    delegatedAdministrators: {},
    rootTags: {},
    ...change,
  };
  state.put(organizationKey(organizationId), organization);
  for (const accountId of [management, ...others]) {
    const joining = {
      accountId,
      name: 'a',
      email: 'a@example.com',
      joinedMethod: 'INVITED',
      tags: {},
    } as const;
    joinOrganization(state, organization, { ...joining, joinedAtMs: 0 });
  }
  return organization;
}
