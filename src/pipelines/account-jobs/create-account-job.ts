// SPDX-License-Identifier: Apache-2.0
import { accountEmailKey, accountKey } from '../../identity/account-documents.js';
import { type OrganizationDocument, organizationKey } from '../../identity/organization-documents.js';
import {
  type AccountCreationDocument,
  accountCreationKey,
  type CreateAccountFailure,
} from '../../identity/organizations/account-creations.js';
import { joinOrganization } from '../../identity/organizations/join-organization.js';
import { putAccessRole, putAccount, putServiceLinkedRole } from '../../identity/organizations/new-account.js';
import type { RandomText } from '../../identity/organizations/organization-ids.js';
import { accountsMax } from '../../identity/organizations/organization-quotas.js';
import { membersOf, type OrganizationState } from '../../identity/organizations/organization-state.js';
import { timeText } from './result-record.js';

/** Makes the account that was asked for, or says why not. Gives the request as it has ended. */
export function createAccountJob(
  creation: AccountCreationDocument,
  organization: OrganizationDocument,
  state: OrganizationState,
  { nowMs, random }: { readonly nowMs: number; readonly random: RandomText },
): AccountCreationDocument {
  const failureReason = failureOf(creation, state);
  const ended: AccountCreationDocument = {
    ...creation,
    state: failureReason === undefined ? 'SUCCEEDED' : 'FAILED',
    completedAtMs: nowMs,
    ...(failureReason === undefined ? {} : { failureReason }),
  };
  state.put(accountCreationKey(creation.organizationId, creation.id), ended);
  if (failureReason !== undefined) return ended;
  const { accountId, accountName: name, email, roleName, tags } = creation;
  const { managementAccountId } = organization;
  putAccount(state, { accountId, createdAtMs: nowMs, email, name });
  joinOrganization(state, organization, {
    accountId,
    name,
    email,
    joinedAtMs: nowMs,
    joinedMethod: 'CREATED',
    tags,
  });
  putAccessRole(state, { accountId, roleName, managementAccountId, createdAtMs: nowMs }, random);
  putServiceLinkedRole(state, accountId, nowMs, random);
  return ended;
}

function failureOf(
  { email, accountId, organizationId }: AccountCreationDocument,
  state: OrganizationState,
): CreateAccountFailure | undefined {
  if (state.get(accountEmailKey(email)) !== undefined) return 'EMAIL_ALREADY_EXISTS';
  // Somebody else got the id since: of 900,000,000,000, so that asking again helps.
  if (state.get(accountKey(accountId)) !== undefined) return 'INTERNAL_FAILURE';
  return membersOf(state, organizationId).length >= accountsMax ? 'ACCOUNT_LIMIT_EXCEEDED' : undefined;
}

export function organizationOf(
  { organizationId }: AccountCreationDocument,
  state: OrganizationState,
): OrganizationDocument | undefined {
  return state.get<OrganizationDocument>(organizationKey(organizationId));
}

/** `serviceEventDetails` of CreateAccountResult. AWS hides the name. */
export function creationDetails(creation: AccountCreationDocument) {
  const { id, state, accountId, requestedAtMs, completedAtMs, failureReason } = creation;
  return {
    createAccountStatus: {
      id,
      state,
      accountName: '****',
      ...(state === 'SUCCEEDED' ? { accountId } : {}),
      requestedTimestamp: timeText(requestedAtMs),
      ...(completedAtMs === undefined ? {} : { completedTimestamp: timeText(completedAtMs) }),
      ...(failureReason === undefined ? {} : { failureReason }),
    },
  };
}
