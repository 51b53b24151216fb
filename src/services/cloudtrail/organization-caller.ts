// SPDX-License-Identifier: Apache-2.0
import type { OrganizationDocument } from '../../identity/organization-documents.js';
import {
  isDelegatedAdministrator,
  organizationOfAccount,
} from '../../identity/organizations/organization-state.js';
import { cloudTrailPrincipal } from '../../identity/organizations/service-principals.js';
import type { TrailDocument } from '../../trails/trail.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call } from '../service.js';

/** What Organizations is asked on behalf of the caller, who therefore needs to be allowed it. */
const askedOfOrganizations = [
  'organizations:DescribeOrganization',
  'organizations:ListAWSServiceAccessForOrganization',
];

/** Who may make and change an organization's trails. `converting`: only the management account may make one of another. */
export type Undertaking = 'managing' | 'converting';

/**
 * The organization for which the caller may do something with trails. Throws AWS's errors for everybody else.
 * Sources: CloudTrail User Guide, "Prepare for creating a trail for your organization", "Organization delegated
 * administrator"; API Reference, "CreateTrail" and "UpdateTrail" (IsOrganizationTrail, errors).
 */
export function callersOrganization(call: Call, undertaking: Undertaking): OrganizationDocument {
  const organization = memberOrganization(call);
  const { accountId } = call;
  const isManagement = accountId === organization.managementAccountId;
  const isDelegate = isDelegatedAdministrator(organization, accountId, cloudTrailPrincipal);
  if (!isManagement && !(undertaking === 'managing' && isDelegate)) throw notManagementAccount();
  verifyOrganizationReady(organization);
  const isAllowed = askedOfOrganizations.every((action) => call.decide({ action, resource: '*' }).isAllowed);
  if (!isAllowed) {
    const message = `You do not have the permissions that an organization trail or event data store requires: ${askedOfOrganizations.join(', ')}.`;
    throw new WireError('InsufficientDependencyServiceAccessPermissionException', message);
  }
  return organization;
}

export function memberOrganization({
  state,
  accountId,
}: Pick<Call, 'state' | 'accountId'>): OrganizationDocument {
  const organization = organizationOfAccount(state, accountId);
  if (organization !== undefined) return organization;
  const message = 'Your account is not a member of an organization.';
  throw new WireError('OrganizationsNotInUseException', message);
}

export function verifyOrganizationReady(organization: OrganizationDocument): void {
  if (organization.featureSet !== 'ALL')
    throw new WireError(
      'OrganizationNotInAllFeaturesModeException',
      'The organization must have all features enabled.',
    );
  if (organization.trustedServices[cloudTrailPrincipal] === undefined)
    throw new WireError(
      'CloudTrailAccessNotEnabledException',
      'The organization does not trust CloudTrail: enable access for cloudtrail.amazonaws.com in AWS Organizations first.',
    );
}

export function notManagementAccount(): WireError {
  const message =
    'Only the management account or a delegated administrator of the organization can make or change an organization trail or event data store.';
  return new WireError('NotOrganizationMasterAccountException', message);
}

/** Whether a trail of another account is one of the caller's organization: then the caller's account has it too. */
export function isOfCallersOrganization(trail: TrailDocument, { state, accountId }: Call): boolean {
  if (trail.organizationId === undefined) return false;
  return organizationOfAccount(state, accountId)?.organizationId === trail.organizationId;
}

/**
 * A trail that the caller's account may change. Members have organization trails, and cannot change them; that a delegated
 * administrator does is in the history of the owner, too.
 */
export function verifyMayChange(trail: TrailDocument, call: Call): void {
  if (trail.accountId === call.accountId) return;
  const organization = organizationOfAccount(call.state, call.accountId);
  const isDelegate =
    organization !== undefined &&
    organization.organizationId === trail.organizationId &&
    isDelegatedAdministrator(organization, call.accountId, cloudTrailPrincipal);
  if (!isDelegate) throw notManagementAccount();
  shareWithOwner(trail, call);
}

export function shareWithOwner({ accountId }: Pick<TrailDocument, 'accountId'>, call: Call): void {
  if (accountId === call.accountId) return;
  call.audit.sharedWith ??= new Set();
  call.audit.sharedWith.add(accountId);
}
