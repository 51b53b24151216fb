// SPDX-License-Identifier: Apache-2.0
import { type AccountDocument, accountEmailKey, accountKey } from '../account-documents.js';
import { policyAttachmentKey, type RoleDocument, roleKey } from '../iam-documents.js';
import type { RandomText } from './organization-ids.js';
import type { OrganizationState } from './organization-state.js';

/** An account and the address of its root, which nobody else has. Throws nothing: whoever calls has asked first. */
export function putAccount(state: OrganizationState, account: AccountDocument): void {
  state.put(accountKey(account.accountId), account);
  if (account.email !== undefined)
    state.put(accountEmailKey(account.email), { accountId: account.accountId });
}

export interface AccessRole {
  readonly accountId: string;
  readonly roleName: string;
  readonly managementAccountId: string;
  readonly createdAtMs: number;
}

/**
 * The role by which the management account gets into an account that it made: nobody has that account's password or a key.
 * Source: Organizations User Guide, "Accessing a member account that has OrganizationAccountAccessRole".
 */
export function putAccessRole(
  state: OrganizationState,
  { accountId, roleName, managementAccountId, createdAtMs }: AccessRole,
  random: RandomText,
): void {
  const trust = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${managementAccountId}:root` },
        Action: 'sts:AssumeRole',
      },
    ],
  };
  putRole(state, {
    accountId,
    roleName,
    roleId: newRoleId(random),
    path: '/',
    createdAtMs,
    trustPolicy: JSON.stringify(trust),
    description: '',
    maxSessionDurationSec: 3_600,
    tags: {},
    inlinePolicies: {},
    attachedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'],
  });
}

const serviceRoleName = 'AWSServiceRoleForOrganizations';

/** Source: Organizations User Guide, "AWS Organizations and service-linked roles". One that is there stays. */
export function putServiceLinkedRole(
  state: OrganizationState,
  accountId: string,
  createdAtMs: number,
  random: RandomText,
): void {
  if (state.get(roleKey(accountId, serviceRoleName)) !== undefined) return;
  const trust = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'organizations.amazonaws.com' },
        Action: 'sts:AssumeRole',
      },
    ],
  };
  putRole(state, {
    accountId,
    roleName: serviceRoleName,
    roleId: newRoleId(random),
    path: '/aws-service-role/organizations.amazonaws.com/',
    createdAtMs,
    trustPolicy: JSON.stringify(trust),
    description:
      'Service-linked role used by AWS Organizations to enable integration of other AWS services with Organizations.',
    maxSessionDurationSec: 3_600,
    tags: {},
    inlinePolicies: {},
    attachedPolicyArns: ['arn:aws:iam::aws:policy/aws-service-role/AWSOrganizationsServiceTrustPolicy'],
  });
}

function putRole(state: OrganizationState, role: RoleDocument): void {
  state.put(roleKey(role.accountId, role.roleName), role);
  for (const arn of role.attachedPolicyArns) {
    const attachment = { kind: 'role', name: role.roleName } as const;
    state.put(policyAttachmentKey(role.accountId, arn, 'policy', attachment), attachment);
  }
}

function newRoleId(random: RandomText): string {
  return `AROA${random(17, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567')}`;
}
