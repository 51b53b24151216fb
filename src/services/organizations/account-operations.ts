// SPDX-License-Identifier: Apache-2.0
import type {
  Account,
  CloseAccountRequest,
  DescribeAccountRequest,
  DescribeAccountResponse,
  ListAccountsForParentRequest,
  ListAccountsForParentResponse,
  ListAccountsRequest,
  ListAccountsResponse,
  MoveAccountRequest,
  RemoveAccountFromOrganizationRequest,
} from '@aws-sdk/client-organizations';
import { type AccountDocument, accountKey } from '../../identity/account-documents.js';
import { type MembershipDocument, membershipKey } from '../../identity/organization-documents.js';
import { leaveOrganization } from '../../identity/organizations/join-organization.js';
import { isAccountId, isParentId } from '../../identity/organizations/organization-ids.js';
import {
  accountClosuresAtOnceMax,
  closurePeriodMs,
  closuresMax,
} from '../../identity/organizations/organization-quotas.js';
import {
  isDelegatedAdministrator,
  memberOf,
  membersOf,
  noteChange,
} from '../../identity/organizations/organization-state.js';
import { parentExists } from '../../identity/organizations/organization-tree.js';
import { byManagement, byMembers, byReaders, type Operations, type OrganizationCall } from './operation.js';
import { constraint, refusal, verifyForm } from './organizations-error.js';
import { pageOf } from './page.js';
import { toAccount } from './shapes.js';

export const accountOperations: Operations = {
  CloseAccount: byManagement(closeAccount),
  DescribeAccount: byReaders(describeAccount),
  LeaveOrganization: byMembers(leave),
  ListAccounts: byReaders(listAccounts),
  ListAccountsForParent: byReaders(listAccountsForParent),
  MoveAccount: byManagement(moveAccount),
  RemoveAccountFromOrganization: byManagement(removeAccount),
};

/** The member that an id names. Throws AccountNotFoundException. */
export function findMember(
  { state, organization }: Pick<OrganizationCall, 'state' | 'organization'>,
  accountId: string | undefined,
): MembershipDocument {
  const member = memberOf(state, organization.organizationId, verifyForm(accountId, isAccountId));
  if (member !== undefined) return member;
  throw refusal('AccountNotFound', 'You specified an account that does not exist.');
}

function describeAccount(input: DescribeAccountRequest, on: OrganizationCall): DescribeAccountResponse {
  return { Account: toAccount(findMember(on, input.AccountId), on.organization, on.state) };
}

function listAccounts(input: ListAccountsRequest, on: OrganizationCall): ListAccountsResponse {
  return accountPage(membersOf(on.state, on.organization.organizationId), input, on);
}

function listAccountsForParent(
  input: ListAccountsForParentRequest,
  on: OrganizationCall,
): ListAccountsForParentResponse {
  const parentId = verifyParent(input.ParentId, on);
  const members = membersOf(on.state, on.organization.organizationId);
  return accountPage(
    members.filter((member) => member.parentId === parentId),
    input,
    on,
  );
}

function accountPage(
  members: readonly MembershipDocument[],
  input: ListAccountsRequest,
  { organization, state }: OrganizationCall,
): { Accounts: Account[]; NextToken?: string } {
  const { items, ...next } = pageOf(members, ({ accountId }) => accountId, input);
  return { Accounts: items.map((member) => toAccount(member, organization, state)), ...next };
}

/** The root or a unit that is there. Throws ParentNotFoundException. */
export function verifyParent(
  id: string | undefined,
  { state, organization }: Pick<OrganizationCall, 'state' | 'organization'>,
): string {
  const parentId = verifyForm(id, isParentId);
  if (parentExists(state, organization, parentId)) return parentId;
  throw refusal('ParentNotFound', 'You specified parent that does not exist.');
}

/** Source: Organizations API Reference, "MoveAccount". */
function moveAccount(input: MoveAccountRequest, on: OrganizationCall): object {
  const { state, organization, call } = on;
  const member = findMember(on, input.AccountId);
  const from = verifyForm(input.SourceParentId, isParentId);
  const to = verifyForm(input.DestinationParentId, isParentId);
  if (!parentExists(state, organization, from) || member.parentId !== from)
    throw refusal('SourceParentNotFound', 'You specified a source parent that does not exist.');
  if (!parentExists(state, organization, to))
    throw refusal('DestinationParentNotFound', 'You specified a destination parent that does not exist.');
  if (from === to) throw refusal('DuplicateAccount', 'The account is already in the destination parent.');
  noteChange(state, organization.organizationId, call.requestId);
  state.put(membershipKey(member.accountId), { ...member, parentId: to } satisfies MembershipDocument);
  return {};
}

function removeAccount(input: RemoveAccountFromOrganizationRequest, on: OrganizationCall): object {
  const member = findMember(on, input.AccountId);
  const answer = end(member, on);
  // Its own history tells who did it, and an organization trail's last file of it why there are no more.
  on.call.audit.sharedWith ??= new Set();
  on.call.audit.sharedWith.add(member.accountId);
  return answer;
}

function leave(_input: object, on: OrganizationCall): object {
  return end(findMember(on, on.accountId), on);
}

/**
 * What AWS asks of an account that goes (a payment method, four days of age) has no meaning here.
 * Source: Organizations API Reference, "LeaveOrganization", "RemoveAccountFromOrganization".
 */
function end({ accountId }: MembershipDocument, { state, organization, call }: OrganizationCall): object {
  if (accountId === organization.managementAccountId) {
    const message = 'The management account cannot leave the organization: delete the organization instead.';
    throw refusal('MasterCannotLeaveOrganization', message);
  }
  if (isDelegatedAdministrator(organization, accountId)) {
    const message = 'The account is a delegated administrator of a service: deregister it first.';
    throw constraint('CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG', message);
  }
  noteChange(state, organization.organizationId, call.requestId);
  leaveOrganization(state, organization, accountId);
  return {};
}

/**
 * The account's keys work no more from here on; that it is closed is told by a CloseAccountResult a moment later.
 * Source: Organizations API Reference, "CloseAccount".
 */
function closeAccount(input: CloseAccountRequest, on: OrganizationCall): object {
  const { state, organization, call, nowMs } = on;
  const member = findMember(on, input.AccountId);
  const { accountId } = member;
  verifyMayClose(member, on);
  const account = state.get<AccountDocument>(accountKey(accountId)) ?? { accountId, createdAtMs: nowMs };
  noteChange(state, organization.organizationId, call.requestId);
  state.put(accountKey(accountId), { ...account, closedAtMs: nowMs } satisfies AccountDocument);
  state.put(membershipKey(accountId), { ...member, status: 'PENDING_CLOSURE' } satisfies MembershipDocument);
  return {};
}

function verifyMayClose(member: MembershipDocument, { state, organization, nowMs }: OrganizationCall): void {
  if (member.accountId === organization.managementAccountId)
    throw constraint('CANNOT_CLOSE_MANAGEMENT_ACCOUNT', 'You cannot close the management account.');
  if (organization.featureSet !== 'ALL')
    throw constraint(
      'ORGANIZATION_NOT_IN_ALL_FEATURES_MODE',
      'The organization must have all features enabled to close an account.',
    );
  if (member.status === 'PENDING_CLOSURE')
    throw refusal('Conflict', 'The request to close the account is in progress.');
  if (member.status === 'SUSPENDED') throw refusal('AccountAlreadyClosed', 'The account is already closed.');
  if (isDelegatedAdministrator(organization, member.accountId))
    throw constraint(
      'CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG',
      'The account is a delegated administrator of a service: deregister it first.',
    );
  const members = membersOf(state, organization.organizationId);
  const underWay = members.filter(({ status }) => status === 'PENDING_CLOSURE').length;
  if (underWay >= accountClosuresAtOnceMax)
    throw constraint(
      'CLOSE_ACCOUNT_REQUESTS_LIMIT_EXCEEDED',
      `You cannot close more than ${accountClosuresAtOnceMax} accounts at a time.`,
    );
  const closed = members.filter(({ accountId, status }) => {
    const closedAtMs =
      status === 'ACTIVE' ? undefined : state.get<AccountDocument>(accountKey(accountId))?.closedAtMs;
    return closedAtMs !== undefined && nowMs - closedAtMs < closurePeriodMs;
  });
  if (closed.length >= closuresMax(members.length))
    throw constraint('CLOSE_ACCOUNT_QUOTA_EXCEEDED', 'You have exceeded the close account quota of 30 days.');
}
