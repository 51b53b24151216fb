// SPDX-License-Identifier: Apache-2.0
import {
  isDelegatedAdministrator,
  type ListState,
  membersOf,
  organizationOfAccount,
} from './organization-state.js';
import { cloudTrailPrincipal } from './service-principals.js';

/**
 * Accounts whose events an account may see: its own, and, for the management account of an organization and for CloudTrail's
 * delegated administrators, those of all members, as organization trails and event data stores give them to these.
 * Source: CloudTrail User Guide, "Organization delegated administrator".
 */
export function accountsSeenBy(state: ListState, accountId: string): readonly string[] {
  const organization = organizationOfAccount(state, accountId);
  if (organization === undefined) return [accountId];
  const seesAll =
    organization.managementAccountId === accountId ||
    isDelegatedAdministrator(organization, accountId, cloudTrailPrincipal);
  if (!seesAll) return [accountId];
  return membersOf(state, organization.organizationId).map((member) => member.accountId);
}
