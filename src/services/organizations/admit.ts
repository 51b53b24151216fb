// SPDX-License-Identifier: Apache-2.0
import type { OrganizationDocument } from '../../identity/organization-documents.js';
import {
  isDelegatedAdministrator,
  organizationOfAccount,
} from '../../identity/organizations/organization-state.js';
import type { Call } from '../service.js';
import { organizationsAccess } from './access.js';
import type { Audience, Operation } from './operation.js';
import { accessDenied, notInUse } from './organizations-error.js';

/**
 * The caller's organization, once the caller's account is one that may call the operation at all. Throws
 * AWSOrganizationsNotInUseException and AccessDeniedException.
 */
export function admit(name: string, operation: Operation, input: object, call: Call): OrganizationDocument {
  const organization = organizationOfAccount(call.state, call.accountId);
  if (organization === undefined) throw notInUse();
  const { accountId } = call;
  if (accountId === organization.managementAccountId) return organization;
  if (isOpenTo(operation.audience, organization, accountId)) return organization;
  const isByPolicy = operation.audience === 'delegate' || operation.audience === 'reader';
  if (!isByPolicy || organization.resourcePolicy === undefined) throw accessDenied();
  const needs = organizationsAccess(name, operation, input, call);
  if (!needs.every((need) => call.decide(need).isAllowed)) throw accessDenied();
  return organization;
}

function isOpenTo(audience: Audience, organization: OrganizationDocument, accountId: string): boolean {
  if (audience === 'member' || audience === 'anyone') return true;
  return audience === 'reader' && isDelegatedAdministrator(organization, accountId);
}
