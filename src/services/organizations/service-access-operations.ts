// SPDX-License-Identifier: Apache-2.0
import type {
  DelegatedAdministrator,
  DeregisterDelegatedAdministratorRequest,
  DisableAWSServiceAccessRequest,
  EnableAWSServiceAccessRequest,
  ListAWSServiceAccessForOrganizationRequest,
  ListAWSServiceAccessForOrganizationResponse,
  ListDelegatedAdministratorsRequest,
  ListDelegatedAdministratorsResponse,
  ListDelegatedServicesForAccountRequest,
  ListDelegatedServicesForAccountResponse,
  RegisterDelegatedAdministratorRequest,
} from '@aws-sdk/client-organizations';
import { releaseOrganizationStores } from '../../event-data-stores/store-state.js';
import { type OrganizationDocument, organizationKey } from '../../identity/organization-documents.js';
import { withDelegate, withoutDelegate } from '../../identity/organizations/delegated-administrators.js';
import { delegatedAdministratorsPerServiceMax } from '../../identity/organizations/organization-quotas.js';
import {
  isDelegatedAdministrator,
  memberOf,
  noteChange,
} from '../../identity/organizations/organization-state.js';
import {
  cloudTrailPrincipal,
  isDelegatableService,
  isTrustedService,
} from '../../identity/organizations/service-principals.js';
import { releaseOrganizationTrails } from '../../trails/organization-trails.js';
import { findMember } from './account-operations.js';
import { byManagement, byReaders, type Operations, type OrganizationCall } from './operation.js';
import { constraint, invalidInput, refusal } from './organizations-error.js';
import { pageOf } from './page.js';
import { toAccount } from './shapes.js';

export const serviceAccessOperations: Operations = {
  DeregisterDelegatedAdministrator: byManagement(deregister),
  DisableAWSServiceAccess: byManagement(disableAccess),
  EnableAWSServiceAccess: byManagement(enableAccess),
  ListAWSServiceAccessForOrganization: byReaders(listAccess),
  ListDelegatedAdministrators: byReaders(listDelegatedAdministrators),
  ListDelegatedServicesForAccount: byReaders(listDelegatedServices),
  RegisterDelegatedAdministrator: byManagement(register),
};

function verifyAllFeatures({ organization }: OrganizationCall): void {
  if (organization.featureSet !== 'ALL')
    throw constraint(
      'ORGANIZATION_NOT_IN_ALL_FEATURES_MODE',
      'The organization must have all features enabled to perform this operation.',
    );
}

function verifiedPrincipal(principal: string | undefined, isKnown: (principal: string) => boolean): string {
  if (principal !== undefined && isKnown(principal)) return principal;
  throw invalidInput(
    'UNRECOGNIZED_SERVICE_PRINCIPAL',
    "You specified a service principal that isn't recognized.",
  );
}

function put(after: OrganizationDocument, { state, call }: OrganizationCall): void {
  noteChange(state, after.organizationId, call.requestId);
  state.put(organizationKey(after.organizationId), after);
}

/** A service that is trusted already stays so, since then. */
function enableAccess(input: EnableAWSServiceAccessRequest, on: OrganizationCall): object {
  const principal = verifiedPrincipal(input.ServicePrincipal, isTrustedService);
  verifyAllFeatures(on);
  const { organization, nowMs } = on;
  if (organization.trustedServices[principal] === undefined)
    put({ ...organization, trustedServices: { ...organization.trustedServices, [principal]: nowMs } }, on);
  return {};
}

/**
 * Without CloudTrail's access organization trails log for their own account only.
 * Source: Organizations User Guide, "AWS CloudTrail and AWS Organizations".
 */
function disableAccess(input: DisableAWSServiceAccessRequest, on: OrganizationCall): object {
  const principal = verifiedPrincipal(input.ServicePrincipal, isTrustedService);
  const { organization, state } = on;
  const { [principal]: since, ...trustedServices } = organization.trustedServices;
  if (since === undefined) return {};
  const { [principal]: _, ...delegatedAdministrators } = organization.delegatedAdministrators;
  put({ ...organization, trustedServices, delegatedAdministrators }, on);
  if (principal === cloudTrailPrincipal) {
    releaseOrganizationTrails(state, organization);
    releaseOrganizationStores(state, organization);
  }
  return {};
}

function listAccess(
  input: ListAWSServiceAccessForOrganizationRequest,
  on: OrganizationCall,
): ListAWSServiceAccessForOrganizationResponse {
  verifyAllFeatures(on);
  const services = Object.entries(on.organization.trustedServices);
  const { items, ...next } = pageOf(services, ([principal]) => principal, input);
  return {
    EnabledServicePrincipals: items.map(([ServicePrincipal, atMs]) => ({
      ServicePrincipal,
      DateEnabled: new Date(atMs),
    })),
    ...next,
  };
}

/** Source: Organizations API Reference, "RegisterDelegatedAdministrator". */
function register(input: RegisterDelegatedAdministratorRequest, on: OrganizationCall): object {
  const { organization, nowMs } = on;
  const principal = verifiedPrincipal(input.ServicePrincipal, isDelegatableService);
  verifyAllFeatures(on);
  const { accountId, status } = findMember(on, input.AccountId);
  if (accountId === organization.managementAccountId)
    throw constraint(
      'CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR',
      'You cannot register the management account as a delegated administrator.',
    );
  if (status !== 'ACTIVE')
    throw constraint(
      'CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR',
      'You cannot register a suspended account as a delegated administrator.',
    );
  if (organization.trustedServices[principal] === undefined)
    throw constraint(
      'SERVICE_ACCESS_NOT_ENABLED',
      'You cannot register a delegated administrator before you enable service access: call EnableAWSServiceAccess first.',
    );
  if (isDelegatedAdministrator(organization, accountId, principal))
    throw refusal(
      'AccountAlreadyRegistered',
      'The account is already a delegated administrator of this service.',
    );
  const registered = Object.keys(organization.delegatedAdministrators[principal] ?? {}).length;
  if (registered >= delegatedAdministratorsPerServiceMax)
    throw constraint(
      'MAX_DELEGATED_ADMINISTRATORS_FOR_SERVICE_LIMIT_EXCEEDED',
      `A service can have at most ${delegatedAdministratorsPerServiceMax} delegated administrators.`,
    );
  put(withDelegate(organization, principal, accountId, nowMs), on);
  return {};
}

function deregister(input: DeregisterDelegatedAdministratorRequest, on: OrganizationCall): object {
  const principal = verifiedPrincipal(input.ServicePrincipal, isDelegatableService);
  const { accountId } = findMember(on, input.AccountId);
  if (!isDelegatedAdministrator(on.organization, accountId, principal)) throw notRegistered();
  put(withoutDelegate(on.organization, principal, accountId), on);
  return {};
}

const notRegistered = () =>
  refusal('AccountNotRegistered', 'The account is not a delegated administrator of this service.');

/** One entry an account, since it first administered a service (or the one that is asked for). */
function listDelegatedAdministrators(
  input: ListDelegatedAdministratorsRequest,
  { organization, state }: OrganizationCall,
): ListDelegatedAdministratorsResponse {
  const wanted = input.ServicePrincipal;
  const since = new Map<string, number>();
  for (const [principal, accounts] of Object.entries(organization.delegatedAdministrators)) {
    if (wanted !== undefined && principal !== wanted) continue;
    for (const [accountId, atMs] of Object.entries(accounts))
      since.set(accountId, Math.min(atMs, since.get(accountId) ?? atMs));
  }
  const { items, ...next } = pageOf([...since], ([accountId]) => accountId, input);
  const administrators = items.flatMap(([accountId, atMs]): DelegatedAdministrator[] => {
    const member = memberOf(state, organization.organizationId, accountId);
    if (member === undefined) return [];
    const { Paths: _, ...account } = toAccount(member, organization, state);
    return [{ ...account, DelegationEnabledDate: new Date(atMs) }];
  });
  return { DelegatedAdministrators: administrators, ...next };
}

function listDelegatedServices(
  input: ListDelegatedServicesForAccountRequest,
  on: OrganizationCall,
): ListDelegatedServicesForAccountResponse {
  const { accountId } = findMember(on, input.AccountId);
  const services = Object.entries(on.organization.delegatedAdministrators).flatMap(
    ([principal, accounts]) => {
      const atMs = accounts[accountId];
      return atMs === undefined
        ? []
        : [{ ServicePrincipal: principal, DelegationEnabledDate: new Date(atMs) }];
    },
  );
  if (services.length === 0) throw notRegistered();
  const { items, ...next } = pageOf(services, ({ ServicePrincipal: principal }) => principal, input);
  return { DelegatedServices: [...items], ...next };
}
