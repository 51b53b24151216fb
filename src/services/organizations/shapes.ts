// SPDX-License-Identifier: Apache-2.0
import type {
  Account,
  CreateAccountStatus,
  Handshake,
  HandshakeResource,
  Organization,
  OrganizationalUnit,
  PolicySummary,
  PolicyType,
  Root,
  Tag,
} from '@aws-sdk/client-organizations';
import { type AccountDocument, accountKey } from '../../identity/account-documents.js';
import type {
  MembershipDocument,
  OrganizationalUnitDocument,
  OrganizationDocument,
  OrganizationPolicyDocument,
} from '../../identity/organization-documents.js';
import type { AccountCreationDocument } from '../../identity/organizations/account-creations.js';
import { type HandshakeDocument, stateOf } from '../../identity/organizations/handshakes.js';
import {
  accountArn,
  handshakeArn,
  organizationArn,
  policyArn,
  rootArn,
  unitArn,
} from '../../identity/organizations/organization-ids.js';
import type { ReadState } from '../../identity/organizations/organization-state.js';
import { pathText } from '../../identity/organizations/organization-tree.js';
import { isAwsManaged } from '../../identity/organizations/policy-types.js';

/** Source: Organizations API Reference, the data types of the same names. */

export function toOrganization(organization: OrganizationDocument): Organization {
  const { organizationId, managementAccountId, featureSet } = organization;
  return {
    Id: organizationId,
    Arn: organizationArn(organization),
    FeatureSet: featureSet,
    MasterAccountArn: accountArn(organization, managementAccountId),
    MasterAccountId: managementAccountId,
    MasterAccountEmail: organization.managementEmail,
    // "Do not use": it tells of service control policies only.
    AvailablePolicyTypes: featureSet === 'ALL' ? [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }] : [],
  };
}

export function toRoot(organization: OrganizationDocument): Root {
  return {
    Id: organization.rootId,
    Arn: rootArn(organization, organization.rootId),
    Name: 'Root',
    PolicyTypes: organization.enabledPolicyTypes.map((type) => ({
      Type: type as PolicyType,
      Status: 'ENABLED',
    })),
  };
}

export function toAccount(
  member: MembershipDocument,
  organization: OrganizationDocument,
  state: ReadState,
): Account {
  const { accountId, status } = member;
  return {
    Id: accountId,
    Arn: accountArn(organization, accountId),
    Email: member.email,
    Name: member.name,
    Status: status,
    State: status,
    Paths: [pathText(state, organization, accountId)],
    JoinedMethod: member.joinedMethod,
    JoinedTimestamp: new Date(member.joinedAtMs),
  };
}

export function toUnit(
  unit: OrganizationalUnitDocument,
  organization: OrganizationDocument,
  state: ReadState,
): OrganizationalUnit {
  return {
    Id: unit.id,
    Arn: unitArn(organization, unit.id),
    Name: unit.name,
    Path: pathText(state, organization, unit.id),
  };
}

export function toPolicySummary(
  policy: OrganizationPolicyDocument,
  organization: OrganizationDocument,
): PolicySummary {
  const { id, name, description, type } = policy;
  return {
    Id: id,
    Arn: policyArn(organization, type, id, isAwsManaged(id)),
    Name: name,
    Description: description,
    Type: type as PolicyType,
    AwsManaged: isAwsManaged(id),
  };
}

export function toCreateAccountStatus(creation: AccountCreationDocument): CreateAccountStatus {
  const { id, accountName, state, requestedAtMs, completedAtMs, accountId, failureReason } = creation;
  return {
    Id: id,
    AccountName: accountName,
    State: state,
    RequestedTimestamp: new Date(requestedAtMs),
    ...(completedAtMs === undefined ? {} : { CompletedTimestamp: new Date(completedAtMs) }),
    ...(state === 'SUCCEEDED' ? { AccountId: accountId } : {}),
    ...(failureReason === undefined ? {} : { FailureReason: failureReason }),
  };
}

export function toHandshake(handshake: HandshakeDocument, state: ReadState, nowMs: number): Handshake {
  const { id, action, organizationId, recipient, requestedAtMs, expiresAtMs } = handshake;
  return {
    Id: id,
    Arn: handshakeArn(handshake, action, id),
    Action: action,
    State: stateOf(handshake, nowMs),
    RequestedTimestamp: new Date(requestedAtMs),
    ExpirationTimestamp: new Date(expiresAtMs),
    Parties: [
      { Id: organizationId, Type: 'ORGANIZATION' },
      ...(recipient === undefined ? [] : [{ Id: recipient.id, Type: recipient.type }]),
    ],
    Resources: handshakeResources(handshake, state),
  };
}

function handshakeResources(handshake: HandshakeDocument, state: ReadState): HandshakeResource[] {
  const { action, organizationId, managementAccountId, recipient, notes, parentId, featureSet } = handshake;
  const sender = state.get<AccountDocument>(accountKey(managementAccountId));
  const about: HandshakeResource[] = [
    { Type: 'MASTER_EMAIL', Value: emailOf(sender, managementAccountId) },
    { Type: 'MASTER_NAME', Value: nameOf(sender, managementAccountId) },
    { Type: 'ORGANIZATION_FEATURE_SET', Value: featureSet },
  ];
  return [
    {
      Type: 'ORGANIZATION',
      Value: organizationId,
      ...(action === 'INVITE' ? { Resources: about } : {}),
    },
    ...(recipient === undefined ? [] : [{ Type: recipient.type, Value: recipient.id }]),
    ...(notes === undefined ? [] : [{ Type: 'NOTES' as const, Value: notes }]),
    ...(parentId === undefined ? [] : [{ Type: 'PARENT_HANDSHAKE' as const, Value: parentId }]),
  ];
}

/**
 * An account whose root has no address yet (the first one has none until its owner sets one) shows one that can reach
 * nobody: the top-level domain `invalid` is reserved for that (RFC 2606).
 */
export function emailOf(account: Pick<AccountDocument, 'email'> | undefined, accountId: string): string {
  return account?.email ?? `root@${accountId}.invalid`;
}

export function nameOf(account: Pick<AccountDocument, 'name'> | undefined, accountId: string): string {
  return account?.name ?? accountId;
}

export function toTags(tags: Readonly<Record<string, string>>): Tag[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
