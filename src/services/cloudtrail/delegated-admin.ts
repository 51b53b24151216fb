// SPDX-License-Identifier: Apache-2.0
import type {
  DeregisterOrganizationDelegatedAdminRequest,
  DeregisterOrganizationDelegatedAdminResponse,
  RegisterOrganizationDelegatedAdminRequest,
  RegisterOrganizationDelegatedAdminResponse,
} from '@aws-sdk/client-cloudtrail';
import { type OrganizationDocument, organizationKey } from '../../identity/organization-documents.js';
import { withDelegate, withoutDelegate } from '../../identity/organizations/delegated-administrators.js';
import { isAccountId } from '../../identity/organizations/organization-ids.js';
import { delegatedAdministratorsPerServiceMax } from '../../identity/organizations/organization-quotas.js';
import {
  isDelegatedAdministrator,
  memberOf,
  noteChange,
} from '../../identity/organizations/organization-state.js';
import { cloudTrailPrincipal } from '../../identity/organizations/service-principals.js';
import { WireError } from '../../wire/wire-error.js';
import type { Call, Handler } from '../service.js';
import { memberOrganization, verifyOrganizationReady } from './organization-caller.js';

/** Source: CloudTrail API Reference, "RegisterOrganizationDelegatedAdmin". */
export const registerOrganizationDelegatedAdmin: Handler<
  RegisterOrganizationDelegatedAdminRequest,
  RegisterOrganizationDelegatedAdminResponse
> = ({ MemberAccountId: id }, call) => {
  const organization = managedOrganization(call);
  const accountId = verifiedMember(id, organization, call);
  if (accountId === organization.managementAccountId) {
    const message = 'The management account of the organization cannot be a delegated administrator.';
    throw new WireError('CannotDelegateManagementAccountException', message);
  }
  if (isDelegatedAdministrator(organization, accountId, cloudTrailPrincipal)) {
    const message = `The account ${accountId} is already registered as a CloudTrail delegated administrator.`;
    throw new WireError('AccountRegisteredException', message);
  }
  const registered = Object.keys(organization.delegatedAdministrators[cloudTrailPrincipal] ?? {});
  if (registered.length >= delegatedAdministratorsPerServiceMax) {
    const message = `An organization can have at most ${delegatedAdministratorsPerServiceMax} CloudTrail delegated administrators.`;
    throw new WireError('DelegatedAdminAccountLimitExceededException', message);
  }
  put(withDelegate(organization, cloudTrailPrincipal, accountId, call.receivedAtMs), call);
  return {};
};

/** The trails that it made stay: they are the management account's. */
export const deregisterOrganizationDelegatedAdmin: Handler<
  DeregisterOrganizationDelegatedAdminRequest,
  DeregisterOrganizationDelegatedAdminResponse
> = ({ DelegatedAdminAccountId: id }, call) => {
  const organization = managedOrganization(call);
  const accountId = verifiedMember(id, organization, call);
  if (!isDelegatedAdministrator(organization, accountId, cloudTrailPrincipal)) {
    const message = `The account ${accountId} is not registered as a CloudTrail delegated administrator.`;
    throw new WireError('AccountNotRegisteredException', message);
  }
  put(withoutDelegate(organization, cloudTrailPrincipal, accountId), call);
  return {};
};

function managedOrganization(call: Call): OrganizationDocument {
  const organization = memberOrganization(call);
  if (call.accountId !== organization.managementAccountId) {
    const message = 'Only the management account of the organization can do this.';
    throw new WireError('NotOrganizationManagementAccountException', message);
  }
  verifyOrganizationReady(organization);
  return organization;
}

function verifiedMember(
  id: string | undefined,
  { organizationId }: OrganizationDocument,
  { state }: Call,
): string {
  if (id === undefined || !isAccountId(id))
    throw new WireError('InvalidParameterException', 'An account ID has 12 digits.');
  const member = memberOf(state, organizationId, id);
  if (member?.status === 'ACTIVE') return id;
  const message = `The account ${id} was not found, or is not an active member of the organization.`;
  throw new WireError('AccountNotFoundException', message);
}

function put(organization: OrganizationDocument, { state, requestId }: Call): void {
  noteChange(state, organization.organizationId, requestId);
  state.put(organizationKey(organization.organizationId), organization);
}
